"""A traced function under a tape or an accumulator: its ops, each told as if Python had called it.

The recorders see the ops of the trace with the call sites of the user's lines, so that gradients of
every order, Jacobians, forward mode and explanations are those of the eager function.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradtape.dispatch.refusals import failed
from gradtape.errors import InvalidArgumentError
from gradtape.primitives.op import Op
from gradtape.runtime.recorders import restore_warnings, silence_warnings, state
from gradtape.tensors.tensor import EagerTensor, wrap
from gradtape.tracing import results
from gradtape.tracing.printer import MissError
from gradtape.tracing.simplify import SHAPED_BY_VALUES, needed, ordered
from gradtape.tracing.steps import Call, Compute, Guard, Read, Step, Store
from gradtape.tracing.trace import Trace, paused


class Place(NamedTuple):
    """What recorders ask of a frame."""

    f_code: Any
    f_lasti: int


class Replay:
    """The steps of a path, to be told to recorders."""

    def __init__(self, trace: Trace, form: Any, given: dict[int, int]) -> None:
        self.form, self.given = form, given
        self.variables, self.arguments = trace.variables, trace.arguments
        steps = None if trace.own_gradients or trace.shared else ordered(trace.steps)
        #: it is not where the steps do not show a gradient of the user's own, where a store has to
        #: wait that a variable is read behind, or where a tensor from outside is not known by its
        #: array
        self.possible = steps is not None and steps == trace.steps
        self.steps = needed(steps or [], set(results.numbers(form)))
        made = {n for step in trace.steps for n in step.outputs}.union(trace.arguments)
        used = {n for step in self.steps for n in step.inputs}.union(results.numbers(form))
        self.constants = {n: _constant(trace.values[n], trace) for n in used - made}
        self.shapes = {
            n: trace.values[n].shape for step in self.steps if _checked(step) for n in step.outputs
        }

    def __call__(self, tensors: list[EagerTensor], given: list[Any]) -> Any:
        """What the function gives; the active recorders are told of every op."""
        known: dict[int, Any] = dict(self.constants)
        known.update(zip(self.arguments, tensors, strict=True))
        for step in self.steps:
            inputs = [known[n] for n in step.inputs]
            if isinstance(step, Compute):
                made = self._computed(step, inputs)
                for n, t in zip(step.outputs, made, strict=True):
                    if n in self.shapes and t._value.shape != self.shapes[n]:
                        raise MissError(-1, None)
                    known[n] = t
            elif isinstance(step, Read):
                known[step.outputs[0]] = self._variable(step.slot, given)._operand()
            elif isinstance(step, Store):
                variable = self._variable(step.slot, given)
                variable.set_array(inputs[0]._value)
                for recorder in state.recorders:
                    recorder.note_assign(variable, inputs[0])
            elif isinstance(step, Guard):
                flat = np.asarray(inputs[0]._value).ravel().tolist()
                seen: Any = tuple(flat) if type(step.outcome) is tuple else flat[0]
                if type(step.outcome) is bool:
                    seen = bool(seen)
                if seen != step.outcome:
                    raise MissError(sum(isinstance(s, Guard) for s in self._before(step)), seen)
            elif isinstance(step, Call):
                with paused():
                    arrays = step.function(*(t._value for t in inputs)) or ()
                known.update(zip(step.outputs, map(wrap, arrays), strict=True))
        return results.filled(self.form, lambda n: known[n])

    def _before(self, step: Step) -> list[Step]:
        return self.steps[: self.steps.index(step)]

    def _variable(self, slot: int, given: list[Any]) -> Any:
        return given[self.given[slot]] if slot in self.given else self.variables[slot]

    def _computed(self, step: Compute, xs: list[Any]) -> tuple[Any, ...]:
        values = [x._value if isinstance(x, EagerTensor) else x for x in xs]
        token = silence_warnings()
        try:
            value = step.kernel(*values, **step.params)
        except InvalidArgumentError:
            raise
        except (ValueError, IndexError, ArithmeticError) as error:
            if step.op is None:
                raise
            raise failed(step.op, tuple(values), error) from None
        finally:
            restore_warnings(token)
        y: Any = tuple(map(wrap, value)) if step.many else wrap(value)
        if step.op is not None:
            told(step.op, _as_tensors(xs), y, step.params, step.site)
        return y if step.many else (y,)


def told(op: Op, xs: tuple[Any, ...], y: Any, params: dict[str, Any], site: Any) -> None:
    """Tell the active recorders of an op, as `dispatch.apply` does."""
    frame = None if site is None else Place(*site)
    ids = [x._id for x in xs if isinstance(x, EagerTensor)]
    for recorder in state.recorders:
        if any(i in recorder.tracked for i in ids):
            recorder.record(op, xs, y, params, frame)
        elif recorder.cut_off_ids:
            recorder.record_cut(op, xs, y, frame)


def _as_tensors(xs: list[Any]) -> tuple[Any, ...]:
    """Operands as tensors: beside bare arrays a rule may have written one of Python's numbers."""
    if all(isinstance(x, EagerTensor) for x in xs):
        return tuple(xs)
    dtype = next(x._value.dtype for x in xs if isinstance(x, EagerTensor))
    return tuple([x if isinstance(x, EagerTensor) else wrap(dtype.type(x)) for x in xs])


def _constant(value: Any, trace: Trace) -> Any:
    if id(value) in trace.outside:
        return trace.outside[id(value)]
    return wrap(value) if isinstance(value, (np.ndarray, np.generic)) else value


def _checked(step: Step) -> bool:
    return isinstance(step, Compute) and step.op is not None and step.op.type in SHAPED_BY_VALUES
