"""Takes what a program shows to the page: gathered, thinned, and as data."""

from __future__ import annotations

import json
from time import monotonic
from typing import Any

import numpy as np

from playground.values import described, number

EVERY_SECONDS = 0.06
MOST_CURVES = 24
MOST_POINTS = 4000  # of a curve in one message
MOST_TENSORS = 40


class Shown:
    """What one run has shown."""

    def __init__(self) -> None:
        self._points: dict[str, list[tuple[float, float]]] = {}
        self._next_x: dict[str, float] = {}
        self._tensors = 0
        self._sent = 0.0  # when points were sent last

    def receive(self, kind: str, fields: dict[str, Any]) -> None:
        """Take one thing to show."""
        if kind == "points":
            self._gather(**fields)
        elif kind == "tensor":
            self._tensor(**fields)
        else:
            self._loop(**fields)

    def finish(self) -> None:
        """Send what was gathered."""
        self._sent = monotonic()
        for label, points in self._points.items():
            step = -(-len(points) // MOST_POINTS)
            for start in range(0, len(points), MOST_POINTS * step):
                part = points[start : start + MOST_POINTS * step : step]
                xs, ys = [number(x) for x, _ in part], [number(y) for _, y in part]
                _send("points", {"label": label, "x": xs, "y": ys})
        self._points.clear()

    def _gather(self, label: str, x: list[float] | None, y: list[float]) -> None:
        if label not in self._next_x and len(self._next_x) >= MOST_CURVES:
            return
        begin_at = self._next_x.get(label, 0.0)
        xs = x if x is not None else [begin_at + i for i in range(len(y))]
        self._next_x[label] = xs[-1] + 1 if xs else begin_at
        self._points.setdefault(label, []).extend(zip(xs, y, strict=True))
        if monotonic() - self._sent > EVERY_SECONDS:
            self.finish()

    def _tensor(self, label: str, array: np.ndarray[Any, Any]) -> None:
        if array.dtype.kind not in "fiubc" or self._tensors >= MOST_TENSORS:
            return
        self._tensors += 1
        _send("tensor", described(label or f"array {self._tensors}", array))

    def _loop(self, label: str, done: int, total: int | None) -> None:
        if done == total or monotonic() - self._sent > EVERY_SECONDS:
            self.finish()
            _send("loop", {"label": label, "done": done, "total": total})


def _send(kind: str, content: dict[str, Any]) -> None:
    import playground_page

    playground_page.show(kind, json.dumps(content))
