"""What observers are told, and how: the other side of `runtime.recorders.observed`.

While nobody observes, `observed.by` is None, and looking at that is all it costs. `observers.py` is
the door for those who want to watch; here are the events with their data, and the telling.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter_ns
from types import FrameType, MethodType
from typing import Any, NamedTuple

from gradtape.autodiff.backward import pull, reached
from gradtape.autodiff.records import OUTPUT, Record
from gradtape.primitives.op import Op
from gradtape.primitives.registry import REGISTRY
from gradtape.runtime.call_sites import user_frame
from gradtape.runtime.recorders import observed, recorders, state
from gradtape.tensors.tensor import EagerTensor

Value = tuple[int, Any]  # the id of a tensor, and its array


class Question:
    """A derivative that a program asks for.

    `asked` is the tape or accumulator, `method` what was called on it ("gradient", "jacobian",
    "batch_jacobian" or "jvp"), `arguments` its arguments by name, `caller` the frame of the call,
    and `frame` the innermost one outside the engine (None where there is none). An observer that
    wants to be told the steps of the backward pass sets `steps`, which makes the pass slower.
    """

    def __init__(self, answer: MethodType, caller: FrameType, arguments: dict[str, Any]) -> None:
        self.asked, self.method = answer.__self__, answer.__name__
        self.caller, self.arguments = caller, arguments
        self.frame = user_frame(3)
        self.steps = False

    @property
    def target(self) -> Any:
        """What is differentiated."""
        return self.arguments["primals" if self.method == "jvp" else "target"]

    @property
    def sources(self) -> Any:
        """With respect to what; None for "jvp", where the accumulator was given it."""
        return self.arguments.get("sources", self.arguments.get("source"))


class Step(NamedTuple):
    """One op in the backward pass.

    Cotangents are those of the pass itself: arrays, tensors, rows of a gather, or batches of a
    Jacobian; `observers.as_array` reads them.
    """

    node: int  # the first output at which a cotangent arrived
    arrived: dict[int, Any]  # output → its cotangent
    sent: tuple[Value, ...]  # input → its cotangent, what came to it before included
    nanoseconds: int


class Computed(NamedTuple):
    """An op that was computed on a value that a tape follows, with all that computes it again."""

    type: str
    inputs: tuple[Value, ...]  # the id is 0 where no source leads to the operand
    outputs: tuple[Value, ...]
    params: dict[str, Any]
    flows: bool  # whether a gradient passes through it
    own_gradient: bool  # its gradient was written by the program (tf.custom_gradient)
    registered: bool  # an op of the engine, whose kernel is
    kernel: Callable[..., Any]
    call: Callable[..., Any]  # the op on tensors, recorded as everything is

    def compute(self, operands: list[Any]) -> tuple[Any, ...]:
        """The outputs for other operands (arrays, in the order of `inputs`)."""
        y = self.kernel(*operands, **self.params)
        return y if type(y) is tuple else (y,)


class Follower:
    """Stands beside one tape while that is recording; what is not needed is left as it is here.

    These are told in the midst of a computation: they may keep values, and compute nothing.
    """

    def computed(self, op: Computed) -> None:
        """An op on a value that the tape follows."""

    def cut(self, outputs: tuple[Value, ...]) -> None:
        """The outputs of an op on a value that depends on a source by no gradient any more."""


class Observer:
    """Is told of all that happens in every thread; what is not needed is left as it is here.

    While it is told, nothing is recorded and nothing that it does itself is told. What it raises
    goes to the program.
    """

    def opened(self, tape: Any) -> Follower | None:
        """A tape begins to record; what is returned stands beside it until it stops."""
        return None

    def reset(self, tape: Any) -> None:
        """A tape forgot what it had recorded."""

    def asked(self, question: Question) -> None:
        """A derivative is asked for; questions inside questions are not told."""

    def stepped(self, question: Question, step: Step) -> None:
        """One step of the backward pass, where `question.steps` was set."""

    def arrived(self, question: Question, cotangents: dict[int, Any]) -> None:
        """The end of that pass, and the cotangents that have arrived at its sources."""

    def answered(self, question: Question, value: Any) -> None:
        """What the program gets."""

    def refused(self, question: Question, error: Exception) -> None:
        """What is raised instead."""

    def explained(self, tape: Any, explanation: Any) -> None:
        """A program asked `tape.explain`."""

    def shown(self, kind: str, fields: dict[str, Any]) -> None:
        """A program shows something by `gradtape.playground`: "points", "tensor" or "loop"."""


class _Thread(threading.local):
    question: Question | None = None
    pulling = telling = False


class Observation:
    """Tells the observers; the engine calls it by `runtime.recorders.observed`."""

    def __init__(self) -> None:
        self.observers: tuple[Observer, ...] = ()
        self._here = _Thread()

    def add(self, observer: Observer) -> None:
        """From now on tell this one too."""
        self.observers = (*self.observers, observer)
        observed.by = self

    def remove(self, observer: Observer) -> None:
        """Tell it nothing any more."""
        self.observers = tuple(o for o in self.observers if o is not observer)
        if not self.observers:
            observed.by = None

    @contextmanager
    def _telling(self) -> Iterator[tuple[Observer, ...]]:
        """Those who are to be told; none where one of them does what would be told."""
        if self._here.telling:
            yield ()
            return
        self._here.telling = True
        try:
            with recorders(()):
                yield self.observers
        finally:
            self._here.telling = False

    def opened(self, tape: Any) -> None:
        """See `Observer.opened`."""
        with self._telling() as observers:
            followers = [observer.opened(tape) for observer in observers]
        beside = [_Beside(tape, follower) for follower in followers if follower is not None]
        state.recorders = (*state.recorders, *beside)

    def reset(self, tape: Any) -> None:
        """See `Observer.reset`."""
        with self._telling() as observers:
            for observer in observers:
                observer.reset(tape)

    @property
    def listens(self) -> bool:
        """Whether a question that is asked now is the program's own."""
        return self._here.question is None and not self._here.telling

    def ask(self, answer: MethodType, caller: FrameType, **arguments: Any) -> Any:
        """The answer of a method of a tape or an accumulator, told before and after."""
        question = self._here.question = Question(answer, caller, arguments)
        try:
            with self._telling() as observers:
                for observer in observers:
                    observer.asked(question)
            try:
                value = answer(**arguments)
            except Exception as error:
                with self._telling() as observers:
                    for observer in observers:
                        observer.refused(question, error)
                raise
            with self._telling() as observers:
                for observer in observers:
                    observer.answered(question, value)
            return value
        finally:
            self._here.question = None

    def pull(
        self,
        records: list[Record],
        grads: dict[int, Any],
        wanted: set[int],
        live: set[int] | None,
        *how: bool,
    ) -> dict[int, Any]:
        """As `backward.pull`; one record after the other where somebody wants to see the steps."""
        question = self._here.question
        if question is None or not question.steps or self._here.pulling:
            return pull(records, grads, wanted, live, *how)
        self._here.pulling = True  # passes inside this one are another tape's
        try:
            found: dict[int, Any] = {}
            for record in reversed(records):
                outputs = (record[OUTPUT],) if type(record[OUTPUT]) is int else record[OUTPUT]
                arrived = {i: grads[i] for i in outputs if grads.get(i) is not None}
                began = perf_counter_ns()
                found.update(pull([record], grads, wanted.intersection(outputs), live, *how))
                took = perf_counter_ns() - began
                if arrived:
                    sent = tuple((i, grads[i]) for i in reached(record) if i in grads)
                    self._stepped(question, Step(next(iter(arrived)), arrived, sent, took))
            found.update((i, grads[i]) for i in wanted if i in grads)
            with self._telling() as observers:
                for observer in observers:
                    observer.arrived(question, {i: g for i, g in grads.items() if g is not None})
            return found
        finally:
            self._here.pulling = False

    def _stepped(self, question: Question, step: Step) -> None:
        with self._telling() as observers:
            for observer in observers:
                observer.stepped(question, step)

    def explained(self, tape: Any, explanation: Any) -> None:
        """See `Observer.explained`."""
        with self._telling() as observers:
            for observer in observers:
                observer.explained(tape, explanation)

    def shown(self, kind: str, **fields: Any) -> None:
        """See `Observer.shown`."""
        with self._telling() as observers:
            for observer in observers:
                observer.shown(kind, fields)


