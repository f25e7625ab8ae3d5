"""What a tape writes down: the places of a record, and the notes on what could not be recorded.

A record is a list, so that its saved values can be let go while its skeleton stays for `explain`,
and so that the straight paths of `dispatch/elementwise.py` can write one without a call.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from gradtape.primitives.op import Op
from gradtape.runtime.call_sites import CallSite

# The places of a record; a cotangent is there where one was pulled that made what is not finite.
OP, INPUTS, OUTPUT, SAVED, PARAMS, SHAPES, SHAPE, DTYPE, CODE, OFFSET, COTANGENT = range(11)

Record = list[Any]


class Cut(NamedTuple):
    """An op through which no gradient passes, on a value that depends on a source.

    `why` is "paused" where the tape was, "join" where a recorded op also took what had been cut
    off before, else empty.
    """

    op: Op
    inputs: tuple[int, ...]
    output: int
    shape: tuple[int, ...]
    dtype: Any
    call_site: CallSite | None
    why: str


class Exit(NamedTuple):
    """A value that went to NumPy or Python, and by which way."""

    value: int
    how: str
    call_site: CallSite | None


class Store(NamedTuple):
    """A value that was assigned to a variable."""

    value: int
    variable: int
    call_site: CallSite | None


class Inner(NamedTuple):
    """A gradient taken under this recording: of which ids, and between which numbers."""

    began: int
    ended: int
    targets: tuple[int, ...]
    call_site: CallSite | None


class Reset(NamedTuple):
    """The tape forgot all that was recorded before `number`."""

    number: int
    call_site: CallSite | None


class Pause:
    """A block of `stop_recording`: the numbers of tensors at which it began and ended."""

    __slots__ = ("began", "call_site", "ended")

    def __init__(self, began: int, call_site: CallSite | None) -> None:
        self.began, self.call_site = began, call_site
        self.ended: int | None = None


def outputs_of(record: Record) -> tuple[int, ...]:
    """The ids of what the op gave."""
    output = record[OUTPUT]
    return (output,) if type(output) is int else output


def call_site_of(record: Record) -> CallSite | None:
    """Where in the user's program the op was recorded."""
    return None if record[CODE] is None else (record[CODE], record[OFFSET])
