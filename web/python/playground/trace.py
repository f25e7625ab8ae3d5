"""Watches every gradient call of a program for the page: results, troubles, some of the tapes.

What is costly (places, graphs, explanations) is made for the first calls, for some of the later
ones, for those in trouble and for the last one, so that a training loop of thousands of steps stays
a training loop. Of every step the sizes are measured (`training.py`).
"""

from __future__ import annotations

import contextlib
import inspect
import json
from collections.abc import Iterator
from time import perf_counter
from types import FrameType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary, ref

import numpy as np

import gradtape
from gradtape import observers
from playground.backward import Pass
from playground.check import Asked
from playground.drawing import Drawing
from playground.failure import FILE
from playground.graph import Stopwatch, complete, outline
from playground.keeping import FIRST, FIRST_NODES, Call, Keeping, is_kept
from playground.names import Names
from playground.replay import CannotReplay, Kept, replayed
from playground.show import Shown
from playground.tape_values import Pattern, TapeValues
from playground.training import Answer, Loop, Training, explanation_of
from playground.values import described

VERSION = 1  # of the engine's interface for observers that this is written for
MOST_SITES = 64  # lines with a tape whose turns are counted
SECONDS = 1.0  # that the graphs of later steps may take at least …
BUILDING = 0.05  # … and this part of a run's time


class _Asking(NamedTuple):
    """A question that is being answered; `graph` where its tape is one of those that are kept."""

    graph: dict[str, Any] | None
    one_pass: Pass
    loop: Loop | None


class _Unfinished(NamedTuple):
    """Stands for the question that was never asked, because the program failed before."""

    asked: Any
    frame: FrameType | None
    target: tuple[()] = ()
    sources: tuple[()] = ()


