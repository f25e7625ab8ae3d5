"""Tracebacks that end at the user's line: frames inside this package are not printed.

`sys.excepthook` and `threading.excepthook` print what nobody caught. An exception that has come
through this package is printed without its frames; all others go to the hook that was there before,
as they are. `tf.debugging.disable_traceback_filtering` shows everything.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from gradtape.runtime.call_sites import INTERNAL, is_own


class _Filtering:
    enabled = True


filtering = _Filtering()


def without_internals(traceback: TracebackType | None) -> TracebackType | None:
    """The steps of a traceback but for those inside this package; all of them if none is left."""
    steps = []
    step = traceback
    while step is not None:
        steps.append(step)
        step = step.tb_next
    files = [step.tb_frame.f_code.co_filename for step in steps]
    if not any(map(is_own, files)):
        return traceback
    first = next(k for k, file in enumerate(files) if is_own(file))
    shown = [s for k, (s, f) in enumerate(zip(steps, files, strict=True))
             if k < first or not INTERNAL[f]]  # fmt: skip
    if not shown:
        return traceback
    result = None
    for step in reversed(shown):
        result = TracebackType(result, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return result


def shorten(error: BaseException | None) -> None:
    """Leave internal steps out of the traceback of an exception and of those behind it."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        error = waiting.pop()
        if error is not None and id(error) not in seen:
            seen.add(id(error))
            error.__traceback__ = without_internals(error.__traceback__)
            waiting += [error.__cause__, error.__context__]


def _hook(before: Callable[..., Any]) -> Callable[..., Any]:
    def excepthook(kind: Any, error: Any, traceback: Any) -> Any:
        """Print an exception that nobody caught."""
        if filtering.enabled and isinstance(error, BaseException):
            shorten(error)
            traceback = error.__traceback__
        return before(kind, error, traceback)

    return excepthook


def _thread_hook(before: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def excepthook(failed: Any) -> Any:
        """Print an exception that ended a thread."""
        if filtering.enabled and isinstance(failed.exc_value, BaseException):
            shorten(failed.exc_value)
            parts = failed.exc_type, failed.exc_value, failed.exc_value.__traceback__
            failed = threading.ExceptHookArgs((*parts, failed.thread))
        return before(failed)

    return excepthook


def install() -> None:
    """Put the hooks before those that are there."""
    sys.excepthook = _hook(sys.excepthook)
    threading.excepthook = _thread_hook(threading.excepthook)
