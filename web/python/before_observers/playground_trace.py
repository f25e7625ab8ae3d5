"""Reports every gradient call of a program to the page: results, explanations, the tape's graph.

The methods of `GradientTape` are wrapped once, inside whatever the snippet recorder wraps around
them later. What is costly (graphs, explanations) is made for the first calls only, so that a
training loop of thousands of steps stays a training loop; the last call is always reported.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import playground_backward
import playground_check
import playground_graph
from playground_values import Observer, described

WITH_GRAPH = 12  # gradient calls reported with their graph
REPORTED = 60  # gradient calls reported at all, but for the last one
ALL_NODES = 20_000  # nodes of all graphs of a run together

_calls = 0
_depth = 0
_nodes = 0
_unreported: dict[str, Any] | None = None


def install(gradtape: Any) -> None:
    """Wrap the tape's methods; frames of these files count as the engine's, not the program's."""
    for module in (sys.modules[__name__], playground_backward, playground_graph):
        gradtape.lines.INTERNAL[str(module.__file__)] = True
    tape = gradtape.GradientTape
    for name in ("gradient", "jacobian", "batch_jacobian"):
        setattr(tape, name, _reporting(getattr(tape, name), name, gradtape))
    tape.__enter__ = _observing(tape.__enter__, gradtape.state.state)
    tape.reset = _still_observed(tape.reset)
    playground_backward.install(gradtape)


def begin() -> None:
    """Forget the run before."""
    global _calls, _unreported, _depth, _nodes
    _calls, _unreported, _depth, _nodes = 0, None, 0, 0
    playground_check.begin()
    playground_graph.begin()


def finish() -> int:
    """Report the last call if it was not; how many calls there were."""
    if _unreported is not None:
        _send(_unreported)
    return _calls


def _observing(enter: Callable[[Any], Any], state: Any) -> Callable[[Any], Any]:
    """Let an observer stand beside every tape whose graph may be shown."""

    def entering(tape: Any) -> Any:
        entered = enter(tape)
        frame = sys._getframe(1)
        tape._opened_at = (frame.f_code, frame.f_lasti)
        observer = _observer_of(tape)
        if observer is None and _with_graph():
            observer = tape._observer = Observer(tape)
        if observer is not None:
            state.recorders = (*state.recorders, observer)
        return entered

    return entering


def _still_observed(reset: Callable[[Any], None]) -> Callable[[Any], None]:
    def resetting(tape: Any) -> None:
        observer = _observer_of(tape)
        reset(tape)  # the tape forgets all that it has
        tape._observer = observer

    resetting.__doc__ = reset.__doc__
    return resetting


def _observer_of(tape: Any) -> Observer | None:
    observer: Observer | None = getattr(tape, "_observer", None)
    return observer


def _with_graph() -> bool:
    return _calls < WITH_GRAPH and _nodes < ALL_NODES


def _reporting(method: Callable[..., Any], name: str, gradtape: Any) -> Callable[..., Any]:
    def reporting(tape: Any, target: Any, *args: Any, **kwargs: Any) -> Any:
        global _calls, _depth, _unreported, _nodes
        if _depth:
            return method(tape, target, *args, **kwargs)
        _depth += 1
        try:
            graph = one_pass = None
            if _with_graph():
                with _quietly(gradtape, tape):
                    graph = playground_graph.outline(tape)
                    _nodes += len(graph["nodes"])
                if graph is not None and name == "gradient":
                    one_pass = playground_backward.Pass()
            keyword = "source" if name == "batch_jacobian" else "sources"
            sources = args[0] if args else kwargs.get(keyword)
            try:
                with playground_backward.watch(one_pass):
                    value = method(tape, target, *args, **kwargs)
            except LookupError:  # an op on the way has no gradient
                _calls += 1
                with _quietly(gradtape, tape):
                    _send(_refused(gradtape, tape, name, target, sources))
                raise
            _calls += 1
            with _quietly(gradtape, tape):
                if graph is not None:
                    playground_graph.complete(graph, _observer_of(tape), one_pass)
                call = _call(gradtape, tape, name, target, sources, value, graph)
                if graph is not None:
                    seeds = args[1] if len(args) > 1 else kwargs.get("output_gradients")
                    _keep(gradtape, tape, call, target, sources, seeds, value)
                if _calls <= REPORTED:
                    _send(call)
                    _unreported = None
                else:
                    _unreported = call
            return value
        finally:
            _depth -= 1

    reporting.__name__, reporting.__doc__ = method.__name__, method.__doc__
    reporting.__wrapped__ = method  # type: ignore[attr-defined]
    return reporting


@contextlib.contextmanager
def _quietly(gradtape: Any, tape: Any) -> Any:
    """Nothing that the report computes is recorded, and its own mistakes never stop a program."""
    state = gradtape.state.state
    recorders = state.recorders
    state.recorders = ()
    try:
        yield
    except Exception as error:
        print(f"(the tape could not be shown: {type(error).__name__}: {error})")
    finally:
        state.recorders = recorders


