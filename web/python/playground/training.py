"""What the gradient calls of a run have in common: each place that asks is a loop with its steps.

Of every step the target, the gradients and the weights are measured: a series for the curves, and
the troubles, each with its count. The page is told from time to time, and when there is a new one.
"""

from __future__ import annotations

import json
import math
from time import perf_counter
from types import FrameType
from typing import Any

import gradtape
from gradtape import observers
from playground.series import Series
from playground.sizes import Size, is_on_device, size_of
from playground.troubles import AT_ONCE, MOST_NONE, Kinds, Trouble, described
from playground.values import number

MOST_LOOPS = 16  # places that ask; later ones are not followed
MOST_CURVES = 24  # sources with curves
MOST_EXPLAINED = 8  # sources whose NaN is looked into in one step
DEVICE_STRIDE = 16  # of values on a device every so manieth step is read after the first ones
EVERY_SECONDS = 0.25
MOST_TOLD = 1_500  # messages of a run while it goes on; what is new, and the end, come all the same
SHARE = 50  # telling the page takes at most this part of the time

Key = tuple[Any, int, str]


class Answer:
    """A question with its answer, taken apart."""

    def __init__(self, question: observers.Question, value: Any) -> None:
        self.question, self.value = question, value
        self.gradients = gradtape.nest.flatten(value)
        self.sources = gradtape.nest.flatten(question.sources)

    def names(self) -> tuple[str, list[str]]:
        """What the program calls the target, and each of the sources."""
        target, names = observers.names_of(self.question)
        missing = range(len(names), len(self.gradients))
        return target, [*names, *(f"source {i}" for i in missing)]


