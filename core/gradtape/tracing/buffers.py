"""Which results of a program go to memory that it keeps: the arena, and who lies where in it.

A result lies in the arena if NumPy can be told where to write (`out=`) and nobody sees it after the
call. An op that is no ufunc may give a view of an operand, so its operand's memory is taken as long
as its result is. Memory is used again behind the last reader, the warmest first.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from gradtape.tracing.steps import Compute, Step

#: kernels that are NumPy's ufunc on arrays
UFUNCS: dict[Any, np.ufunc] = {
    operator.add: np.add,
    operator.sub: np.subtract,
    operator.mul: np.multiply,
    operator.truediv: np.true_divide,
    operator.neg: np.negative,
}


def ufunc_of(step: Step, values: list[Any]) -> np.ufunc | None:
    """The ufunc that a step is, whose result NumPy can be told to write to a given array."""
    if not isinstance(step, Compute) or step.params or step.many:
        return None
    kernel = step.kernel
    ufunc = kernel if isinstance(kernel, np.ufunc) else UFUNCS.get(kernel)
    made = values[step.outputs[0]]
    if ufunc is None or type(made) is not np.ndarray or not made.ndim or not made.size:
        return None
    if made.dtype.kind not in "fciub":
        return None
    return ufunc


class Arena:
    """The places of the results that may stay in the program's own memory."""

    def __init__(self) -> None:
        self.places: dict[int, int] = {}  # number of a value → its place
        #: place → its block, and the form of the array: strides too, for sums go by them
        self.views: list[tuple[int, tuple[int, ...], np.dtype[Any], tuple[int, ...]]] = []
        self.blocks: list[int] = []  # bytes of each block

    def make(self) -> list[np.ndarray[Any, Any]]:
        """Memory for one call at a time: an array for each place."""
        blocks = [np.empty(size, np.uint8) for size in self.blocks]
        return [
            np.ndarray(shape, dtype, blocks[block].data, 0, strides)
            for block, shape, dtype, strides in self.views
        ]


def _bytes(shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    return int(np.prod(shape, dtype=int)) * dtype.itemsize


def arena(steps: list[Step], values: list[Any], seen: set[int]) -> Arena:
    """The arena of a program; `seen` are the numbers that somebody has after the call."""
    escaping = set(seen)
    last: dict[int, int] = {}
    for k in range(len(steps) - 1, -1, -1):
        step = steps[k]
        inner = ufunc_of(step, values) is not None
        if step.acts or (not inner and not escaping.isdisjoint(step.outputs)):
            escaping.update(step.inputs)  # what is made of it may be a view of it
        until = k
        if not inner:
            until = max([k, *(last.get(n, k) for n in step.outputs)])
        for n in step.inputs:
            last[n] = max(last.get(n, until), until)
    plan = Arena()
    free: dict[int, list[int]] = {}
    ending: dict[int, list[int]] = {}
    for k, step in enumerate(steps):
        if ufunc_of(step, values) is not None:
            (n,) = step.outputs
            if n not in escaping:
                value = values[n]
                size = -(-_bytes(value.shape, value.dtype) // 64) * 64
                pool = free.setdefault(size, [])
                if pool:
                    block = pool.pop()
                else:
                    block = len(plan.blocks)
                    plan.blocks.append(size)
                plan.places[n] = len(plan.views)
                plan.views.append((block, value.shape, value.dtype, value.strides))
                ending.setdefault(last.get(n, k), []).append(block)
        for block in ending.pop(k, ()):
            free.setdefault(plan.blocks[block], []).append(block)
    return plan
