"""Intervention: a value of a recorded tape is another one; what then becomes of all the others.

The program's own ops are computed again, in their order and with their dtypes, under a new tape
that gives every gradient, watched as the first one was. The program itself does not run again.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import gradtape
from gradtape import observers
from gradtape.observers import Computed
from playground.backward import Pass
from playground.graph import complete_backward, complete_forward
from playground.tape_values import TapeValues


class Kept(NamedTuple):
    """A gradient call whose tape can be replayed."""

    graph: dict[str, Any]
    values: TapeValues
    targets: list[int]
    seeds: list[Any]


class CannotReplay(Exception):
    """Why the tape cannot be replayed, in words for the page."""


class _Watching(observers.Observer):
    """Follows the one pass of a replay."""

    def __init__(self) -> None:
        self.one = Pass()

    def asked(self, question: observers.Question) -> None:
        question.steps = True

    def stepped(self, question: observers.Question, step: observers.Step) -> None:
        self.one.add(step)

    def arrived(self, question: observers.Question, cotangents: dict[int, Any]) -> None:
        self.one.end(cotangents)


def replayed(kept: Kept, node: int, by: dict[str, float]) -> dict[str, Any]:
    """Nodes and steps where the value of `node` is `scale` times what it was, plus `shift`."""
    values = kept.values
    if values.full:
        raise CannotReplay("This tape holds more values than are kept for this.")
    now: dict[int, Any] = {}
    former: dict[int, int] = {}  # id of a tensor of the replay → the node's
    with gradtape.GradientTape() as tape:
        for op in values.steps:
            for i, held in op.inputs:
                if i and i not in now:
                    now[i] = _source(held, by if i == node else None)
                    former[observers.id_of(now[i])] = i
                    tape.watch(now[i])
            outputs = _again(op, [now[i] if i else _tensor(held) for i, held in op.inputs])
            for (i, _), y in zip(op.outputs, outputs, strict=True):
                former[observers.id_of(y)] = i
                # A constant is added, so that what stands before it keeps its gradient.
                now[i] = y + _moved(y.numpy(), by) if i == node else y
                former[observers.id_of(now[i])] = i
    seen = _pass(tape, kept, now)
    return _told(kept, now, _under_former_names(seen, former))


def _pass(tape: Any, kept: Kept, now: dict[int, Any]) -> Pass:
    ends = [(now[i], seed) for i, seed in zip(kept.targets, kept.seeds, strict=True) if i in now]
    watching = _Watching()
    stop = observers.observe(watching)
    try:
        tape.gradient(
            [y for y, _ in ends],
            [y for y in now.values() if y.dtype.is_floating],
            [gradtape.ones_like(y) if seed is None else _tensor(seed) for y, seed in ends],
        )
    finally:
        stop()
    return watching.one


def _under_former_names(seen: Pass, former: dict[int, int]) -> Pass:
    """The pass with the nodes' ids; the constant that was added is no step of its own."""
    told = Pass()
    for step in seen.steps:
        node = former.get(step.node, 0)
        sent = tuple((former[i], g) for i, g in step.sent if former.get(i, node) != node)
        arrived = {former[i]: g for i, g in step.arrived.items() if i in former}
        if sent:
            told.add(step._replace(node=node, sent=sent, arrived=arrived))
    told.end({former[i]: g for i, g in seen.cotangents.items() if i in former})
    return told


def _told(kept: Kept, now: dict[int, Any], seen: Pass) -> dict[str, Any]:
    nodes = {n["id"]: {**n, "trouble": None, "gradient": None} for n in kept.graph["nodes"]}
    graph = {**kept.graph, "nodes": list(nodes.values()), "steps": []}
    values = {i: observers.as_array(y) for i, y in now.items() if i in nodes}
    complete_forward(graph, nodes, values, kept.values.constants)
    complete_backward(graph, nodes, seen, values)
    keys = ("id", "value", "gradient", "trouble")
    told = [{key: nodes[i][key] for key in keys} for i in nodes]
    return {"nodes": told, "steps": graph["steps"]}


def _again(op: Computed, operands: list[Any]) -> tuple[Any, ...]:
    call = getattr(op, "call", None)  # an engine of the first days has none
    if call is None or op.own_gradient:
        raise CannotReplay(
            f"{op.type} has a gradient of the program's own, which is not run again."
            if op.own_gradient
            else "The engine of this link cannot compute an op again."
        )
    y = call(*operands, **op.params)
    return y if isinstance(y, tuple) else (y,)


def _source(held: Any, by: dict[str, float] | None) -> Any:
    array = np.asarray(held)
    return _tensor(array if by is None else array + _moved(array, by))


def _moved(array: Any, by: dict[str, float]) -> Any:
    """What is to be added to an array."""
    moved = array * (by["scale"] - 1.0) + by["shift"]
    return np.asarray(moved, np.asarray(array).dtype)


def _tensor(held: Any) -> Any:
    if not isinstance(held, (np.ndarray, np.generic, bool, int, float, complex)):
        raise CannotReplay("Some values of this tape are not on the CPU.")
    return gradtape.constant(held)
