"""Where everything of a tape's picture stands: rows from top to bottom, ops from left to right.

The twin of `web/src/panes/tape/layout.ts`, number by number; `rows.py` says what for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gradtape.display.rows import Box, Row, Rows

CARD = 112
DOT = 34
_FOLD = 230
_PLAIN = 76
_LANE = 46  # of the dots' middles, below the top of a row's items
_HEAD = 26
_GAP = 26
_PAD = 12
_BREAK = 44


@dataclass
class Frame:
    """The area of a row."""

    row: Row
    x: float
    y: float
    width: float
    height: float


@dataclass
class Position:
    """Where a box stands."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class Layout:
    """The picture's places."""

    frames: list[Frame]
    at: dict[str, Position]
    edges: list[tuple[Box, Box, str]]
    width: float
    height: float


def length(text: str) -> int:
    """How long a text is for JavaScript."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def size_of(box: Box) -> tuple[float, float]:
    """Width and height of a box."""
    if box.shape == "dot":
        return 58, DOT + 26
    if box.shape == "fold":
        return min(330, max(_FOLD, 8 * length(box.title) + 40)), 46
    return max(CARD, min(210, 8.4 * length(box.title) + 7 * length(box.detail) + 26)), _PLAIN


def layout(rows: Rows) -> Layout:
    """Lay out the rows."""
    into: dict[str, list[Box]] = {}
    for start, end in rows.edges:
        into.setdefault(end.key, []).append(start)
    frames: list[Frame] = []
    at: dict[str, Position] = {}
    y = 0.0
    for row in rows.rows:
        inside, width, height = _items(row, into)
        least = 7.6 * min(length(row.title), 60) + 60
        frames.append(Frame(row, 0, y, max(width + 2 * _PAD, least), height + _HEAD + _PAD))
        for box, left, top in inside:
            at[box.key] = Position(left + _PAD, top + y + _HEAD, *size_of(box))
        y += frames[-1].height + 14
    width = max((frame.width for frame in frames), default=0)
    for frame in frames:  # they end together, as lines of a score do
        frame.width = width
    edges = [(start, end, _path(start, end, at)) for start, end in rows.edges]
    return Layout(frames, at, edges, max(1, width), max(1, y - 14))


def _items(
    row: Row, into: dict[str, list[Box]]
) -> tuple[list[tuple[Box, float, float]], float, float]:
    """The boxes of a row with their places in it, and the size of all."""
    columns = _columns(row.boxes, into)
    placed: list[tuple[Box, float, float]] = []
    # What comes from above needs room to come in.
    room = all(box.is_op for box in columns[0]) and any(box.shape == "dot" for box in columns[0])
    x, height = float(_BREAK if room else 0), 0.0
    for column in columns:
        y, width = 0.0, 0.0
        for box in column:
            if box.is_op:
                wide, high = size_of(box)
                top = max(y, _LANE - DOT / 2) if box.shape == "dot" else y
                placed.append((box, x, top))
                y = top + high + 14
                width = max(width, wide)
        # What only goes in stands in a grid, so that sixty variables are not a tower.
        leaves = [box for box in column if not box.is_op]
        across = 1 if len(leaves) <= 4 else math.ceil(math.sqrt(len(leaves) * 1.7))
        left, line = 0.0, 0.0
        for i, box in enumerate(leaves):
            wide, high = size_of(box)
            if i % across == 0 and i > 0:
                left, y, line = 0.0, y + line + 10, 0.0
            placed.append((box, x + left, y))
            left += wide + 12
            line = max(line, high)
            width = max(width, left - 12)
        height = max(height, y + line)
        x += width + _GAP
    return placed, max(0.0, x - _GAP), height


def _columns(boxes: list[Box], into: dict[str, list[Box]]) -> list[list[Box]]:
    """By how many ops of the row lead to a box; what goes in stands before its op."""
    here = {box.key for box in boxes}
    column: dict[str, int] = {}
    for box in boxes:
        if box.is_op:
            before = (b for b in into.get(box.key, ()) if b.key in here and b.is_op)
            column[box.key] = 1 + max((column.get(b.key, 0) for b in before), default=0)
    taken: dict[str, int] = {}
    for key, k in column.items():
        for box in into.get(key, ()):
            if not box.is_op:
                taken[box.key] = min(taken.get(box.key, k), k)
    for box in boxes:
        if not box.is_op:
            first = taken.get(box.key, 0)
            column[box.key] = 0 if first <= 1 else first  # below the op that takes it
    by_key = {box.key: box for box in boxes}
    found: dict[int, list[Box]] = {}
    for key, k in column.items():
        found.setdefault(k, []).append(by_key[key])
    return [found[k] for k in sorted(found)]


def _path(start: Box, end: Box, at: dict[str, Position]) -> str:
    """From a box to the one that takes it."""
    a, b = at[start.key], at[end.key]
    if end.shape == "dot":
        ex, ey = b.x + 29 - DOT / 2, b.y + DOT / 2
    else:
        ex, ey = b.x, _middle(end, b)
    if a.y >= b.y + (DOT if end.shape == "dot" else 0) and abs(a.x - b.x) < 90 and not start.is_op:
        # From what stands below its op, straight up.
        sx, sy = a.x + min(a.width / 2, 40), a.y
        tx, ty = ex + DOT / 2, ey + DOT / 2
        return _curve(sx, sy, sx, sy - 14, tx, ty + 16, tx, ty)
    if b.y > a.y + a.height:
        sx = a.x + a.width - min(a.width / 2, CARD / 2)
        sy = a.y + (DOT if start.shape == "dot" else a.height)
        bend = min(90, max(30, (ey - sy) / 2))
        return _curve(sx, sy, sx, sy + bend, ex - 46, ey - (8 if ey - sy > 60 else 0), ex, ey)
    sx = a.x + (29 + DOT / 2 if start.shape == "dot" else a.width)
    sy = _middle(start, a)
    bend = max(18, min(80, abs(ex - sx) / 2))
    return _curve(sx, sy, sx + bend, sy, ex - bend, ey, ex, ey)


def _middle(box: Box, place: Position) -> float:
    return place.y + (DOT / 2 if box.shape == "dot" else min(place.height / 2, _LANE))


def _curve(*numbers: float) -> str:
    sx, sy, *rest = (f"{number:.1f}".removesuffix(".0") for number in numbers)
    return f"M{sx} {sy}C{' '.join(rest)}"
