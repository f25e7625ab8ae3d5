"""The graph of a tape as rows of the program: the boxes that each line has, and what joins them.

The twin of `web/src/panes/tape/rows.ts` for what `tape.graph()` holds (lines, no loops and no
values); a test has both lay out the same graphs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

#: A row with more ops than this is one box: nobody can read them one by one.
MOST_IN_ROW = 48


@dataclass(eq=False)
class Box:
    """A card has a name, a dot is an op on the way, a fold stands for many nodes."""

    key: str
    shape: str
    title: str
    detail: str
    nodes: list[Any]

    @property
    def is_op(self) -> bool:
        """Whether it computes something, rather than goes in."""
        return self.shape in ("dot", "fold")

    @property
    def is_cut(self) -> bool:
        """Whether no gradient passes there."""
        return all(node.status != "recorded" for node in self.nodes)


@dataclass
class Row:
    """A line of the program with its boxes."""

    title: str
    lineno: int | None
    boxes: list[Box] = field(default_factory=list)


@dataclass
class Rows:
    """All rows, and the pairs of boxes that are joined."""

    rows: list[Row]
    edges: list[tuple[Box, Box]]

    def boxes(self) -> Iterator[Box]:
        """The boxes of all rows."""
        for row in self.rows:
            yield from row.boxes


def rows_of(graph: Any) -> Rows:
    """The rows of a `Graph`."""
    held: dict[int | None, tuple[str, list[Any]]] = {}
    for node in graph.nodes:
        if node.kind == "op":
            lineno = None if node.line is None else node.line.lineno
            held.setdefault(lineno, ("" if node.line is None else node.line.source, []))[1].append(
                node
            )
    found: list[Row] = []
    box_of: dict[int, Box] = {}
    row_of: dict[str, Row] = {}

    def put(row: Row, box: Box) -> None:
        row.boxes.append(box)
        row_of[box.key] = row
        box_of.update((node.id, box) for node in box.nodes)

    for lineno, (title, nodes) in held.items():
        row = Row(title, lineno)
        found.append(row)
        if len(nodes) > MOST_IN_ROW:
            put(row, _folded(f"row {lineno}", title, nodes))
        else:
            for node in nodes:
                put(row, _single(node))
    _put_leaves(graph, found, box_of, row_of, put)
    edges: dict[tuple[str, str], tuple[Box, Box]] = {}
    for a, b in graph.edges:
        start, end = box_of.get(a), box_of.get(b)
        if start is not None and end is not None and start is not end:
            edges[start.key, end.key] = start, end
    return Rows(found, list(edges.values()))


def _put_leaves(
    graph: Any, found: list[Row], box_of: dict[int, Box], row_of: dict[str, Row], put: Any
) -> None:
    """Variables and what is watched stand in the row that takes them first."""
    taker: dict[int, Box] = {}
    for start, end in graph.edges:
        if end in box_of:
            taker.setdefault(start, box_of[end])
    rest: Row | None = None
    for node in graph.nodes:
        if node.id in box_of:
            continue
        taken = taker.get(node.id)
        if taken is None and rest is None:
            rest = Row("not used so far", None)
            found.append(rest)
        put(rest if taken is None else row_of[taken.key], _single(node))


def _single(node: Any) -> Box:
    if node.kind == "op":
        return Box(str(node.id), "dot", node.op, node.op, [node])
    title = node.op if node.name is None else node.name.removesuffix(":0")
    return Box(str(node.id), "card", title, "×".join(map(str, node.shape)), [node])


def _folded(key: str, title: str, nodes: list[Any]) -> Box:
    types = list(dict.fromkeys(node.op for node in nodes))
    more = " …" if len(types) > 3 else ""
    return Box(key, "fold", title, f"{len(nodes)} × {', '.join(types[:3])}{more}", nodes)
