"""`Program`: one path through a traced function, as something that can be called."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from gradtape.dispatch.placement import LEAST_WORK
from gradtape.dispatch.refusals import failed
from gradtape.errors import InvalidArgumentError
from gradtape.runtime.recorders import restore_warnings, silence_warnings
from gradtape.tracing import results
from gradtape.tracing.blocks import grouped
from gradtape.tracing.buffers import Arena, arena
from gradtape.tracing.printer import LayoutError, MissError, Printer
from gradtape.tracing.simplify import forwarded, needed, once, ordered
from gradtape.tracing.steps import Compute, Guard
from gradtape.tracing.trace import Trace


class Program:
    """The steps of a trace as a function of arrays, with the memory that it works in."""

    __slots__ = (
        "function", "lines", "make", "outcomes", "pool", "simple", "work",
    )  # fmt: skip

    def __init__(self, trace: Trace, form: Any, given: dict[int, int]) -> None:
        values = trace.values
        steps, same = forwarded(trace.steps)
        in_order = ordered(steps)
        if in_order is None:
            raise UnorderedError
        steps, same = once(in_order, values, same, set(trace.constants.values()))
        form = _renamed(form, same)
        outputs = results.numbers(form)
        steps = needed(steps, set(outputs))
        seen = set(outputs) | set(trace.arguments)
        runs = grouped(steps, values, seen)
        plan = arena(runs, values, seen)
        printer = Printer(values, trace.arguments, trace.variables, given)
        self.function, self.lines = printer.print(runs, form, plan)
        self.make, self.pool = plan.make, [plan.make()]
        self.simple: Any = None
        if plan.views or plan.runs:
            printer = Printer(values, trace.arguments, trace.variables, given)
            self.simple = lambda: printer.print(steps, form, Arena())
        _empty(values, set(trace.constants.values()))
        self.outcomes = tuple([step.outcome for step in steps if isinstance(step, Guard)])
        self.work = sum(_work(step, values) for step in steps)

    def __call__(self, arrays: list[Any], given: list[Any]) -> Any:
        """What the function gives for these arrays.

        Raises: MissError where the path is another.
        """
        pool = self.pool
        memory = pool.pop() if pool else self.make()
        token = silence_warnings()
        try:
            return self.function(*arrays, given, memory)
        except LayoutError:
            return self._other()(arrays, given)
        except (MissError, InvalidArgumentError):
            raise
        except (ValueError, IndexError, ArithmeticError) as error:
            raise self._told(error) from None
        finally:
            restore_warnings(token)
            pool.append(memory)

    def _other(self) -> Program:
        """The program without memory of its own, for arrays that lie in another order."""
        if not isinstance(self.simple, Program):
            other = Program.__new__(Program)
            other.function, other.lines = self.simple()
            other.make, other.pool, other.simple = list, [[]], None
            other.outcomes, other.work = self.outcomes, self.work
            self.simple = other
        return self.simple

    def _told(self, error: Exception) -> Exception:
        """An error of a kernel as the op's own, with the shapes that it met."""
        place = error.__traceback__.tb_next  # type: ignore[union-attr]
        line = 0 if place is None else place.tb_lineno - 1
        step = self.lines[line] if line < len(self.lines) else None
        if not isinstance(step, Compute) or step.op is None or place is None:
            return error
        local = {**place.tb_frame.f_globals, **place.tb_frame.f_locals}
        names = [next(p + str(n) for p in "vc" if p + str(n) in local) for n in step.inputs]
        return failed(step.op, tuple(local[name] for name in names), error)


class UnorderedError(Exception):
    """A function acts before it is known which path it takes."""


def _empty(values: list[Any], constants: set[int]) -> None:
    """Let go of the traced call's numbers: arrays of the same form, without memory, stand in."""
    known: dict[Any, Any] = {}
    for n, value in enumerate(values):
        if n not in constants and type(value) is np.ndarray:
            form = value.dtype, value.shape, value.strides
            if form not in known:
                known[form] = as_strided(np.empty(1, value.dtype), value.shape, value.strides)
            values[n] = known[form]


def _renamed(form: Any, same: dict[int, int]) -> Any:
    if isinstance(form, results.Leaf):
        return results.Leaf(same.get(form.number, form.number))
    if isinstance(form, results.Group):
        return results.Group(form.make, [_renamed(part, same) for part in form.parts])
    return form


def _work(step: Any, values: list[Any]) -> int:
    if not isinstance(step, Compute) or step.op is None or step.op.work is None:
        return 0
    work = step.op.work(*(values[n] for n in step.inputs), **step.params)
    return work if work >= LEAST_WORK else 0
