"""Prints programs of `tests/core/autodiff/explained` as JSON: what a person would type, and
what the page must say: the cause, what stands on its line, and the line after the suggested edit.
Of each cause there are the first three.
"""

import json
import re
from collections import Counter

from tests.core.support.explained_programs import Program, programs

_GRADIENT = re.compile(r"^gradient = (.*)$", re.MULTILINE)


def typed(program: Program) -> dict[str, str | None]:
    """A program that prints its gradient, and what is expected of the page."""
    *before, last = program.code.rstrip("\n").split("\n")
    line = None if program.line is None else program.code.split("\n")[program.line - 1].strip()
    return {
        "name": re.sub(r"\W+", "_", program.name).strip("_"),
        "cause": program.cause.replace("_", " "),
        "line": line if line is None else line.replace("gradient = ", ""),
        "after": next(iter(program.edits), None),
        "code": "\n".join([*before, _GRADIENT.sub(r"print(\1)", last)]) + "\n",
    }


seen: Counter[str] = Counter()
chosen = []
for program in programs():
    if program.cause in ("zero_gradient", "other_thread"):
        continue  # what is zero has no card, and a tab has no threads
    if program.code.count("tape.gradient(") > 1:
        continue  # each call that gives None has its own card
    seen[program.cause] += 1
    if seen[program.cause] <= 3:
        chosen.append(typed(program))
print(json.dumps(chosen))
