"""Large element-wise work in blocks that stay in the cache: a `Fused` step for a run of steps.

What is made and used within the run lies in a few small buffers, one block of it at a time; what
others read goes to whole arrays. Blocks begin at multiples of every vector's length, and a block's
buffers are apart from each other, so NumPy's loops meet each element as they would in one pass.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.tracing.buffers import Fused, ufunc_of
from gradtape.tracing.steps import Compute, Read, Step

#: bytes from which on an array is large
LARGE = 1 << 20
#: op → the ufuncs that its kernel is, with the number that is the first operand of one of two
_MADE_OF: dict[str, tuple[tuple[np.ufunc, int | None], ...]] = {
    "Sigmoid": ((np.negative, None), (np.exp, None), (np.add, 1), (np.true_divide, 1)),
}


def grouped(steps: list[Step], values: list[Any], seen: set[int]) -> list[Step]:
    """The steps with runs of large element-wise ones as one; `seen` are read after the call.

    What stands between two of a run, and needs nothing of it, comes before.
    """
    readers: dict[int, list[int]] = {}  # number → a result of each step that reads it
    for step in steps:
        for n in step.inputs:
            readers.setdefault(n, []).append(step.outputs[0] if step.outputs else -1)
    kept: list[Step] = []
    run: list[Compute] = []
    made: set[int] = set()

    def close() -> None:
        if len(run) > 1:
            read = {
                n for n in made
                if n in seen or any(reader not in made for reader in readers.get(n, ()))
            }  # fmt: skip
            kept.append(Fused(list(run), read))
        else:
            kept.extend(run)
        run.clear()
        made.clear()

    for step in steps:
        like = _blocked(step, values)
        if like is not None and isinstance(step, Compute):
            if run:
                first = values[run[0].outputs[0]]
                if first.shape != like.shape or first.dtype != like.dtype:
                    close()
            run += (parts := _ufuncs(step, values))
            made.update(n for part in parts for n in part.outputs)
            continue
        if run and not (_pure(step) and made.isdisjoint(step.inputs)):
            close()
        kept.append(step)
    close()
    return kept


def _ufuncs(step: Compute, values: list[Any]) -> list[Compute]:
    """A step as ufuncs: itself, or the parts of its kernel on values with new numbers."""
    if ufunc_of(step, values) is not None:
        return [step]
    assert step.op is not None
    parts: list[Compute] = []
    (n,) = step.inputs
    (end,) = step.outputs
    for k, (ufunc, number) in enumerate(made_of := _MADE_OF[step.op.type]):
        inputs: tuple[int, ...] = (n,)
        if number is not None:
            values.append(number)
            inputs = (len(values) - 1, n)
        n = end
        if k < len(made_of) - 1:
            values.append(values[end])
            n = len(values) - 1
        parts.append(Compute(None, ufunc, inputs, {}, (n,), False))
    return parts


def _pure(step: Step) -> bool:
    if isinstance(step, Compute):
        return step.op is None or step.op.type != "PyFunc"
    return isinstance(step, Read)


def _blocked(step: Step, values: list[Any]) -> Any:
    """The array that a step makes, if it can be made in blocks."""
    if not isinstance(step, Compute) or step.many or step.params:
        return None
    made = values[step.outputs[0]]
    if type(made) is not np.ndarray or made.nbytes < LARGE or not made.flags.c_contiguous:
        return None
    if ufunc_of(step, values) is None and (step.op is None or step.op.type not in _MADE_OF):
        return None
    if made.dtype != np.float32 and made.dtype != np.float64:
        return None
    for n in step.inputs:
        value = values[n]
        if isinstance(value, np.ndarray) and value.ndim:
            if value.shape != made.shape or value.dtype != made.dtype:
                return None
            if not value.flags.c_contiguous:
                return None
    return made
