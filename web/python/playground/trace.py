"""Reports every gradient call of a program to the page: results, explanations, the tape's graph.

What is costly (graphs, explanations) is made for the first calls only, so that a training loop of
thousands of steps stays a training loop; the last call is always reported.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

import gradtape
from gradtape import observers
from playground.backward import Pass
from playground.check import Asked, Checks
from playground.drawing import Drawing
from playground.graph import Stopwatch, complete, outline
from playground.names import Names
from playground.replay import CannotReplay, Kept, replayed
from playground.show import Shown
from playground.tape_values import TapeValues
from playground.values import described

VERSION = 1  # of the engine's interface for observers that this is written for
WITH_GRAPH = 12  # gradient calls reported with their graph
REPORTED = 60  # gradient calls reported at all, but for the last one
ALL_NODES = 30_000  # nodes of all graphs of a run together


class Trace(observers.Observer):
    """What the tapes of one run did."""

    def __init__(self, shown: Shown) -> None:
        self.calls = 0
        self.checks = Checks()
        self._kept: dict[int, Kept] = {}
        self._shown = shown
        self._stopwatch = Stopwatch()
        self._values: WeakKeyDictionary[Any, TapeValues] = WeakKeyDictionary()
        self._nodes = 0
        self._open: dict[observers.Question, tuple[dict[str, Any] | None, Pass]] = {}
        self._unreported: dict[str, Any] | None = None

    def finish(self) -> int:
        """Report the last call if it was not; how many calls there were."""
        if self._unreported is not None:
            _send(self._unreported)
        return self.calls

    def replay(self, call: int, node: int, by: dict[str, float]) -> str:
        """All values and gradients of a call where one value is another, as JSON."""
        kept = self._kept.get(call)
        told: dict[str, Any] = {"call": call, "node": node, "nodes": [], "steps": [], "text": ""}
        with observers.unrecorded(), np.errstate(all="ignore"):
            try:
                if kept is None:
                    raise CannotReplay("The values of this tape are not kept.")
                told.update(replayed(kept, node, by))
            except CannotReplay as why:
                told["text"] = str(why)
            except Exception as error:
                told["text"] = f"It cannot be computed there: {error}"
        return json.dumps(told)

    # -- what the engine tells

    def opened(self, tape: Any) -> TapeValues | None:
        values = self._values.get(tape)
        if values is None and self._has_graphs_left():
            values = self._values[tape] = TapeValues()
        return values

    def asked(self, question: observers.Question) -> None:
        if question.method == "jvp":
            return
        graph = None
        if self._has_graphs_left():
            with _quietly():
                graph = outline(question.asked)
                self._nodes += len(graph["nodes"])
        question.steps = graph is not None and question.method == "gradient"
        self._open[question] = graph, Pass()

    def stepped(self, question: observers.Question, step: observers.Step) -> None:
        _, one_pass = self._open[question]
        one_pass.add(step)

    def arrived(self, question: observers.Question, cotangents: dict[int, Any]) -> None:
        _, one_pass = self._open[question]
        one_pass.end(cotangents)

    def answered(self, question: observers.Question, value: Any) -> None:
        if question not in self._open:
            return
        graph, one_pass = self._open.pop(question)
        self.calls += 1
        with _quietly():
            names = Names(question.frame) if graph is not None else None
            if graph is not None:
                seen_values = self._values.get(question.asked)
                seen = one_pass if question.steps else None
                complete(graph, seen_values, seen, self._stopwatch)
            call = self._call(question, value, graph, names)
            if graph is not None and names is not None:
                with _quietly():
                    Drawing(graph, seen_values, question, names).dress(call)
                self._keep(question, call, value)
            if self.calls <= REPORTED:
                _send(call)
                self._unreported = None
            else:
                self._unreported = call

    def refused(self, question: observers.Question, error: Exception) -> None:
        """An op on the way has no gradient: no results, and for each source the reason."""
        known = self._open.pop(question, None)
        if known is None or not isinstance(error, LookupError):
            return
        self.calls += 1
        with _quietly():
            call = self._call(question, [], None, None)
            target_name, names = observers.names_of(question)
            for name, source in zip(names, gradtape.nest.flatten(question.sources), strict=True):
                told = observers.explanation(question, source, (target_name, name))
                if not told["connected"]:
                    call["explanations"].append(_explanation(name, told))
            _send(call)

    def shown(self, kind: str, fields: dict[str, Any]) -> None:
        self._shown.receive(kind, fields)

    # -- what the page is told

    def _has_graphs_left(self) -> bool:
        return self.calls < WITH_GRAPH and self._nodes < ALL_NODES

    def _call(
        self,
        question: observers.Question,
        value: Any,
        graph: dict[str, Any] | None,
        called: Names | None,
    ) -> dict[str, Any]:
        leaves = gradtape.nest.flatten(value)
        flat_sources = gradtape.nest.flatten(question.sources)
        target_name, names = observers.names_of(question)
        results, explanations = [], []
        for i, leaf in enumerate(leaves):
            name = names[i] if i < len(names) else f"source {i}"
            if called is not None and i < len(flat_sources):
                name = _in_program(name, flat_sources[i], called)
            results.append(_result(name, leaf))
            if _in_trouble(leaf) and i < len(flat_sources) and self.calls <= WITH_GRAPH:
                told = observers.explanation(question, flat_sources[i], (target_name, name))
                explanations.append(_explanation(name, told))
        return {
            "call": self.calls,
            "method": question.method,
            "line": observers.line_of(question),
            "target": target_name,
            "results": results,
            "explanations": explanations,
            "graph": graph,
        }

    def _keep(self, question: observers.Question, call: dict[str, Any], value: Any) -> None:
        """Keep what the gradient check needs of this call."""
        flatten, tensor = gradtape.nest.flatten, gradtape.convert_to_tensor
        targets = flatten(question.target)
        seeds = question.arguments.get("output_gradients")
        given = [None] * len(targets) if seeds is None else flatten(seeds)
        sources = flatten(question.sources)
        ids = [observers.id_of(target) for target in targets]
        values_of_tape = self._values.get(question.asked)
        if values_of_tape is not None and question.method == "gradient":
            arrays = [None if seed is None else np.asarray(tensor(seed)) for seed in given]
            self._kept[call["call"]] = Kept(call["graph"], values_of_tape, ids, arrays)
        self.checks.keep(
            Asked(
                call=call["call"],
                method=call["method"],
                values_of_tape=values_of_tape,
                targets=ids,
                seeds=[None if seed is None else np.asarray(tensor(seed)) for seed in given],
                sources=[observers.ids_of(question.asked, source) for source in sources],
                labels=[result["label"] for result in call["results"]],
                values=[g if g is None else np.array(tensor(g).numpy()) for g in flatten(value)],
            )
        )


def _in_program(name: str, source: Any, names: Names) -> str:
    """The name of a source in the program, where `name` is only the engine's for it."""
    own = name == getattr(source, "name", None) or name.startswith("source ")
    return (names.of(source) or name) if own else name


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """The report's own mistakes never stop a program."""
    try:
        yield
    except Exception as error:
        print(f"(the tape could not be shown: {type(error).__name__}: {error})")


def _send(call: dict[str, Any]) -> None:
    import playground_page

    playground_page.gradient(json.dumps(call))


def _in_trouble(leaf: Any) -> bool:
    """Whether a gradient is None or not finite, and so wants a card."""
    if leaf is None:
        return True
    g = np.asarray(gradtape.convert_to_tensor(leaf).numpy())
    return g.dtype.kind in "fc" and not bool(np.isfinite(g).all())


def _explanation(source: str, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "source": source,
        "cause": str(told.get("cause") or "unknown"),
        "text": str(told.get("text") or ""),
        "line": told.get("line"),
        "advice": str(told.get("advice") or ""),
        "suggestion": told.get("suggestion"),
    }


def _result(label: str, leaf: Any) -> dict[str, Any]:
    if leaf is None:
        none = {"label": label, "none": True, "shape": [], "dtype": "none", "values": None}
        return {**none, "text": "None", "summary": "no path from the target"}
    dense = gradtape.convert_to_tensor(leaf) if hasattr(leaf, "dense_shape") else leaf
    return described(label, np.asarray(dense.numpy()))
