"""What a tape recorded, as data for pictures: `tape.graph()`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradtape.autodiff.recording import Recording
from gradtape.autodiff.records import DTYPE, INPUTS, OP, OUTPUT, SAVED, SHAPE, call_site_of
from gradtape.runtime.call_sites import Line, resolve
from gradtape.tensors.tensor import CPU, EagerTensor, device_of


@dataclass
class Node:
    """A value: an op's output, a variable, or a tensor that is watched."""

    id: int
    op: str
    kind: str
    name: str | None
    shape: tuple[int, ...]
    dtype: str
    device: str
    bytes_kept: int
    line: Line | None
    status: str

    def to_dict(self) -> dict[str, Any]:
        """The node as plain data."""
        line = None if self.line is None else self.line.to_dict()
        return {**self.__dict__, "shape": list(self.shape), "line": line}


@dataclass
class Graph:
    """Nodes and edges of a recording; an edge runs from an input to the output.

    A notebook shows it as a picture (`svg()`), `print` as text; `dot()` and `mermaid()` are for
    other programs.

    >>> import gradtape as tf
    >>> x = tf.Variable(3.0, name="x")
    >>> with tf.GradientTape() as tape:
    ...     y = x * x
    >>> print(tape.graph().mermaid())  # doctest: +ELLIPSIS
    flowchart LR
      n...["x<br>float32[]..."]
      n...(["Mul<br>float32[]..."])
      n... --> n...
    """

    nodes: list[Node]
    edges: list[tuple[int, int]]
    bytes_kept: int

    def to_dict(self) -> dict[str, Any]:
        """The graph as plain data."""
        return {
            "nodes": [node.to_dict() for node in self.nodes],
            "edges": [list(edge) for edge in self.edges],
            "bytes_kept": self.bytes_kept,
        }

    def svg(self) -> str:
        """The picture: a row for each line of the program, its ops from left to right."""
        from gradtape.display.drawing import svg  # of use where a picture is wanted alone

        return svg(self)

    def dot(self) -> str:
        """The graph in Graphviz's language."""
        from gradtape.display.texts import dot

        return dot(self)

    def mermaid(self) -> str:
        """The graph as a flowchart of Mermaid."""
        from gradtape.display.texts import mermaid

        return mermaid(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """What a notebook shows: the picture, or the text where there are none."""
        picture = self.svg()
        html = f'<div style="overflow:auto;max-height:60em">{picture}</div>'
        return {"text/plain": str(self), "text/html": html, "image/svg+xml": picture}

    def __str__(self) -> str:
        from gradtape.display.texts import terminal

        return terminal(self)

    def __repr__(self) -> str:
        return f"<Graph of {len(self.nodes)} nodes and {len(self.edges)} edges>"


def graph(tape: Recording) -> Graph:
    """See `GradientTape.graph`."""
    if tape.records is None:
        return Graph([], [], 0)
    nodes: dict[int, Node] = {}
    edges: list[tuple[int, int]] = []
    values = _kept_values(tape)
    counted: set[int] = set()
    elsewhere = dict(tape.elsewhere)
    for variable, ids in tape._variables.values():
        for i in ids:
            value = variable._tensor._value
            nodes[i] = Node(
                i,
                "Variable",
                "variable",
                variable.name,
                tuple(value.shape),
                str(value.dtype),
                device_of(value),
                0,
                resolve(variable._made),
                "recorded",
            )
    for i in tape.watched:
        if i not in nodes:
            value = values.get(i)
            nodes[i] = Node(
                i,
                "Watched",
                "watched",
                None,
                () if value is None else tuple(value.shape),
                "" if value is None else str(value.dtype),
                device_of(value),
                0,
                None,
                "recorded",
            )
    for record in tape.records:
        many = type(record[OUTPUT]) is not int
        outputs = record[OUTPUT] if many else (record[OUTPUT],)
        shapes, dtypes = (
            (record[SHAPE], record[DTYPE]) if many else ((record[SHAPE],), (record[DTYPE],))
        )
        kept = _bytes(record[SAVED], counted)
        line = resolve(call_site_of(record))
        for i, shape, dtype in zip(outputs, shapes, dtypes, strict=True):
            nodes[i] = Node(
                i,
                record[OP].type,
                "op",
                None,
                tuple(shape),
                str(dtype),
                elsewhere.get(i, CPU),
                kept,
                line,
                "recorded",
            )
            kept = 0
            edges += [(k, i) for k in dict.fromkeys(record[INPUTS]) if k in nodes]
    for op, inputs, i, shape, dtype, call_site, why in tape.cuts:
        status = "paused" if why == "paused" else "blocked"
        if why != "join":
            device, line = elsewhere.get(i, CPU), resolve(call_site)
            nodes[i] = Node(
                i, op.type, "op", None, tuple(shape), str(dtype), device, 0, line, status
            )
        edges += [(k, i) for k in dict.fromkeys(inputs) if k in nodes]
    return Graph(list(nodes.values()), edges, sum(node.bytes_kept for node in nodes.values()))


def _kept_values(tape: Recording) -> dict[int, Any]:
    found = {}
    for record in tape.records or ():
        for part in record[SAVED] or ():
            if isinstance(part, EagerTensor):
                found[part._id] = part._value
    return found


def _bytes(saved: Any, counted: set[int]) -> int:
    """Bytes of the values a record keeps, each array counted once per tape."""
    total = 0
    for part in saved or ():
        value = part._value if isinstance(part, EagerTensor) else part
        if hasattr(value, "nbytes") and id(value) not in counted:
            counted.add(id(value))
            total += value.nbytes
    return total