def _send(call: dict[str, Any]) -> None:
    import playground_page

    playground_page.gradient(json.dumps(call))


def _call(
    gradtape: Any, tape: Any, method: str, target: Any, sources: Any, value: Any, graph: Any
) -> dict[str, Any]:
    leaves = gradtape.nest.flatten(value)
    flat_sources = gradtape.nest.flatten(sources)
    target_name, names = _written_names(gradtape, method, target, sources, flat_sources)
    explain = importlib.import_module("gradtape.explain").explain
    results, explanations = [], []
    for i, leaf in enumerate(leaves):
        name = names[i] if i < len(names) else f"source {i}"
        results.append(_result(gradtape, name, leaf))
        if leaf is None and i < len(flat_sources) and _calls <= WITH_GRAPH:
            names_of = (target_name, name)
            told = explain(tape, target, flat_sources[i], names_of).to_dict()
            explanations.append(_explanation(name, told))
    place = gradtape.lines.resolve(gradtape.lines.here())
    return {
        "call": _calls,
        "method": method,
        "line": None if place is None else place.to_dict(),
        "target": target_name,
        "results": results,
        "explanations": explanations,
        "graph": graph,
    }


def _refused(gradtape: Any, tape: Any, method: str, target: Any, sources: Any) -> dict[str, Any]:
    """A call that raised: no results, and for each source that no gradient reaches the reason."""
    call = _call(gradtape, tape, method, target, sources, [], None)
    flat_sources = gradtape.nest.flatten(sources)
    target_name, names = _written_names(gradtape, method, target, sources, flat_sources)
    explain = importlib.import_module("gradtape.explain").explain
    for name, source in zip(names, flat_sources, strict=True):
        told = explain(tape, target, source, (target_name, name)).to_dict()
        if not told["connected"]:
            call["explanations"].append(_explanation(name, told))
    return call


def _written_names(
    gradtape: Any, method: str, target: Any, sources: Any, flat_sources: list[Any]
) -> tuple[str, list[str]]:
    """What the program calls the target and each source.

    Where it has no name for one, the variable's own name stands.
    """
    labels = importlib.import_module("gradtape.snippet.labels")
    frame = gradtape.lines.user_frame()
    call = labels.call_in(frame) if frame is not None else None
    keyword = "source" if method == "batch_jacobian" else "sources"
    single = len(flat_sources) == 1 and flat_sources[0] is sources
    paths = [()] if single else [(i,) for i in range(len(flat_sources))]
    if not single and not isinstance(sources, (list, tuple)):
        paths = []  # a dictionary: its order is not that of the call
    expression = labels.argument(call, 1, keyword)
    written = labels.source_names(expression, paths)
    written += [None] * (len(flat_sources) - len(written))
    names = [
        name or _own_name(source) or f"source {i}"
        for i, (name, source) in enumerate(zip(written, flat_sources, strict=True))
    ]
    target_name = labels.simple_name(labels.argument(call, 0, "target"))
    return target_name or _own_name(target) or "target", names


def _own_name(thing: Any) -> str | None:
    name = getattr(thing, "name", None)
    return name if isinstance(name, str) and name else None


def _explanation(source: str, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "source": source,
        "cause": str(told.get("cause") or "unknown"),
        "text": str(told.get("text") or ""),
        "line": told.get("line"),
        "advice": str(told.get("advice") or ""),
        "suggestion": told.get("suggestion"),
    }


def _result(gradtape: Any, label: str, leaf: Any) -> dict[str, Any]:
    if leaf is None:
        none = {"label": label, "none": True, "shape": [], "dtype": "none", "values": None}
        return {**none, "text": "None", "summary": "no path from the target"}
    dense = gradtape.convert_to_tensor(leaf) if hasattr(leaf, "dense_shape") else leaf
    return described(label, np.asarray(dense.numpy()))


def _keep(
    gradtape: Any, tape: Any, call: Any, target: Any, sources: Any, seeds: Any, value: Any
) -> None:
    """Keep what the gradient check needs of this call."""
    flatten = gradtape.nest.flatten
    targets = flatten(target)
    given = [None] * len(targets) if seeds is None else flatten(seeds)
    leaves = [
        leaf if leaf is None else np.array(gradtape.convert_to_tensor(leaf).numpy())
        for leaf in flatten(value)
    ]
    playground_check.keep(
        playground_check.Asked(
            call=call["call"],
            method=call["method"],
            observer=_observer_of(tape),
            targets=[getattr(t, "_tensor", t)._id for t in targets],
            seeds=[None if s is None else np.asarray(gradtape.convert_to_tensor(s)) for s in given],
            sources=[tape._ids(source) for source in flatten(sources)],
            labels=[result["label"] for result in call["results"]],
            values=leaves,
        )
    )
