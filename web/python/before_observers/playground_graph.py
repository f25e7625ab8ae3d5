"""The tape's graph for the page: the engine's nodes, with what the observers saw of each.

`outline` is taken before a gradient is asked for (the tape lets go of its values on the way back),
`complete` adds values, cotangents, times and where NaN was born after it.
"""

from __future__ import annotations

import importlib
from time import perf_counter_ns
from typing import Any

import numpy as np
from playground_backward import Pass, bare
from playground_values import (
    Observer,
    Step,
    as_array,
    births,
    brief,
    cotangent_births,
    summarize,
)

MOST_NODES = 4000  # nodes of a graph that go to the page
TIMED_NS = 150_000_000  # what measuring the ops of one run may take
TICKS = 20  # of the clock that a measurement lasts; a tab's clock is coarse, 0.1 ms in a sandbox

_timed_ns = 0
_known: dict[str, float] = {}  # milliseconds by op, operands and parameters
_tick_ns = 0


def begin() -> None:
    """Forget the run before."""
    global _timed_ns
    _timed_ns = 0
    _known.clear()


def _tick() -> int:
    """Nanoseconds of the clock's smallest step."""
    global _tick_ns
    if _tick_ns == 0:
        began = now = perf_counter_ns()
        while now == began:
            now = perf_counter_ns()
        _tick_ns = now - began
    return _tick_ns


def outline(tape: Any) -> dict[str, Any]:
    """Nodes, edges and bytes kept, as the tape has them now."""
    data = tape.graph().to_dict()
    nodes = data["nodes"][:MOST_NODES]
    kept = {node["id"] for node in nodes}
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
                **empty,
            }
            for node in nodes
        ],
        "edges": [list(edge) for edge in data["edges"] if edge[0] in kept and edge[1] in kept],
        "bytes": int(data["bytes_kept"]),
        "steps": [],
        "clock": 0.0,
    }


def complete(graph: dict[str, Any], observer: Observer | None, one_pass: Pass | None) -> None:
    """Add what was seen to the nodes; to be called while nothing records."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    graph["clock"] = _tick() / 1e6
    values: dict[int, Any] = {}
    if observer is not None:
        values = {i: value for i, value in observer.values.items() if i in nodes}
        for i, value in values.items():
            nodes[i]["value"] = summarize(value)
        for i, constants in observer.constants.items():
            if i in nodes:
                nodes[i]["constants"] = [_constant(x) for x in constants[:4]]
        for i, took in _forward_times(observer).items():
            if i in nodes:
                nodes[i]["forward"] = took
        for i, trouble in births(graph["edges"], values, observer.constants):
            nodes[i]["trouble"] = trouble
    if one_pass is not None:
        _complete_backward(graph, nodes, one_pass, values)


def _complete_backward(
    graph: dict[str, Any], nodes: dict[int, Any], one_pass: Pass, values: dict[int, Any]
) -> None:
    cotangents = {i: bare(g) for i, g in one_pass.cotangents.items() if i in nodes}
    for i, g in cotangents.items():
        nodes[i]["gradient"] = summarize(g)
    steps = [step for step in one_pass.steps if step["node"] in nodes]
    for step in steps:
        if nodes[step["node"]]["device"].startswith("CPU"):  # a GPU computes it later, with others
            nodes[step["node"]]["backward"] = step["nanoseconds"] / 1e6
        step["into"] = [(i, bare(g)) for i, g in step["into"] if i in nodes]
        into = [{"node": i, "sum": _brief(g)} for i, g in step["into"]]
        graph["steps"].append({"node": step["node"], "into": into})
    for sender, receiver, what in cotangent_births(steps, cotangents, values):
        name = (nodes[receiver]["name"] or nodes[receiver]["op"]).removesuffix(":0")
        words = f"the gradient that it sends to {name} is {what}"
        before = nodes[sender]["trouble"]
        nodes[sender]["trouble"] = words if before is None else f"{before}; {words}"


def _brief(value: Any) -> str:
    array = as_array(value)
    return "" if array is None else brief(array)


def _constant(value: Any) -> str:
    array = as_array(value)
    if array is None:
        return "a constant"
    text = _brief(array)
    return text if array.ndim == 0 else f"{array.dtype.name}{list(array.shape)} {text}"


def _forward_times(observer: Observer) -> dict[int, float]:
    """Milliseconds of every op's kernel, computed again from the operands it had."""
    registry = importlib.import_module("gradtape.registry").REGISTRY
    times: dict[int, float] = {}
    for step in observer.steps:
        if registry.get(step.op.type) is not step.op or not _on_cpu(step):
            continue
        operands = [(np.shape(value), value.dtype.str) for _, value in step.inputs]
        key = f"{step.op.type} {operands} {step.params}"
        if key not in _known:
            if _timed_ns > TIMED_NS:
                break
            _known[key] = _measured(step) / 1e6
        times[step.outputs[0]] = _known[key]
    return times


def _measured(step: Step) -> float:
    """Nanoseconds of the kernel, from as many runs of it as the clock needs."""
    global _timed_ns
    runs = 1
    while True:
        took = _run(step, runs)
        _timed_ns += took
        if took >= TICKS * _tick() or took < 0 or _timed_ns > TIMED_NS:
            return max(took, 0) / runs
        runs = runs * 4 if took == 0 else min(runs * 4, runs * TICKS * _tick() // took + 1)


def _on_cpu(step: Step) -> bool:
    return all(isinstance(value, (np.ndarray, np.generic)) for _, value in step.inputs)


def _run(step: Step, runs: int) -> int:
    """Nanoseconds of so many runs; below 0 where the kernel raises."""
    values = [value for _, value in step.inputs]
    kernel, params = step.op.kernel, step.params
    with np.errstate(all="ignore"):
        began = perf_counter_ns()
        try:
            for _ in range(runs):
                kernel(*values, **params)
        except Exception:
            return -1
        return perf_counter_ns() - began
