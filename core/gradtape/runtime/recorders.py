"""What this thread is recording right now, who observes, and NumPy's warnings kept quiet.

`state.recorders` is the tuple of active tapes and accumulators of the current thread, outermost
first. Threads do not see one another's recorders, as in TensorFlow. `observed.by` tells those who
watch the engine from outside, in every thread (see `gradtape/observers.py`).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from types import FrameType
from typing import Any

import numpy as np


class _State(threading.local):
    recorders: tuple[Any, ...] = ()
    #: "GPU" or "CPU" inside a block of `tf.device`
    place: str | None = None
    #: what the name of a variable made now begins with: "" or "outer/inner/"
    name_prefix = ""
    #: the number of the tensor that came next when NumPy last reported what is not finite
    born = 0


state = _State()


class _Observed:
    __slots__ = ("by",)  # every tape looks here: an attribute of the class would take longer

    def __init__(self) -> None:
        #: an `observation.Observation` while somebody observes; it puts itself here
        self.by: Any = None


observed = _Observed()

#: Every tensor takes the next number; the order of numbers is the order of making.
next_id: Callable[[], int] = count(1).__next__


@contextmanager
def recorders(these: tuple[Any, ...]) -> Iterator[None]:
    """Make `these` the active recorders inside the block."""
    before = state.recorders
    state.recorders = these
    try:
        yield
    finally:
        state.recorders = before


#: Set by the backward pass: function(frame) that keeps what it works on, if it is one of its own.
keep_birth: Callable[[FrameType], bool] | None = None
#: WebAssembly has no flags for this: there values have to be looked at instead.
UNNOTICED = sys.platform == "emscripten"
_DEPTH = 24  # frames from a rule of the backward pass down to NumPy, at most


def _born(kind: str, flag: int) -> None:
    """NumPy divided by 0, overflowed or met an invalid operation: remember it for `explain`.

    The processor notices; no value is looked at, so this costs nothing where all is well.
    """
    state.born = next_id()
    frame: FrameType | None = sys._getframe(1)
    for _ in range(_DEPTH):
        if frame is None or keep_birth is None or keep_birth(frame):
            return
        frame = frame.f_back


# 1/0 is inf here, as in TensorFlow, and no warning. `numpy.errstate` does that but costs about a
# microsecond; setting the context variable behind it costs a tenth. It is a private name, so the
# public way stays as the fallback.
try:
    from numpy._core.umath import _extobj_contextvar, _make_extobj

    _QUIET = _make_extobj(divide="call", over="call", invalid="call", under="ignore", call=_born)
    _set, _reset = _extobj_contextvar.set, _extobj_contextvar.reset

    def quiet() -> Any:
        """Silence floating-point warnings; hand the result to `loud`."""
        return _set(_QUIET)

    loud: Callable[[Any], Any] = _reset
except ImportError:  # pragma: no cover - NumPy without the private name
    UNNOTICED = True

    def quiet() -> Any:
        """Silence floating-point warnings; hand the result to `loud`."""
        return np.seterr(all="ignore")

    def loud(token: Any) -> Any:
        """Undo `quiet`."""
        np.seterr(**token)
