"""What went through a tape: the value of every node, and what is needed to compute it again.

The tape itself drops every value that its backward pass will not read. For the picture, and for
the gradient check, this stands beside it and keeps them: references, never copies, and no more
than a budget.
"""

from __future__ import annotations

import inspect
from typing import Any

from gradtape.observers import Computed, Follower, Value
from playground.places import Place, Places

MOST_BYTES = 64 * 1024 * 1024  # values that are kept of one tape
MOST_STEPS = 12_000


class TapeValues(Follower):
    """What one tape saw."""

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}
        self.steps: list[Computed] = []
        self.constants: dict[int, list[Any]] = {}  # output id → operands that are no nodes
        self.places: dict[int, Place] = {}  # output id → where the program computed it
        self.rows = Places()
        self.full = False
        self.bytes = 0

    def computed(self, op: Computed) -> None:
        if not self._has_room(op.outputs):
            return
        self._place(op.type, op.outputs)
        for i, value in op.inputs:
            if i:
                self.values.setdefault(i, value)
        self.values.update(op.outputs)
        constants = [value for i, value in op.inputs if not i]
        self.constants.update({i: constants for i, _ in op.outputs[:1]})
        if op.flows:
            self.steps.append(op)

    def cut(self, outputs: tuple[Value, ...]) -> None:
        if self._has_room(outputs):
            self._place("", outputs)
            self.values.update(outputs)

    def _place(self, op: str, outputs: tuple[Value, ...]) -> None:
        place = self.rows.place(op, inspect.currentframe())
        if place is not None:
            self.places.update((i, place) for i, _ in outputs)

    def _has_room(self, outputs: tuple[Value, ...]) -> bool:
        self.bytes += sum(getattr(value, "nbytes", 0) for _, value in outputs)
        self.full = self.full or self.bytes > MOST_BYTES or len(self.steps) >= MOST_STEPS
        return not self.full
