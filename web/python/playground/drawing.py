"""What the picture adds to the tape's graph: the program's own names, rows, constants, lost paths.

A node is called by the left side of its assignment, and what the tape does not follow (data,
numbers, a source that nothing reached, NumPy's function in which a path was lost) is drawn too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np

import gradtape
from gradtape import observers
from playground.names import Names
from playground.places import Place
from playground.program import program
from playground.tape_values import TapeValues
from playground.values import brief, number, summarize

FIRST_CONSTANT = 1 << 40  # ids of nodes that only the picture has
MOST_CONSTANTS = 3000
SIMPLE = (ast.Name, ast.Attribute, ast.Subscript)


class Drawing:
    """Dresses the graph of one gradient call."""

    def __init__(
        self, graph: dict[str, Any], values: TapeValues | None, question: Any, names: Names
    ) -> None:
        self._graph, self._question, self._names = graph, question, names
        self._values = TapeValues() if values is None else values
        self._nodes = {node["id"]: node for node in graph["nodes"]}
        self._next = FIRST_CONSTANT
        self._line: dict[str, Any] = {}  # that asks

    def dress(self, call: dict[str, Any]) -> None:
        """Add everything; `call` is what the page is told of the question."""
        self._graph["scopes"] = [
            {**scope.__dict__, "order": float(scope.number)} for scope in self._values.rows.scopes
        ]
        self._graph["lost"] = []
        self._line = call["line"] or {"lineno": None, "source": "the target"}
        self._name_leaves()
        self._name_ops()
        self._add_constants()
        self._mark_ends(call)
        self._add_lost(call)
        self._graph["rules"] = _rules({node["op"] for node in self._nodes.values()})

    # -- names

    def _name_leaves(self) -> None:
        tape = self._question.asked
        for variable, name in self._names.variables():
            for i in observers.ids_of(tape, variable):
                if i in self._nodes:
                    self._nodes[i]["label"] = name
        for i, node in self._nodes.items():
            if node["kind"] == "watched" and i in self._values.values:
                held = observers.as_array(self._values.values[i])
                node["label"] = node["label"] or self._names.of_array(held)

    def _name_ops(self) -> None:
        text = program()
        last: dict[tuple[int, str], int] = {}
        for i, place in self._values.places.items():
            node = self._nodes.get(i)
            if node is None:
                continue
            node["scope"] = place.scope
            if place.node is not None:
                node["expression"] = text.written(place.node)
            named = _called(place)
            if named is not None:
                last[named] = i
        for (_, name), i in last.items():
            self._nodes[i]["label"] = name

    # -- what the tape does not follow

    def _add_constants(self) -> None:
        known: dict[tuple[int, int], int] = {}
        # What no gradient passes (a comparison) has a node all the same.
        nodes = {id(v): i for i, v in self._values.values.items() if i in self._nodes}
        for op in self._values.steps:
            out = next((i for i, _ in op.outputs if i in self._nodes), None)
            if out is None:
                continue
            operands = self._nodes[out]["operands"] = [i for i, _ in op.inputs]
            if len(known) >= MOST_CONSTANTS:
                continue
            place = self._values.places.get(out)
            written = None
            if place is not None and place.node is not None:
                written = program().operands(place.node, len(op.inputs))
            for k, (i, value) in enumerate(op.inputs):
                if i:
                    continue
                expression = None if written is None else written[k]
                text = _text(expression, self._names.of_array(value))
                literal = isinstance(expression, ast.Constant) or text is None
                key = (id(value), out if literal else 0)
                if id(value) in nodes:
                    known[key] = nodes[id(value)]
                if key not in known:
                    known[key] = self._add_constant(value, text)
                operands[k] = known[key]
                self._graph["edges"].append([known[key], out])

    def _add_constant(self, value: Any, text: str | None) -> int:
        array = observers.as_array(value)
        shape = list(np.shape(value)) if array is None else list(array.shape)
        dtype = "" if array is None else array.dtype.name
        return self._add("Constant", "constant", text, shape=shape, dtype=dtype,
                         value=summarize(array))  # fmt: skip

    def _add(self, op: str, kind: str, label: str | None, **fields: Any) -> int:
        i, self._next = self._next, self._next + 1
        node = {
            "id": i, "op": op, "kind": kind, "name": None, "label": label, "shape": [],
            "dtype": "", "device": "CPU:0", "bytes": 0, "line": None, "status": "recorded",
            "constants": [], "operands": [], "value": None, "gradient": None, "trouble": None,
            "forward": None, "backward": None, "scope": None, "expression": None, "role": None,
            **fields,
        }  # fmt: skip
        self._graph["nodes"].append(node)
        self._nodes[i] = node
        return i

    # -- target, sources, and where a path was lost

    def _mark_ends(self, call: dict[str, Any]) -> None:
        for target in gradtape.nest.flatten(self._question.target):
            node = self._nodes.get(observers.id_of(target))
            if node is None:
                array = observers.as_array(target)
                i = self._add("Target", "constant", call["target"], value=summarize(array))
                node = self._nodes[i]
                node.update(_form(array), scope=self._asking_row())
            node["role"] = "target"
            node["label"] = node["label"] or call["target"]

    def _source(self, source: Any, label: str, none: bool) -> int:
        tape = self._question.asked
        i = next((i for i in observers.ids_of(tape, source) if i in self._nodes), None)
        if i is None:
            array = observers.as_array(source)
            variable = isinstance(source, gradtape.Variable)
            op, kind = ("Variable", "variable") if variable else ("Source", "watched")
            i = self._add(op, kind, label, value=summarize(array), **_form(array))
            self._nodes[i]["scope"] = self._asking_row()
        node = self._nodes[i]
        node["role"] = "lost" if none else node["role"] or "source"
        node["label"] = node["label"] or _short(source, label)
        return i

    def _asking_row(self) -> int:
        """The row of the line that asks for the gradient."""
        return self._row(self._line["lineno"], str(self._line["source"]), float("inf"))

    def _row(self, lineno: Any, title: str, order: float) -> int:
        scopes = self._graph["scopes"]
        for scope in scopes:
            same = (scope["kind"], scope["lineno"], scope["title"]) == ("line", lineno, title)
            if same and scope["parent"] is None:
                return int(scope["number"])
        number = len(scopes)
        last = 1.0 + max((s["order"] for s in scopes), default=0.0)
        scopes.append(
            {"number": number, "parent": None, "kind": "line", "title": title, "lineno": lineno,
             "order": min(order, last)}
        )  # fmt: skip
        return number

    def _add_lost(self, call: dict[str, Any]) -> None:
        exits: dict[int, int] = {}
        sources = gradtape.nest.flatten(self._question.sources)
        told = {one["source"]: one for one in call["explanations"]}
        for source, result in zip(sources, call["results"], strict=False):
            i = self._source(source, result["label"], result["none"])
            why = told.get(result["label"])
            if not result["none"] or why is None or why["line"] is None:
                continue
            lineno = why["line"]["lineno"]
            blocked = [n["id"] for n in self._nodes.values() if n["status"] != "recorded"]
            if why["cause"] == "left_through_numpy" and not blocked:
                before = exits.get(lineno)
                if before is None:
                    exits[lineno] = before = self._exit(lineno, str(why["line"]["source"]), i)
                self._graph["lost"].append({"node": before, "source": result["label"]})
            else:
                at = next(
                    (b for b in blocked if (self._nodes[b]["line"] or {}).get("lineno") == lineno),
                    i,
                )
                self._graph["lost"].append({"node": at, "source": result["label"]})

    def _exit(self, lineno: int, line: str, source: int) -> int:
        """A node for the call in a line through which a value left the tape."""
        text = program()
        label, reads, made = _leaving(line)
        before = [s["order"] for s in self._graph["scopes"] if (s["lineno"] or 0) < lineno]
        scope = self._row(lineno, text.line(lineno) or line, max(before, default=-1.0) + 0.5)
        i = self._add("Left the tape", "exit", label, scope=scope, status="blocked")
        named = {n["label"]: k for k, n in self._nodes.items() if n["label"] and k != i}
        start = next((named[name] for name in reads if name in named), source)
        self._graph["edges"].append([start, i])
        if made in named and named[made] != start:
            self._graph["edges"].append([i, named[made]])
        return i


def _short(source: Any, label: str) -> str:
    """The last part of a layer's weight's own name, where the program has none for it."""
    path = str(getattr(source, "path", ""))
    own = "/".join(path.split("/")[-2:])
    return own if "variables[" in label and own else label


def _form(array: Any) -> dict[str, Any]:
    return {} if array is None else {"shape": list(array.shape), "dtype": array.dtype.name}


def _called(place: Place) -> tuple[int, str] | None:
    """The name that an op's value gets, and the row that gives it."""
    text = program()
    for row, node in place.calls:
        name = text.name_of(node)
        if name is not None:
            return row, name
        if not text.is_returned(node):
            return None
    return None


