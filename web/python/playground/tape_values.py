"""What went through a tape: the value of every node, and what is needed to compute it again.

The tape itself drops every value that its backward pass will not read. For the picture, and for
the gradient check, this stands beside it and keeps them: references, never copies, and no more
than a budget. Where in the program an op stands costs more than the op, so only some are asked.
"""

from __future__ import annotations

import inspect
from types import FrameType
from typing import Any, NamedTuple

from gradtape.observers import Computed, Follower, Value
from playground.places import Place, Places

MOST_BYTES = 64 * 1024 * 1024  # values that are kept of one tape
MOST_STEPS = 12_000


class Pattern(NamedTuple):
    """The ops of one tape, each with the places of its outputs."""

    forms: list[tuple[str, int | None]]
    places: list[list[Place | None]]
    rows: Places


class TapeValues(Follower):
    """What one tape saw; `placed` where it also looks for each op's place in the program."""

    def __init__(self, placed: bool = True) -> None:
        self.placed = placed
        self.values: dict[int, Any] = {}
        self.steps: list[Computed] = []
        self.constants: dict[int, list[Any]] = {}  # output id → operands that are no nodes
        self.places: dict[int, Place] = {}  # output id → where the program computed it
        self.rows = Places()
        self.full = False
        self.bytes = 0
        self._seen: list[Computed | tuple[Value, ...]] = []  # not yet looked through

    def computed(self, op: Computed) -> None:
        if self._has_room(op.outputs):
            self._seen.append(op)
            if self.placed:
                self._place(op.type, op.outputs)

    def cut(self, outputs: tuple[Value, ...]) -> None:
        if self._has_room(outputs):
            self._seen.append(outputs)
            if self.placed:
                self._place("", outputs)

    def look_through(self) -> None:
        """Bring `values`, `steps` and `constants` up to now; of most tapes nobody wants them."""
        for op in self._seen:
            if not isinstance(op, Computed):
                self.values.update(op)
                continue
            for i, value in op.inputs:
                if i:
                    self.values.setdefault(i, value)
            self.values.update(op.outputs)
            constants = [value for i, value in op.inputs if not i]
            self.constants.update({i: constants for i, _ in op.outputs[:1]})
            if op.flows:
                self.steps.append(op)
        self._seen.clear()

    def pattern(self, graph: dict[str, Any]) -> Pattern:
        """The ops and their places, without the values; `graph` has their lines."""
        places = [[self.places.get(i) for i, _ in op.outputs] for op in self.steps]
        return Pattern(self._forms(graph), places, self.rows)

    def take_places(self, pattern: Pattern, frame: FrameType | None, graph: dict[str, Any]) -> None:
        """The places of the same ops in an earlier turn of the loop: at its begin, at its end.

        `frame` is where the gradient was asked for: the loops around have come to another turn.
        """
        mine, others = self._forms(graph), pattern.forms
        self.rows = pattern.rows.renewed(frame)
        same = _in_common(mine, others)
        self._put(self.steps[:same], pattern.places[:same])
        after = _in_common(mine[same:][::-1], others[same:][::-1])
        self._put(self.steps[::-1][:after], pattern.places[::-1][:after])

    def _put(self, ops: list[Computed], places: list[list[Place | None]]) -> None:
        for op, those in zip(ops, places, strict=True):
            for (i, _), place in zip(op.outputs, those, strict=False):
                if place is not None:
                    self.places[i] = place

    def _forms(self, graph: dict[str, Any]) -> list[tuple[str, int | None]]:
        """Type and line of each op."""
        lines = {n["id"]: n["line"]["lineno"] for n in graph["nodes"] if n["line"]}
        return [(op.type, lines.get(op.outputs[0][0])) for op in self.steps]

    def _place(self, op: str, outputs: tuple[Value, ...]) -> None:
        place = self.rows.place(op, inspect.currentframe())
        if place is not None:
            self.places.update((i, place) for i, _ in outputs)

    def _has_room(self, outputs: tuple[Value, ...]) -> bool:
        for _, value in outputs:
            self.bytes += getattr(value, "nbytes", 0)
        if self.bytes > MOST_BYTES or len(self.steps) + len(self._seen) >= MOST_STEPS:
            self.full = True
        return not self.full


def _in_common(some: list[Any], others: list[Any]) -> int:
    """How many of two lists are the same at their beginning."""
    pairs = enumerate(zip(some, others, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(some), len(others)))
