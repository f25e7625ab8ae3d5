"""The backward pass, watched: the cotangent at every node, in the order in which they are pulled.

The engine's own pass runs and tells its steps; nothing is computed twice, so a program's own
gradient functions are called as often as without a spectator.
"""

from __future__ import annotations

from typing import Any

from gradtape.observers import Step


class Pass:
    """What one backward pass did; cotangents are those of the pass itself, made dense by nobody."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.cotangents: dict[int, Any] = {}

    def add(self, step: Step) -> None:
        """Keep a step."""
        self.steps.append(step)
        self.cotangents.update(step.arrived)

    def end(self, cotangents: dict[int, Any]) -> None:
        """Keep what has arrived at the sources."""
        self.cotangents.update(cotangents)
