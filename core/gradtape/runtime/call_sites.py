"""Where in the user's program something happened.

A call site is taken as (code object, instruction offset): cheap enough for every recorded op. It is
turned into a file, a line and its text only when somebody asks.
"""

from __future__ import annotations

import contextlib
import os
import sys
from types import CodeType, FrameType
from typing import NamedTuple

import numpy as np

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_NUMPY = os.path.dirname(np.__file__) + os.sep
#: Frames that stand between a user's line and ours: NumPy's, and those of `with` statements.
_BETWEEN = (_NUMPY, contextlib.__file__)

CallSite = tuple[CodeType, int]


class _Internal(dict[str, bool]):
    """Remembers, per file name, whether it is this package's or stands between it and the user."""

    def __missing__(self, filename: str) -> bool:
        inside = filename.startswith((_PACKAGE, *_BETWEEN))
        self[filename] = inside
        return inside


INTERNAL = _Internal()


def is_own(filename: str) -> bool:
    """Whether a file is this package's."""
    return filename.startswith(_PACKAGE)


class Line(NamedTuple):
    """A line of a program."""

    file: str
    lineno: int
    source: str

    def __str__(self) -> str:
        return f"{os.path.basename(self.file)}:{self.lineno}"

    def to_dict(self) -> dict[str, str | int]:
        """The line as plain data."""
        return {"file": self.file, "lineno": self.lineno, "source": self.source}


def user_frame(depth: int = 1) -> FrameType | None:
    """The innermost frame outside this package."""
    frame: FrameType | None = sys._getframe(depth)
    while frame is not None and INTERNAL[frame.f_code.co_filename]:
        frame = frame.f_back
    return frame


#: The files whose functions hand a value to Python because the user asked for it.
_HANDING_OVER = tuple(
    _PACKAGE + os.path.join(*path.split("/"))
    for path in ("tensors/tensor.py", "tensors/variable.py", "autodiff/recording.py")
)


def library_function() -> str | None:
    """The function of this package that the user called and that needs a value for itself.

    None where the user's own line asks for the value, directly or through NumPy.
    """
    frame: FrameType | None = sys._getframe(2)
    name = None
    while frame is not None and INTERNAL[frame.f_code.co_filename]:
        file = frame.f_code.co_filename
        if file.startswith(_PACKAGE) and file not in _HANDING_OVER:
            name = frame.f_code.co_qualname
        frame = frame.f_back
    return name


def here() -> CallSite | None:
    """The place in the user's program that is being executed."""
    frame = user_frame(2)
    return None if frame is None else (frame.f_code, frame.f_lasti)


def resolve(call_site: CallSite | None) -> Line | None:
    """The line at `call_site`; None where it is not known."""
    if call_site is None:
        return None
    import linecache  # on first use: it brings the tokenizer along

    code, offset = call_site
    lineno = code.co_firstlineno
    for start, end, line in code.co_lines():
        if start <= offset < end and line is not None:
            lineno = line
            break
    return Line(code.co_filename, lineno, linecache.getline(code.co_filename, lineno).strip())
