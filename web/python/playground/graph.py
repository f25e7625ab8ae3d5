"""The tape's graph for the page: the engine's nodes, with what the observers saw of each.

`outline` is taken before a gradient is asked for (the tape lets go of its values on the way back),
`complete` adds values, cotangents, times and where NaN was born after it.
"""

from __future__ import annotations

from time import perf_counter_ns
from typing import Any

import numpy as np

from gradtape.observers import Computed, as_array
from playground.backward import Pass
from playground.drawing import told_of
from playground.tape_values import TapeValues
from playground.values import Sent, births, brief, cotangent_births, summarize

MOST_NODES = 12_000  # nodes of a graph that go to the page
TIMED_NS = 150_000_000  # what measuring the ops of one run may take
TICKS = 20  # of the clock that a measurement lasts; a tab's clock is coarse, 0.1 ms in a sandbox


class Stopwatch:
    """Times the kernels of one run's ops, as long as its allowance lasts."""

    def __init__(self) -> None:
        began = now = perf_counter_ns()
        while now == began:
            now = perf_counter_ns()
        self.tick = now - began  # nanoseconds of the clock's smallest step
        self._spent = 0
        self._known: dict[str, float] = {}  # milliseconds by op, operands and parameters

    def times(self, values: TapeValues) -> dict[int, float]:
        """Milliseconds of every op's kernel, computed again from the operands it had."""
        times: dict[int, float] = {}
        for op in values.steps:
            if not op.registered or not _is_on_cpu(op):
                continue
            operands = [(np.shape(value), value.dtype.str) for _, value in op.inputs]
            key = f"{op.type} {operands} {op.params}"
            if key not in self._known:
                if self._spent > TIMED_NS:
                    break
                self._known[key] = self._measured(op) / 1e6
            times.update((i, self._known[key]) for i, _ in op.outputs[:1])
        return times

    def _measured(self, op: Computed) -> float:
        """Nanoseconds of the kernel, from as many runs of it as the clock needs."""
        runs = 1
        while True:
            took = _run(op, runs)
            self._spent += took
            if took >= TICKS * self.tick or took < 0 or self._spent > TIMED_NS:
                return max(took, 0) / runs
            runs = runs * 4 if took == 0 else min(runs * 4, runs * TICKS * self.tick // took + 1)


def _is_on_cpu(op: Computed) -> bool:
    return all(isinstance(value, (np.ndarray, np.generic)) for _, value in op.inputs)


def _run(op: Computed, runs: int) -> int:
    """Nanoseconds of so many runs; below 0 where the kernel raises."""
    values = [value for _, value in op.inputs]
    kernel, params = op.kernel, op.params
    with np.errstate(all="ignore"):
        began = perf_counter_ns()
        try:
            for _ in range(runs):
                kernel(*values, **params)
        except Exception:
            return -1
        return perf_counter_ns() - began


def outline(tape: Any) -> dict[str, Any]:
    """Nodes, edges and bytes kept, as the tape has them now."""
    data = tape.graph().to_dict()
    nodes = data["nodes"][:MOST_NODES]
    shown = {node["id"] for node in nodes}
    empty = {"value": None, "gradient": None, "trouble": None, "forward": None, "backward": None}
    return {
        "nodes": [
            {
                "id": node["id"],
                "op": node["op"],
                "kind": node["kind"],
                "name": node["name"],
                "shape": list(node["shape"]),
                "dtype": node["dtype"],
                "device": node["device"],
                "bytes": int(node["bytes_kept"] or 0),
                "line": node["line"],
                "status": node["status"],
                "constants": [],
                "operands": [],
                "label": None,
                "scope": None,
                "expression": None,
                "role": None,
                **empty,
            }
            for node in nodes
        ],
        "edges": [list(edge) for edge in data["edges"] if shown.issuperset(edge)],
        "bytes": int(data["bytes_kept"]),
        "steps": [],
        "clock": 0.0,
    }


def complete(
    graph: dict[str, Any], tape: TapeValues | None, one_pass: Pass | None, stopwatch: Stopwatch
) -> None:
    """Add what was seen to the nodes; to be called while nothing records."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    graph["clock"] = stopwatch.tick / 1e6
    values: dict[int, Any] = {}
    if tape is not None:
        values = {i: as_array(value) for i, value in tape.values.items() if i in nodes}
        for i, operands in tape.constants.items():
            if i in nodes:
                nodes[i]["constants"] = [_constant(as_array(x)) for x in operands[:4]]
        for i, took in stopwatch.times(tape).items():
            if i in nodes:
                nodes[i]["forward"] = took
        complete_forward(graph, nodes, values, tape.constants)
    if one_pass is not None:
        complete_backward(graph, nodes, one_pass, values)


def complete_forward(
    graph: dict[str, Any], nodes: dict[int, Any], values: dict[int, Any], constants: dict[int, Any]
) -> None:
    """Add the values, and where one is first not finite."""
    for i, value in values.items():
        nodes[i]["value"] = summarize(value)
    arrays = {i: list(map(as_array, c)) for i, c in constants.items() if i in nodes}
    for i, trouble in births(graph["edges"], values, arrays):
        nodes[i]["trouble"] = trouble


def complete_backward(
    graph: dict[str, Any], nodes: dict[int, Any], one_pass: Pass, values: dict[int, Any]
) -> None:
    """Add the cotangents and the steps, and where one is first not finite."""
    cotangents = {i: as_array(g) for i, g in one_pass.cotangents.items() if i in nodes}
    for i, g in cotangents.items():
        nodes[i]["gradient"] = summarize(g)
    steps = []
    for step in one_pass.steps:
        if step.node not in nodes:
            continue
        if nodes[step.node]["device"].startswith("CPU"):  # a GPU computes it later, with others
            nodes[step.node]["backward"] = step.nanoseconds / 1e6
        steps.append(Sent(step.node, [(i, as_array(g)) for i, g in step.sent if i in nodes]))
    for (node, _), told in zip(steps, told_of(steps), strict=True):
        graph["steps"].append({"node": node, "into": told})
    for sender, receiver, what in cotangent_births(steps, cotangents, values):
        name = nodes[receiver]["op"] if nodes[receiver]["kind"] == "op" else called(nodes[receiver])
        words = f"the gradient that it sends to {name} is {what}"
        before = nodes[sender]["trouble"]
        nodes[sender]["trouble"] = words if before is None else f"{before}; {words}"


def called(node: dict[str, Any]) -> str:
    """What a node is called in words."""
    return str(node["label"] or (node["name"] or node["op"]).removesuffix(":0"))


def _constant(array: Any) -> str:
    if array is None:
        return "a constant"
    return (
        brief(array) if array.ndim == 0 else f"{array.dtype.name}{list(array.shape)} {brief(array)}"
    )
