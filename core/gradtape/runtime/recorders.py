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
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from typing import Protocol

    class Recorder(Protocol):
        """What stands in `state.recorders`: a tape, a paused tape, an accumulator, a follower.

        The straight paths of dispatch append records themselves where `inline_records` is true;
        such a recorder has a list `records` (see `autodiff/records.py`).
        """

        inline_records: bool
        tracked: Any  # the ids that a gradient can reach
        cut_off_ids: Any  # the ids that depend on a source through what passes no gradient

        def record(self, op: Any, xs: tuple[Any, ...], y: Any, params: Any, frame: Any) -> None:
            """An op on a tracked tensor."""

        def record_cut(self, op: Any, xs: tuple[Any, ...], y: Any, frame: Any) -> None:
            """An op on none that is tracked, but on one that was cut off."""

        def note_read(self, variable: Any, tensor: Any) -> Any:
            """A variable was read; the tensor to compute with, where it is another."""

        def note_exit(self, tensor: Any, how: str) -> None:
            """A value went to NumPy or Python."""

        def note_assign(self, variable: Any, tensor: Any) -> None:
            """A variable was given a new value."""


class _State(threading.local):
    recorders: tuple[Any, ...] = ()  # of Recorder
    #: "GPU" or "CPU" inside a block of `tf.device`
    device: str | None = None
    #: what the name of a variable made now begins with: "" or "outer/inner/"
    name_prefix = ""
    #: the `tracing.trace.Trace` of the tf.function that is being traced
    trace: Any = None
    #: the number of the tensor that came next when NumPy last reported what is not finite
    born = 0


state = _State()


class _Observed:
    __slots__ = ("by",)  # every tape looks here: an attribute of the class would take longer

    def __init__(self) -> None:
        #: an `observation.Observation` while somebody observes; it puts itself here
        self.by: Any = None


observed = _Observed()


class _Functions:
    #: whether `tf.config.run_functions_eagerly` keeps a `tf.function` from being traced
    run_eagerly = False


functions = _Functions()

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

    def silence_warnings() -> Any:
        """Silence floating-point warnings; hand the result to `restore_warnings`."""
        return _set(_QUIET)

    restore_warnings: Callable[[Any], Any] = _reset
except ImportError:  # pragma: no cover - NumPy without the private name
    UNNOTICED = True

    def silence_warnings() -> Any:
        """Silence floating-point warnings; hand the result to `restore_warnings`."""
        return np.seterr(all="ignore")

    def restore_warnings(token: Any) -> Any:
        """Undo `silence_warnings`."""
        np.seterr(**token)
