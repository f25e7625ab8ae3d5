"""Which results of a program go to memory that it keeps: the arena, and who lies where in it.

A result lies in the arena if NumPy can be told where to write (`out=`) and nobody sees it after the
call. An op that is no ufunc may give a view of an operand, so its operand's memory is taken as long
as its result is. Memory is used again behind the last reader, the warmest first.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from gradtape.tracing.steps import Compute, Step

#: bytes of a block of a fused run: smaller ones lose to the calls what the cache gains
BLOCK = 1 << 18
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


class Fused(Step):
    """A run of element-wise steps on arrays of one shape, done block by block: see `blocks.py`."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[Compute], outputs: set[int]) -> None:
        self.parts, self.site = parts, None
        made = {n for part in parts for n in part.outputs}
        inputs = dict.fromkeys(n for part in parts for n in part.inputs)
        self.inputs = tuple([n for n in inputs if n not in made])
        self.outputs = tuple(sorted(outputs))

    def buffers(self) -> dict[int, int]:
        """Number of a value that nobody else reads → the small buffer that it lies in.

        A result never lies where an operand does: NumPy's loops may differ there.
        """
        last = {n: k for k, part in enumerate(self.parts) for n in part.inputs}
        places: dict[int, int] = {}
        free: list[int] = []
        count = 0
        for k, part in enumerate(self.parts):
            (n,) = part.outputs
            if n not in self.outputs:
                if free:
                    places[n] = free.pop()
                else:
                    places[n], count = count, count + 1
            free += [places[m] for m in dict.fromkeys(part.inputs) if last[m] == k and m in places]
        return places


class Arena:
    """The places of the results that may stay in the program's own memory."""

    def __init__(self) -> None:
        self.places: dict[int, int] = {}  # number of a value → its place
        #: place → its block, and the form of the array: strides too, for sums go by them
        self.views: list[tuple[int, tuple[int, ...], np.dtype[Any], tuple[int, ...]]] = []
        self.blocks: list[int] = []  # bytes of each block
        #: of each fused run: elements, elements of a block, small buffers, their dtype
        self.runs: list[tuple[int, int, int, np.dtype[Any]]] = []

    def make(self) -> list[Any]:
        """Memory for one call at a time: an array for each place; the small buffers of each run."""
        blocks = [np.empty(size, np.uint8) for size in self.blocks]
        views = [
            np.ndarray(shape, dtype, blocks[block].data, 0, strides)
            for block, shape, dtype, strides in self.views
        ]
        small: list[np.ndarray[Any, Any]] = []
        return views + [_turns(run, small) for run in self.runs]


def _turns(run: tuple[int, int, int, np.dtype[Any]], small: list[Any]) -> list[tuple[Any, ...]]:
    """For each block of a run: where it lies, and its small buffers; all runs share `small`."""
    size, block, count, dtype = run
    small += [np.empty(BLOCK, np.uint8) for _ in range(count - len(small))]
    whole = [buffer.view(dtype)[:block] for buffer in small[:count]]
    turns = []
    for start in range(0, size, block):
        rest = min(block, size - start)
        turns.append((slice(start, start + rest), *(buffer[:rest] for buffer in whole)))
    return turns


def _inner(step: Step, values: list[Any]) -> bool:
    """Whether NumPy can be told where to write what a step makes."""
    return isinstance(step, Fused) or ufunc_of(step, values) is not None


def _bytes(shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    return math.prod(shape) * dtype.itemsize


def arena(steps: list[Step], values: list[Any], seen: set[int]) -> Arena:
    """The arena of a program; `seen` are the numbers that somebody has after the call."""
    escaping = set(seen)
    last: dict[int, int] = {}
    for k in range(len(steps) - 1, -1, -1):
        step = steps[k]
        inner = _inner(step, values)
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
        for n in step.outputs if _inner(step, values) else ():
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
