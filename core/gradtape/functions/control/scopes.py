"""`tf.init_scope`: a block outside of graphs, of which there are none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def init_scope() -> Iterator[None]:
    """A block that would leave the building of a graph; there is none, and tapes record on."""
    yield
