"""Text that is safe on a terminal: nothing in it acts, hides or reads as another text."""

from __future__ import annotations

import unicodedata

# Escape sequences can rewrite a terminal, direction marks can make code read as other code, and
# letters without a shape can make two names look like one.
_ACTING = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
# Letters and marks that show nothing, though Unicode calls them letters and marks.
_SHAPELESS = {
    *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
    *range(0x180B, 0x1810),
    *range(0xFE00, 0xFE10),
    *range(0xE0000, 0xE0200),
}


def safe(text: str) -> str:
    r"""The text with every character written out that a terminal would act on or not show.

    >>> safe("a\x1b[2Jb"), safe("x\u3164y")
    ('a\\x1b[2Jb', 'x\\u3164y')
    """
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(
        letter if not _is_dangerous(letter) else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
    return shown.encode("utf-8", "backslashreplace").decode("utf-8")


def _is_dangerous(letter: str) -> bool:
    if letter in "\t\n":
        return False
    return unicodedata.category(letter) in _ACTING or ord(letter) in _SHAPELESS


def line(text: object, most: int = 300) -> str:
    r"""What somebody else wrote, as one safe line of bounded length.

    >>> line("no\ngradtape: deleted")
    'no\\ngradtape: deleted'
    """
    shown = safe(str(text)[: most + 1]).replace("\n", "\\n").replace("\t", " ")
    return shown if len(shown) <= most else shown[: most - 1] + "…"
