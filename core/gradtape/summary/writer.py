"""Who writes summaries: a file of a folder, which one is in use, and when something is written."""

from __future__ import annotations

import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from gradtape.errors import UnimplementedError
from gradtape.formats import events
from gradtape.formats.records import framed
from gradtape.io.files import path_of

_numbers = itertools.count()


class _State(threading.local):
    """What holds for the summaries of a thread."""

    writer: SummaryWriter | None = None
    step: Any = None
    recording: Any = True


state = _State()


class SummaryWriter:
    """Writes summaries to an event file; `create_file_writer` makes it.

    `with writer.as_default():` makes it the one that `tf.summary.scalar` and its kin write to.
    """

    def __init__(
        self, logdir: str, most: int, millis: int, suffix: str, name: str | None = None
    ) -> None:
        self._logdir, self._most, self._seconds = logdir, most, millis / 1000
        self._suffix, self._closed = suffix, False
        self._waiting: list[bytes] = []
        self._path: str | None = None
        self._flushed = time.monotonic()
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        """Make the file, as TensorFlow does when the writer is made."""
        os.makedirs(self._logdir, exist_ok=True)
        now = time.time()
        name = (
            f"events.out.tfevents.{int(now):010d}.{socket.gethostname()}.{os.getpid()}."
            f"{next(_numbers)}{self._suffix}"
        )
        self._path = os.path.join(self._logdir, name)
        with open(self._path, "wb") as file:
            file.write(framed(events.first_event(now)))

    @contextmanager
    def as_default(self, step: Any = None) -> Iterator[SummaryWriter]:
        """Write the summaries of the block here, at `step` where they give none."""
        before = state.writer, state.step
        state.writer = self
        if step is not None:
            state.step = step
        try:
            yield self
        finally:
            self.flush()
            state.writer, state.step = before

    def set_as_default(self, step: Any = None) -> None:
        """Write all summaries that follow here."""
        state.writer = self
        if step is not None:
            state.step = step

    def add(self, step: int, values: list[bytes]) -> None:
        """Put values of one step into the file, or keep them for a moment.

        Raises: RuntimeError where the writer is closed.
        """
        if self._closed:
            raise RuntimeError("SummaryWriter is already closed")
        with self._lock:
            self._waiting.append(framed(events.event(time.time(), step, values)))
            due = time.monotonic() - self._flushed >= self._seconds
        if due or len(self._waiting) >= self._most:
            self.flush()

    def flush(self) -> None:
        """Write what was kept."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
            self._flushed = time.monotonic()
            if waiting and self._path is not None:
                with open(self._path, "ab") as file:
                    file.write(b"".join(waiting))

    def init(self) -> None:
        """Accepted: the file is there."""

    def close(self) -> None:
        """Write what was kept; nothing more is taken after."""
        self.flush()
        self._closed = True

    def __del__(self) -> None:
        if getattr(self, "_waiting", None):
            self.flush()


class _Noop(SummaryWriter):
    """Takes summaries and writes none."""

    def _begin(self) -> None:
        self._path = None

    def add(self, step: int, values: list[bytes]) -> None:
        """Nothing."""


def create_file_writer(
    logdir: Any,
    max_queue: int | None = None,
    flush_millis: int | None = None,
    filename_suffix: str | None = None,
    name: str | None = None,
    experimental_trackable: bool = False,
    experimental_mesh: Any = None,
) -> SummaryWriter:
    """A writer of a new event file in the folder `logdir`, which is made where it is missing.

    Summaries are written when `max_queue` (10) of them wait or `flush_millis` (two minutes) have
    passed, at the end of `as_default`, and by `flush`.

    Raises: ValueError without a folder.

    >>> import os, tempfile
    >>> import gradtape as tf
    >>> folder = tempfile.mkdtemp()
    >>> with tf.summary.create_file_writer(folder).as_default():
    ...     tf.summary.scalar("loss", 0.5, step=1)
    <tf.Tensor: shape=(), dtype=bool, numpy=True>
    >>> os.listdir(folder)[0].startswith("events.out.tfevents.")
    True
    """
    if logdir is None:
        raise ValueError("Argument `logdir` cannot be None")
    suffix = ".v2" if filename_suffix is None else str(filename_suffix)
    most = 10 if max_queue is None else int(max_queue)
    millis = 2 * 60 * 1000 if flush_millis is None else int(flush_millis)
    return SummaryWriter(path_of(logdir), most, millis, suffix)


def create_noop_writer() -> SummaryWriter:
    """A writer that writes nothing."""
    return _Noop("", 1, 0, "")


def flush(writer: SummaryWriter | None = None, name: str | None = None) -> None:
    """Write what a writer keeps: this one, or the one in use."""
    chosen = writer or state.writer
    if chosen is not None:
        chosen.flush()


def should_record_summaries() -> bool:
    """Whether a summary would be written now: a writer is in use, and `record_if` allows it."""
    if state.writer is None:
        return False
    allowed = state.recording
    return bool(allowed() if callable(allowed) else allowed)


@contextmanager
def record_if(condition: bool | Callable[[], Any]) -> Iterator[None]:
    """Write the summaries of the block only where the condition (or what it returns) is true."""
    before = state.recording
    state.recording = condition
    try:
        yield
    finally:
        state.recording = before


def _no_trace(what: str) -> NoReturn:
    raise UnimplementedError(
        None,
        None,
        f"tf.summary.{what}: nothing is traced here, so there is no graph or profile to write. "
        "tape.explain and the playground draw what a tape recorded; Python's cProfile measures.",
    )


def trace_on(graph: bool = True, profiler: bool = False, profiler_outdir: Any = None) -> None:
    """Refused: nothing is traced. Raises: UnimplementedError."""
    _no_trace("trace_on")


def trace_off() -> None:
    """Refused: nothing is traced. Raises: UnimplementedError."""
    _no_trace("trace_off")


def trace_export(name: str, step: Any = None, profiler_outdir: Any = None) -> None:
    """Refused: nothing is traced. Raises: UnimplementedError."""
    _no_trace("trace_export")