OBSERVATION = Observation()


class _Beside:
    """A recorder that follows one tape, and tells what passes."""

    inline_records = False

    def __init__(self, tape: Any, follower: Follower) -> None:
        self.tape, self.follower = tape, follower

    @property
    def tracked(self) -> Any:
        """The tape's."""
        return self.tape.tracked

    @property
    def cut_off_ids(self) -> Any:
        """The tape's."""
        return self.tape.cut_off_ids

    def record(
        self, op: Op, xs: tuple[Any, ...], y: Any, params: dict[str, Any], frame: Any
    ) -> None:
        """Tell of an op on a tracked tensor."""
        tracked = self.tape.tracked
        outputs = _values(y)
        self.follower.computed(
            Computed(
                op.type,
                tuple((i if i in tracked else 0, value) for i, value in map(_value, xs)),
                outputs,
                dict(params or {}),
                any(i in tracked for i, _ in outputs),
                op.kind == "user",
                REGISTRY.get(op.type) is op,
                op.kernel,
                op.call,
            )
        )

    def record_cut(self, op: Op, xs: tuple[Any, ...], y: Any, frame: Any, why: str = "") -> None:
        """Tell of an op through which no gradient passes."""
        self.follower.cut(_values(y))

    def join(self, *_: Any) -> None:
        """Nothing: `record` has told it."""

    def note_read(self, *_: Any) -> None:
        """Nothing: the ops that take the value tell it."""

    def note_exit(self, *_: Any) -> None:
        """Nothing."""

    def note_assign(self, *_: Any) -> None:
        """Nothing."""


def _value(x: Any) -> Value:
    return (x._id, x._value) if isinstance(x, EagerTensor) else (0, x)


def _values(y: Any) -> tuple[Value, ...]:
    return tuple(map(_value, y if type(y) is tuple else (y,)))
