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
from gradtape.tracing.trace import Trace

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
#: folders and files of this package → what they are for
_UNSEEN = {
    os.path.join(*path.split("/")): why
    for path, why in {
        "data/": "it goes over a dataset",
        "lookup": "it uses a table",
        "queue": "it uses a queue",
        "summary": "it writes a summary",
        "io": "it reads or writes files",
        "train": "it keeps or restores a checkpoint",
        "saving": "it keeps or restores a checkpoint",
        "saved_model": "it keeps or restores a model",
        "keras/metrics": "it uses a metric",
        "keras/training": "it runs a model's own loop",
        "keras/callbacks": "it uses a callback",
        "functions/control/tensor_array": "it uses a TensorArray",
    }.items()
}


class _Known(dict[str, str]):
    """Remembers, per file, why calls into it end a trace; empty where they do not."""

    def __missing__(self, file: str) -> str:
        inside = file.removeprefix(_PACKAGE) if file.startswith(_PACKAGE) else ""
        found = next((why for path, why in _UNSEEN.items() if inside.startswith(path)), "")
        self[file] = found
        return found


_KNOWN = _Known()


@contextmanager
def watched(trace: Trace) -> Iterator[None]:
    """A block in which such calls end the trace."""

    def look(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and (why := _KNOWN[frame.f_code.co_filename]):
            trace.give_up(why, here())

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(before)