class Trace(observers.Observer):
    """What the tapes of one run did."""

    def __init__(self, shown: Shown) -> None:
        self.calls = 0
        self.training = Training()
        self.keeping = Keeping()
        self.checks = self.keeping.checks
        self._shown = shown
        self._stopwatch = Stopwatch()
        self._values: WeakKeyDictionary[Any, TapeValues] = WeakKeyDictionary()
        self._sites: dict[tuple[Any, int], int] = {}
        self._patterns: dict[Loop | None, Pattern] = {}
        self._nodes = 0
        self._open: dict[observers.Question, _Asking] = {}
        self._last: tuple[Answer, Loop] | None = None
        self._unasked: Any = None  # the last tape of which nothing was asked
        self._began = perf_counter()
        self._spent = 0.0
        self._ended = False

    def finish(self) -> int:
        """Tell the page of all that is kept; how many calls there were."""
        self._ended = True  # what is computed from here on is not the program's
        with _quietly():
            if self._last is not None:
                answer, loop = self._last
                self._build(answer, _Asking(None, Pass(), loop), "last")
        for number in sorted(self.keeping.calls):
            call = self.keeping.calls[number]
            with _quietly():
                if not call.finished:
                    self._pull_back(call)
                _send(call.told)
        with _quietly():
            self.training.end()
        return self.calls

    def failed(self, frame: FrameType | None) -> None:
        """The program raised in this frame: a tape that was not asked yet is shown as it is."""
        tape = None if self._unasked is None else self._unasked()
        if tape is None:
            return
        self._ended = True
        with _quietly():
            graph = outline(tape)
            values = self._values.get(tape)
            if values is not None:
                values.look_through()
            complete(graph, values, None, self._stopwatch)
            question: Any = _Unfinished(tape, frame)
            call = {
                "call": self.calls + 1, "method": "unfinished", "target": "",
                "line": observers.line_of(question), "results": [], "explanations": [],
                "graph": graph, "loop": None, "step": 0, "why": "unfinished",
            }  # fmt: skip
            Drawing(graph, values, question, Names(frame)).dress(call)
            if graph["nodes"]:
                self.keeping.add(Call(call, self.calls, True, None, True))

    def replay(self, call: int, node: int, by: dict[str, float]) -> str:
        """All values and gradients of a call where one value is another, as JSON."""
        kept = self.keeping.replays.get(call)
        told: dict[str, Any] = {"call": call, "node": node, "nodes": [], "steps": [], "text": ""}
        with observers.unrecorded(), np.errstate(all="ignore"):
            try:
                if kept is None:
                    raise CannotReplay(
                        "This tape and others hold more values than are kept for this."
                    )
                told.update(replayed(kept, node, by))
            except CannotReplay as why:
                told["text"] = str(why)
            except Exception as error:
                told["text"] = f"It cannot be computed there: {error}"
        return json.dumps(told)

    # -- what the engine tells

    def opened(self, tape: Any) -> TapeValues | None:
        if self._ended:
            return None
        self._unasked = ref(tape)
        values = self._values.get(tape)
        if values is None:
            values = self._values[tape] = TapeValues(self._places_ops())
        return values

    def asked(self, question: observers.Question) -> None:
        if self._ended or question.method == "jvp":
            return
        if self._unasked is not None and self._unasked() is question.asked:
            self._unasked = None
        loop = self.training.loop(question)
        values = self._values.get(question.asked)
        graph = None
        if (values is None or values.placed) and self._wants(loop):
            with _quietly(), self._building():
                graph = outline(question.asked)
        question.steps = graph is not None and question.method == "gradient"
        self._open[question] = _Asking(graph, Pass(), loop)

    def stepped(self, question: observers.Question, step: observers.Step) -> None:
        if question in self._open:
            self._open[question].one_pass.add(step)

    def arrived(self, question: observers.Question, cotangents: dict[int, Any]) -> None:
        if question in self._open:
            self._open[question].one_pass.end(cotangents)

    def answered(self, question: observers.Question, value: Any) -> None:
        asking = self._open.pop(question, None)
        if asking is None:
            return
        self.calls += 1
        with _quietly():
            answer, loop = Answer(question, value), asking.loop
            named = None
            if loop is not None and not loop.labels:
                names = Names(question.frame)
                named = lambda label, source: _in_program(label, source, names)  # noqa: E731
            new = [] if loop is None else loop.add(answer, self.calls, named)
            self._last = None if loop is None else (answer, loop)
            why = "; ".join(trouble.words for trouble in new)
            if self.calls <= FIRST or asking.graph is not None or new:
                with self._building():
                    self._build(answer, asking, why)
                self._last = None
            self.training.tell(now=bool(new))

    def refused(self, question: observers.Question, error: Exception) -> None:
        """An op on the way has no gradient: no results, and for each source the reason."""
        asking = self._open.pop(question, None)
        if asking is None or not isinstance(error, LookupError):
            return
        self.calls += 1
        with _quietly():
            answer = Answer(question, [])
            call = self._call(answer, None, None, None)
            target_name, names = observers.names_of(question)
            for name, source in zip(names, answer.sources, strict=True):
                told = observers.explanation(question, source, (target_name, name))
                if not told["connected"]:
                    call["explanations"].append(explanation_of(name, told))
            if self.calls <= FIRST:
                _send(call)
            else:
                self.keeping.add(Call(call, self.calls, True, None, True))

    def shown(self, kind: str, fields: dict[str, Any]) -> None:
        self._shown.receive(kind, fields)

    # -- which tapes are kept

    def _places_ops(self) -> bool:
        """Whether the tape that opens now is one of those that are kept."""
        frame = inspect.currentframe()
        while frame is not None and frame.f_code.co_filename != FILE:
            frame = frame.f_back
        site = (None, 0) if frame is None else (frame.f_code, frame.f_lasti)
        before = self._sites.get(site)
        if before is None and len(self._sites) >= MOST_SITES:
            return self.calls < FIRST
        self._sites[site] = (before or 0) + 1
        return self.calls < FIRST or is_kept(before or 0)

    def _wants(self, loop: Loop | None) -> bool:
        if self.calls < FIRST:
            return self._nodes < FIRST_NODES
        rested = self._spent < SECONDS + BUILDING * (perf_counter() - self._began)
        return loop is not None and is_kept(loop.steps) and rested

    @contextlib.contextmanager
    def _building(self) -> Iterator[None]:
        began = perf_counter()
        yield
        if self.calls > FIRST:
            self._spent += perf_counter() - began

    # -- what the page is told

    def _build(self, answer: Answer, asking: _Asking, why: str) -> None:
        """Make the report of a call, and keep it or send it."""
        question, graph, loop = answer.question, asking.graph, asking.loop
        values = self._values.get(question.asked)
        first = self.calls <= FIRST and not self._ended
        if values is not None:
            values.look_through()
        finished = question.steps or question.method != "gradient"
        if graph is None and not first:
            graph, finished = outline(question.asked), False
            if values is not None and not values.placed and loop in self._patterns:
                values.take_places(self._patterns[loop], question.frame, graph)
        kept, names = None, None
        if graph is not None:
            names = Names(question.frame)
            complete(graph, values, asking.one_pass if question.steps else None, self._stopwatch)
        call = self._call(answer, graph, names, loop)
        call["why"] = why
        if graph is not None and names is not None:
            with _quietly():
                Drawing(graph, values, question, names).dress(call)
            if values is not None and values.placed:
                self._patterns[loop] = values.pattern(graph)
            kept = self._remember(answer, call, values)
        if first:
            self._nodes += 0 if graph is None else len(graph["nodes"])
            _send(call)
        else:
            step = self.calls - 1 if loop is None else loop.steps - 1
            self.keeping.add(Call(call, step, why not in ("", "last"), kept, finished))

    def _call(
        self, answer: Answer, graph: dict[str, Any] | None, called: Names | None, loop: Loop | None
    ) -> dict[str, Any]:
        question, late = answer.question, self._ended and loop is not None
        # A frame that has gone on no longer stands at the line that asked.
        target_name, names = (loop.target, loop.labels) if late and loop else answer.names()
        results, explanations = [], []
        for i, leaf in enumerate(answer.gradients):
            name = names[i] if i < len(names) else f"source {i}"
            if called is not None and i < len(answer.sources):
                name = _in_program(name, answer.sources[i], called)
            results.append(_result(name, leaf))
            known = None if loop is None else loop.explanation(i)
            if self.calls <= FIRST and not late:
                if _in_trouble(leaf) and i < len(answer.sources):
                    told = observers.explanation(question, answer.sources[i], (target_name, name))
                    explanations.append(explanation_of(name, told))
            elif known is not None and _in_trouble(leaf):
                explanations.append({**known, "source": name})
        return {
            "call": self.calls,
            "method": question.method,
            "line": loop.line if late and loop else observers.line_of(question),
            "target": target_name,
            "results": results,
            "explanations": explanations,
            "graph": graph,
            "loop": None if loop is None else loop.number,
            "step": 0 if loop is None else loop.steps,
            "why": "",
        }

    def _pull_back(self, call: Call) -> None:
        """Compute the backward pass of a call again: nobody watched the program's own."""
        kept, graph = self.keeping.replays.get(call.told["call"]), call.told["graph"]
        if kept is None or graph is None:
            return
        with observers.unrecorded(), np.errstate(all="ignore"), contextlib.suppress(CannotReplay):
            told = replayed(kept, -1, {})
            now = {node["id"]: node for node in told["nodes"]}
            for node in graph["nodes"]:
                node.update(now.get(node["id"], {}))
            graph["steps"] = told["steps"]

    def _remember(
        self, answer: Answer, call: dict[str, Any], values: TapeValues | None
    ) -> Kept | None:
        """Keep what the gradient check and a replay need of this call."""
        question = answer.question
        flatten, tensor = gradtape.nest.flatten, gradtape.convert_to_tensor
        targets = flatten(question.target)
        seeds = question.arguments.get("output_gradients")
        given = [None] * len(targets) if seeds is None else flatten(seeds)
        ids = [observers.id_of(target) for target in targets]
        arrays = [None if seed is None else np.asarray(tensor(seed)) for seed in given]
        kept = None
        if values is not None and question.method == "gradient":
            kept = Kept(call["graph"], values, ids, arrays)
        asked = Asked(
            call=call["call"],
            method=call["method"],
            values_of_tape=values,
            targets=ids,
            seeds=arrays,
            sources=[observers.ids_of(question.asked, source) for source in answer.sources],
            labels=[result["label"] for result in call["results"]],
            values=[g if g is None else np.array(tensor(g).numpy()) for g in answer.gradients],
        )
        self.keeping.remember(asked, values, kept)
        return kept


def _in_program(name: str, source: Any, names: Names) -> str:
    """The name of a source in the program, where `name` is the engine's, or a place in a list."""
    known = names.of(source)
    if name.endswith("]") and known is not None and known.isidentifier():
        return known
    own = name == getattr(source, "name", None) or name.startswith("source ")
    return (known or name) if own else name


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


def _result(label: str, leaf: Any) -> dict[str, Any]:
    if leaf is None:
        none = {"label": label, "none": True, "shape": [], "dtype": "none", "values": None}
        return {**none, "text": "None", "summary": "no path from the target"}
    dense = gradtape.convert_to_tensor(leaf) if hasattr(leaf, "dense_shape") else leaf
    return described(label, np.asarray(dense.numpy()))
