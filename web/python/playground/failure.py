"""How a program failed, in its own lines: what of a traceback is the program's, as data."""

from __future__ import annotations

import linecache
import re
import traceback
from types import FrameType, TracebackType
from typing import Any

FILE = "main.py"  # the program, in tracebacks
LONGEST_TRACEBACK = 20_000  # characters
PYTHONS_GUESS = re.compile(r"\. Did you mean: '[^']*'\?(?=\s*$)")


def _own_steps(steps: TracebackType | None) -> TracebackType | None:
    """The traceback from the program's first line on."""
    while steps is not None and steps.tb_frame.f_code.co_filename != FILE:
        steps = steps.tb_next
    return steps


def failure_of(error: BaseException) -> dict[str, Any]:
    """An exception for the page: its name, its last line, its traceback, and the program's line."""
    steps = _own_steps(error.__traceback__)
    lineno = None
    for frame, number in traceback.walk_tb(steps):
        if _is_own(frame):
            lineno = number
    if isinstance(error, SyntaxError) and error.filename == FILE:
        lineno = error.lineno
    try:
        lines = traceback.TracebackException(
            type(error), error, steps, limit=_without_internals(steps), compact=True
        ).format()
        text = "".join(lines)
        if "Did you mean" in str(error):  # the engine has said it; Python adds a guess of its own
            text = PYTHONS_GUESS.sub("", text)
    except BaseException as broken:  # the program's own __str__ may raise anything
        text = f"{type(error).__name__} (its text cannot be shown: {type(broken).__name__})"
    if len(text) > LONGEST_TRACEBACK:
        half = LONGEST_TRACEBACK // 2
        text = f"{text[:half]}\n  …\n{text[-half:]}"
    _, _, message = text.strip().rpartition("\n")
    return {
        "name": type(error).__name__,
        "message": message[:2000],
        "traceback": text,
        "lineno": lineno,
        "suggestion": _suggestion(error, lineno),
    }


def _suggestion(error: BaseException, lineno: int | None) -> dict[str, Any] | None:
    """An edit that mends the line: programs are pasted that were written for TensorFlow."""
    if not isinstance(error, ModuleNotFoundError) or lineno is None:
        return None
    before = linecache.getline(FILE, lineno).strip()
    if error.name == "tensorflow":
        after = re.sub(r"\btensorflow\b", "gradtape", before)
        if after == "import gradtape":
            after = "import gradtape as tensorflow"
    elif error.name == "keras":
        after = re.sub(r"\bimport keras$", "from gradtape import keras", before)
        after = re.sub(r"^(import|from) keras\b", r"\1 gradtape.keras", after)
    else:
        return None
    return {"lineno": lineno, "before": before, "after": after} if after != before else None


def _without_internals(steps: TracebackType | None) -> int | None:
    """How many frames to show: up to the program's last one, not the libraries' inside."""
    own = [i for i, (frame, _) in enumerate(traceback.walk_tb(steps), 1) if _is_own(frame)]
    return own[-1] if own else None


def _is_own(frame: FrameType) -> bool:
    return frame.f_code.co_filename == FILE
