"""Which tapes of a run are kept: the first ones, some of the others, all in trouble, the last one.

However long the run is, there is room for so many calls, nodes and bytes. Of each loop the steps
that are kept lie at a distance that doubles as it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from playground.check import Asked, Checks
from playground.replay import Kept
from playground.tape_values import TapeValues

FIRST = 12  # calls of a run that are told at once, with their graph
FIRST_NODES = 30_000  # nodes of those graphs together
SPREAD = 16  # steps of one loop that are kept, about
MOST = 48  # calls that are kept beyond the first ones
MOST_NODES = 30_000  # nodes of their graphs together
MOST_TROUBLED = 24  # of them those that are in trouble


def is_kept(step: int) -> bool:
    """Whether a step (from 0) of a loop is one of those that are kept for now.

    >>> [step for step in range(100) if is_kept(step)][-8:]
    [56, 60, 64, 72, 80, 88, 96]
    """
    return step % distance(step) == 0


def distance(step: int) -> int:
    """The distance of the steps that are kept when a loop has come to this one."""
    return 1 << (step // SPREAD).bit_length()


def roundness(step: int) -> int:
    """How often a step can be halved: the roundest stay longest."""
    return 64 if step == 0 else (step & -step).bit_length()


@dataclass
class Call:
    """A gradient call that is kept."""

    told: dict[str, Any]  # as the page is told of it
    step: int  # of its loop, from 0
    troubled: bool
    kept: Kept | None  # what a replay needs
    finished: bool  # whether its backward pass is in the graph

    @property
    def nodes(self) -> int:
        """Nodes of its graph."""
        return len((self.told["graph"] or {"nodes": ()})["nodes"])


class Keeping:
    """The calls of one run that the page gets when it ends, and what of all can be replayed."""

    def __init__(self) -> None:
        self.checks = Checks()
        self.calls: dict[int, Call] = {}
        self.replays: dict[int, Kept] = {}

    def add(self, call: Call) -> None:
        """Keep a call, and let go of others where it is one too many."""
        if call.troubled and sum(c.troubled for c in self.calls.values()) >= MOST_TROUBLED:
            call = replace(call, troubled=False)
        between = [n for n, other in self.calls.items() if _is_between(other, call)]
        for number in between:
            self._drop(number)
        self.calls[call.told["call"]] = call
        while len(self.calls) > 1 and (len(self.calls) > MOST or self._nodes() > MOST_NODES):
            self._drop(min(self.calls, key=self._worth))

    def remember(self, asked: Asked, values: TapeValues | None, kept: Kept | None) -> None:
        """What checks and replays of a call need, while there is room for its values."""
        if self.checks.keep(asked) and values is not None and kept is not None:
            self.replays[asked.call] = kept

    def _worth(self, number: int) -> tuple[bool, int, int]:
        """What is least of this goes first."""
        call = self.calls[number]
        return call.troubled, roundness(call.step), number

    def _nodes(self) -> int:
        return sum(call.nodes for call in self.calls.values())

    def _drop(self, number: int) -> None:
        del self.calls[number]
        self.replays.pop(number, None)
        self.checks.drop(number)


def _is_between(call: Call, now: Call) -> bool:
    """Whether a call lies too near to others, now that its loop has come so far."""
    same = call.told["loop"] == now.told["loop"]
    return same and not call.troubled and call.step % distance(now.step) != 0
