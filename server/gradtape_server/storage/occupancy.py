"""Whether a server uses an SQLite file: each holds a lock beside it for as long as it lives.

To put another file in the place of one that is in use loses what is written from then on, without
a word: the server keeps writing to the file that has no name any more.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def occupied(path: Path | None) -> Iterator[None]:
    """A block in which this process uses the file, as any number of others may."""
    if path is None:
        yield
        return
    with _lock(path).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        # Says that there was a database: where it is missing later, it was lost.
        if not lock.tell():
            lock.write("used\n")
            lock.flush()
        yield


@contextlib.contextmanager
def unoccupied(path: Path) -> Iterator[bool]:
    """A block in which no server can begin to use the file; False where one uses it already."""
    with _lock(path).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _lock(path: Path) -> Path:
    return path.with_suffix(".in-use")