class Loop:
    """The gradient calls that one place of the program has made."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.steps = 0
        self.looked = 0  # steps whose gradients were read
        self.target = ""
        self.labels: list[str] = []
        self.line: Any = None
        self.method = ""
        self.troubles: list[Trouble] = []
        self.series = Series()
        self._kinds = Kinds()
        self._of: dict[tuple[str, int], Trouble] = {}
        self._weights: list[Size] = []  # as they were measured last
        self.ended = False
        self._latest: list[float] = []  # the row of the last step, without weights

    def add(self, answer: Answer, call: int, names: Any) -> list[Trouble]:
        """Measure one step; the troubles that are new."""
        self.steps += 1
        gradients = answer.gradients
        if (
            self.steps > 2 * DEVICE_STRIDE
            and self.steps % DEVICE_STRIDE
            and any(is_on_device(g) for g in gradients)
        ):
            return []
        self.looked += 1
        if not self.labels:
            self._introduce(answer, names)
        sizes = [size_of(g) for g in gradients]
        self._latest = [_scalar(answer.question.target), *(size.norm for size in sizes)]
        if self.series.wants(self.steps):
            self._weights = [size_of(source) for source in answer.sources]
            self.series.add(self.steps, self._row(self._latest, self._weights))
        new = []
        for kind, i, row in self._kinds.of(sizes, self._weights):
            trouble = self._of.get((kind, i))
            if trouble is None:
                before = len(self.troubles)
                trouble = self._of[kind, i] = self._found(kind, i, row, answer, call)
                new += self.troubles[before:]
            trouble.happened(self.steps, row if trouble.count == 0 else 1)
        return new

    def end(self) -> None:
        """The last step belongs to the curves, whatever their distance."""
        self.ended = True
        self.series.end(self.steps, self._row(self._latest, []))

    def explanation(self, i: int) -> dict[str, Any] | None:
        """Why the gradient of a source is None or not finite, as it was told first."""
        for kind in AT_ONCE:
            if (kind, i) in self._of:
                return self._of[kind, i].explanation
        return None

    def told(self) -> dict[str, Any]:
        """All of it for the page."""
        shown = min(len(self.labels), MOST_CURVES)
        curves = [self._curve("target", self.target, 0)]
        for i, label in enumerate(self.labels[:shown]):
            curves.append(self._curve("gradient", label, 1 + i))
            curves.append(self._curve("weight", label, 1 + shown + i))
        return {
            "loop": self.number,
            "steps": self.steps,
            "looked": self.looked,
            "method": self.method,
            "target": self.target,
            "line": self.line,
            "sources": len(self.labels),
            "curves": [curve for curve in curves if curve["x"]],
            "troubles": [
                {
                    "kind": trouble.kind, "sources": trouble.sources[:100], "count": trouble.count,
                    "first": trouble.first, "call": trouble.call,
                    "explanation": trouble.explanation,
                }
                for trouble in self.troubles
            ],
        }  # fmt: skip

    def _introduce(self, answer: Answer, names: Any) -> None:
        self.target, self.labels = answer.names()
        self.method = answer.question.method
        self.line = observers.line_of(answer.question)
        if names is not None:
            self.labels = [
                names(label, source)
                for label, source in zip(self.labels, answer.sources, strict=False)
            ]

    def _row(self, latest: list[float], weights: list[Size]) -> list[float]:
        """The target, then the gradients' norms, then the weights'; NaN where there is none."""
        shown = min(len(self.labels), MOST_CURVES)
        gradients, norms = latest[: 1 + shown], [size.norm for size in weights[:shown]]
        return [*gradients, *[math.nan] * (1 + shown - len(gradients)), *norms]

    def _curve(self, what: str, label: str, column: int) -> dict[str, Any]:
        x, y = self.series.column(column)
        return {"what": what, "label": label, "x": x, "y": [number(f"{v:.6g}") for v in y]}

    def _found(self, kind: str, i: int, row: int, answer: Answer, call: int) -> Trouble:
        """The trouble that a source has from now on: its own card, or one that it shares."""
        same = [t for t in self.troubles if t.kind == kind]
        label = self.labels[i] if i < len(self.labels) else f"source {i}"
        shared = None
        if kind == "none":
            shared = same[-1] if len(same) >= MOST_NONE else None
        elif same and (kind not in AT_ONCE or len(self._of) > MOST_EXPLAINED):
            shared = same[0]
        if shared is None:
            told = self._explained(kind, i, label, answer)
            if kind != "none":
                place = (told["cause"], told["line"])
                shared = next(
                    (t for t in same if (t.explanation["cause"], t.explanation["line"]) == place),
                    None,
                )
        if shared is None:
            shared = Trouble(kind, self.steps - row + 1, call, told)
            self.troubles.append(shared)
        if label not in shared.sources:
            shared.sources.append(label)
        return shared

    def _explained(self, kind: str, i: int, label: str, answer: Answer) -> dict[str, Any]:
        if kind not in AT_ONCE or i >= len(answer.sources):
            return described(kind, self.target, label, self.line)
        told = observers.explanation(answer.question, answer.sources[i], (self.target, label))
        return explanation_of(label, told)


class Training:
    """The loops of one run."""

    def __init__(self) -> None:
        self._loops: dict[Key, Loop] = {}
        self._told: dict[int, int] = {}  # loop → steps when the page was told last
        self._next = 0.0
        self._sent = 0

    def loop(self, question: observers.Question) -> Loop | None:
        """The loop that a question is a step of."""
        frame: FrameType | None = question.frame
        code, at = (None, 0) if frame is None else (frame.f_code, frame.f_lasti)
        key = (code, at, question.method)
        loop = self._loops.get(key)
        if loop is None and len(self._loops) < MOST_LOOPS:
            loop = self._loops[key] = Loop(len(self._loops) + 1)
        return loop

    def tell(self, now: bool = False) -> None:
        """Tell the page what is new, if that was long enough ago."""
        began = perf_counter()
        if not now and (began < self._next or self._sent >= MOST_TOLD):
            return
        for loop in self._loops.values():
            if self._told.get(loop.number) != loop.steps or (now and loop.ended):
                self._told[loop.number] = loop.steps
                self._sent += 1
                _send(loop.told())
        ended = perf_counter()
        self._next = ended + max(EVERY_SECONDS, SHARE * (ended - began))

    def end(self) -> None:
        """The run is over: the last steps, and all of it, to the page."""
        for loop in self._loops.values():
            loop.end()
        self.tell(now=True)


def explanation_of(source: str, told: dict[str, Any]) -> dict[str, Any]:
    """The engine's explanation, as the page reads it."""
    return {
        "source": source,
        "cause": str(told.get("cause") or "unknown"),
        "text": str(told.get("text") or ""),
        "line": told.get("line"),
        "advice": str(told.get("advice") or ""),
        "suggestion": told.get("suggestion"),
    }


def _scalar(target: Any) -> float:
    """The target's value, where it is one real number that can be read now."""
    if isinstance(target, (list, tuple)) and len(target) == 1:
        target = target[0]
    if is_on_device(target):
        return math.nan
    array = observers.as_array(target)
    if array is None or array.size != 1 or array.dtype.kind not in "fiu":
        return math.nan
    return float(array.reshape(-1)[0])


def _send(loop: dict[str, Any]) -> None:
    import playground_page

    playground_page.show("training", json.dumps(loop))
