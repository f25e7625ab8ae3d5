"""Takes what a program shows to the page: gathered, thinned, and as data."""

from __future__ import annotations

import json
from time import monotonic
from typing import Any

import numpy as np
from playground_values import described, number

EVERY_SECONDS = 0.06
MOST_CURVES = 24
MOST_POINTS = 4000  # of a curve in one message
MOST_TENSORS = 40

_points: dict[str, list[tuple[float, float]]] = {}
_next_x: dict[str, float] = {}
_tensors = 0
_last = 0.0


def install(playground: Any) -> None:
    """Let the engine's module speak to this page."""
    playground.receiver = receive


def begin() -> None:
    """Forget the run before."""
    global _tensors, _last
    _points.clear()
    _next_x.clear()
    _tensors, _last = 0, 0.0


def receive(kind: str, **fields: Any) -> None:
    """Take one thing to show."""
    if kind == "points":
        _gather(**fields)
    elif kind == "tensor":
        _tensor(**fields)
    else:
        _loop(**fields)


def finish() -> None:
    """Send what was gathered."""
    global _last
    _last = monotonic()
    for label, points in _points.items():
        step = -(-len(points) // MOST_POINTS)
        for start in range(0, len(points), MOST_POINTS * step):
            part = points[start : start + MOST_POINTS * step : step]
            xs, ys = [number(x) for x, _ in part], [number(y) for _, y in part]
            _send("points", {"label": label, "x": xs, "y": ys})
    _points.clear()


def _gather(label: str, x: list[float] | None, y: list[float]) -> None:
    if label not in _next_x and len(_next_x) >= MOST_CURVES:
        return
    begin_at = _next_x.get(label, 0.0)
    xs = x if x is not None else [begin_at + i for i in range(len(y))]
    _next_x[label] = xs[-1] + 1 if xs else begin_at
    _points.setdefault(label, []).extend(zip(xs, y, strict=True))
    if monotonic() - _last > EVERY_SECONDS:
        finish()


def _tensor(label: str, array: np.ndarray[Any, Any]) -> None:
    global _tensors
    if array.dtype.kind not in "fiubc" or _tensors >= MOST_TENSORS:
        return
    _tensors += 1
    _send("tensor", described(label or f"array {_tensors}", array))


def _loop(label: str, done: int, total: int | None) -> None:
    global _last
    if done == total or monotonic() - _last > EVERY_SECONDS:
        finish()
        _send("loop", {"label": label, "done": done, "total": total})


def _send(kind: str, content: dict[str, Any]) -> None:
    import playground_page

    playground_page.show(kind, json.dumps(content))