def _text(expression: ast.expr | None, held: str | None) -> str | None:
    """What a constant is called: as it stands in the text, or as what holds it."""
    if isinstance(expression, (*SIMPLE, ast.Constant)):
        return program().written(expression)
    return held


def _leaving(line: str) -> tuple[str, list[str], str | None]:
    """Of a line in which a value left: the call, the names that it reads, what is made of it."""
    try:
        statement = ast.parse(line.rstrip(":")).body[0]
    except (SyntaxError, IndexError):
        return line, [], None
    made = None
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        made = statement.targets[0].id
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=_is_foreign, reverse=True):
        reads = [node.id for node in ast.walk(call) if isinstance(node, ast.Name)]
        return ast.unparse(call.func), reads, made
    return line, [], made


def _is_foreign(call: ast.Call) -> int:
    """How surely a call leaves the tape."""
    words = ast.unparse(call.func).split(".")
    if words[:1] in (["np"], ["numpy"], ["math"], ["scipy"]):
        return 2
    return int(words[-1] in {"numpy", "item", "tolist", "float", "int"})


def _rules(ops: set[str]) -> dict[str, str]:
    """The derivative of each op, as the engine's own documentation has it."""
    told = getattr(observers, "derivative_of", None)  # an older engine has none
    found = {} if told is None else {op: told(op) for op in sorted(ops)}
    return {op: text for op, text in found.items() if text}


def told_of(steps: list[Any]) -> Iterator[list[dict[str, Any]]]:
    """For each step what it sent to each receiver: the sums so far, less those before."""
    so_far: dict[int, Any] = {}
    for _, into in steps:
        told = []
        for i, total in into:
            before = so_far.get(i)
            sent = total
            if total is not None and before is not None and before.shape == total.shape:
                with np.errstate(all="ignore"):
                    sent = total - before
            so_far[i] = total
            told.append(
                {
                    "node": i,
                    "sum": "" if total is None else brief(total),
                    "norm": None if sent is None else _norm(sent),
                    "sent": None if sent is None else brief(sent),
                }
            )
        yield told


def _norm(array: Any) -> float | str:
    with np.errstate(all="ignore"):
        wide = np.abs(array.astype(np.complex128 if array.dtype.kind == "c" else np.float64))
        return number(np.sqrt(np.sum(wide * wide)))
