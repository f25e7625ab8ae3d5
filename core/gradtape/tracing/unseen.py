"""What a function calls while it is traced that its ops do not show: tables, files, datasets.

Such a call changes or reads what lives outside of tensors and variables; a program of ops would do
without it. So calls into the packages for these end the trace, and the function runs eagerly.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from gradtape.runtime.call_sites import here
from gradtape.runtime.recorders import state
from gradtape.tracing.trace import Trace

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
#: folders and files of this package → what they are for, the first that fits
_PLACES = {
    "data/": "it goes over a dataset",
    "lookup": "it uses a table",
    "queue": "it uses a queue",
    "summary": "it writes a summary",
    "io": "it reads or writes files",
    "train": "it keeps or restores a checkpoint",
    # A restore that waits looks at all that is made; it ends a trace when it reads a value.
    "saving/restoring": "",
    "saving/graph": "",
    "saving": "it keeps or restores a checkpoint",
    "saved_model": "it keeps or restores a model",
    "keras/training": "it runs a model's own loop",
    "keras/callbacks": "it uses a callback",
    "keras/layers/lookup": "it looks words or numbers up",
    "functions/strings/splitting": "it takes texts apart",
}
_UNSEEN = {os.path.join(*path.split("/")): why for path, why in _PLACES.items()}


def _is_of_the_collector(frame: FrameType | None) -> bool:
    """Whether an object's end began the call: it comes at any moment and is not the function's."""
    while frame is not None and _KNOWN[frame.f_code.co_filename]:
        if frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False


class _Known(dict[str, str]):
    """Remembers, per file, why calls into it end a trace; empty where they do not."""

    def __missing__(self, file: str) -> str:
        inside = file.removeprefix(_PACKAGE) if file.startswith(_PACKAGE) else ""
        found = next((why for path, why in _UNSEEN.items() if inside.startswith(path)), "")
        self[file] = found
        return found


_KNOWN = _Known()


_NAMES = tuple("gradtape." + path.strip("/").replace("/", ".") for path in _PLACES)


class _Loading:
    """A finder that finds nothing: it only sees that one of those modules is about to be loaded."""

    def __init__(self, trace: Trace) -> None:
        self.trace, self.seen = trace, False

    def find_spec(self, name: str, *_: Any) -> None:
        """Called for each module that is loaded for the first time."""
        if name.startswith(_NAMES) and state.trace is self.trace:
            self.seen = True
            sys.setprofile(self.trace.look)


def _loaded() -> bool:
    return any(name.startswith(_NAMES) for name in [*sys.modules])


def _profile(before: Any) -> None:
    if before is None or callable(before):
        sys.setprofile(before)
    else:  # `cProfile`'s object
        before.enable()


@contextmanager
def watched(trace: Trace) -> Iterator[None]:
    """A block in which such calls end the trace.

    Looking at every call makes a trace take thrice as long, so nobody looks before the first of
    those modules is loaded.
    """

    def look(frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or not (why := _KNOWN[frame.f_code.co_filename]):
            return
        if not _is_of_the_collector(frame):
            trace.give_up(why, here())

    trace.look = look
    before = sys.getprofile()
    loading = _Loading(trace)
    late = not _loaded()
    if late:
        sys.meta_path.insert(0, loading)
    else:
        sys.setprofile(look)
    try:
        yield
        if late and not loading.seen and _loaded():
            trace.give_up("another thread has loaded what it may have used")
    finally:
        if late:
            sys.meta_path.remove(loading)
        if sys.getprofile() is look:
            _profile(before)
