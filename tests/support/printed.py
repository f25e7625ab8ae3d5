"""Whether two programs printed the same, up to the last digits of their numbers.

Two machines' `exp` may differ in the last bit, and a sum of many such bits in the last few digits;
everything else (words, shapes, order, the count of numbers) must be equal to the letter.
"""

import re

NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
BLANKS = re.compile(r"[ \t]+")


def differences(got: str, wanted: str, *, relative: float, absolute: float) -> list[str]:
    """The lines that differ, as readable pairs; empty where the two texts agree."""
    left, right = got.splitlines(), wanted.splitlines()
    found = []
    if len(left) != len(right):
        found.append(f"{len(left)} lines instead of {len(right)}")
    for number, (a, b) in enumerate(zip(left, right, strict=False), start=1):
        if a != b and not _close(a, b, relative, absolute):
            found.append(f"line {number}: {a!r} instead of {b!r}")
    return found


def _close(a: str, b: str, relative: float, absolute: float) -> bool:
    # The width of a printed column follows the longest number in it, so blanks do not count.
    if BLANKS.sub("", NUMBER.sub("#", a)) != BLANKS.sub("", NUMBER.sub("#", b)):
        return False
    return all(
        x == y or ("." in x + y and abs(float(x) - float(y)) <= absolute + relative * abs(float(y)))
        for x, y in zip(NUMBER.findall(a), NUMBER.findall(b), strict=True)
    )
