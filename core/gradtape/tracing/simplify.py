"""From the steps of a trace to those of its program: checked, ordered, without what nobody needs.

Nothing here changes a bit of a result. Guards must come before whatever acts, so that a call that
takes another path has changed nothing yet: stores and prints wait until the last guard, which they
can, since every value keeps its number. What cannot wait makes the function run eagerly.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np

from gradtape.tracing.steps import Call, Compute, Guard, Read, Step, Store

#: ops whose result's shape depends on values: a call with another shape takes another path
SHAPED_BY_VALUES = frozenset(
    "DenseBincount DynamicPartition DynamicStitch Fill PyFunc Range SegmentMax SegmentMean "
    "SegmentMin SegmentOrder SegmentProd SegmentSum Unique UniqueWithCounts Where".split()
)


def checks(step: Step) -> bool:
    """Whether a call may turn out at this step to take another path."""
    if isinstance(step, Compute):
        return step.op is not None and step.op.type in SHAPED_BY_VALUES
    return isinstance(step, Guard) or (isinstance(step, Call) and not step.late and not step.steady)


def forwarded(steps: list[Step]) -> tuple[list[Step], dict[int, int]]:
    """Each variable read once, and not at all where its value was made here."""
    held: dict[int, int] = {}
    same: dict[int, int] = {}
    kept: list[Step] = []
    for step in steps:
        if isinstance(step, Read):
            (n,) = step.outputs
            known = held.setdefault(step.slot, n)
            if known is not n:
                same[n] = known
                continue
        elif isinstance(step, Store):
            (n,) = step.inputs
            held[step.slot] = same.get(n, n)
        elif isinstance(step, Call) and not (step.late or step.draws):
            held.clear()
        kept.append(step)
    return kept, same


def ordered(steps: list[Step]) -> list[Step] | None:
    """The steps with everything that acts behind the last check; None where that cannot be.

    A draw may stand before a check: another path goes on with the same numbers (`drawing.py`).
    """
    last = max((k for k, step in enumerate(steps) if checks(step)), default=-1)
    first: list[Step] = []
    later: list[Step] = []
    behind: set[int] = set()  # the values that are known only when something has acted
    called = drawn = False
    for step in steps[: last + 1]:
        acts = isinstance(step, Call) and not (step.late or step.draws)
        if (
            acts
            or isinstance(step, Store)
            or (isinstance(step, Call) and step.late)
            or (called and isinstance(step, Read))
            or (drawn and isinstance(step, Call) and step.draws)
            or not behind.isdisjoint(step.inputs)
        ):
            if checks(step) and (later or step is not steps[last]):
                return None
            later.append(step)
            behind.update(step.outputs)
            called |= acts
            drawn |= isinstance(step, Call) and step.draws
        else:
            first.append(step)
    return first + later + steps[last + 1 :]


def needed(steps: list[Step], outputs: set[int]) -> list[Step]:
    """The steps that act, or make what is asked for."""
    wanted = set(outputs)
    kept = []
    for step in reversed(steps):
        if step.acts or not wanted.isdisjoint(step.outputs):
            wanted.update(step.inputs)
            kept.append(step)
    return kept[::-1]


def once(
    steps: list[Step], values: list[Any], same: dict[int, int], constants: set[int]
) -> tuple[list[Step], dict[int, int]]:
    """Each computation once; also which numbers stand for which, to begin with as `same` says."""
    seen: dict[Any, tuple[int, ...]] = {}
    same = dict(same)
    kept: list[Step] = []
    for step in steps:
        if any(n in same for n in step.inputs):
            step = copy(step)  # a tape is told of the steps as they were
            step.inputs = tuple([same.get(n, n) for n in step.inputs])
        if not isinstance(step, Compute):
            kept.append(step)
            continue
        if (unchanged := _unchanged(step, values, constants)) is not None:
            same[step.outputs[0]] = unchanged
            continue
        key = _key(step)
        if key is not None:
            before = seen.setdefault(key, step.outputs)
            if before is not step.outputs:
                same.update(zip(step.outputs, before, strict=True))
                continue
        kept.append(step)
    return kept, same


def _key(step: Compute) -> Any:
    if step.op is not None and step.op.type == "PyFunc":
        return None
    try:
        key = (step.kernel, step.inputs, tuple([(k, v, repr(v)) for k, v in step.params.items()]))
        hash(key)
    except TypeError:  # a list or a slice among the parameters
        return None
    return key


def _unchanged(step: Compute, values: list[Any], constants: set[int]) -> int | None:
    """The operand that a step gives as it is: x · 1 and x / 1 of x's own shape."""
    if step.op is None or step.op.type not in ("Mul", "RealDiv"):
        return None
    (made,) = step.outputs
    a, b = step.inputs
    for x, one in ((a, b), (b, a)) if step.op.type == "Mul" else ((a, b),):
        value, other = values[x], values[one]
        if isinstance(other, np.ndarray) and other.size and not any(other.strides):
            other = other[(0,) * other.ndim]  # one number, broadcast
        if one not in constants or type(other) not in (np.float32, np.float64):
            continue
        like = values[made]
        if other == 1 and type(value) is type(like) and value.shape == like.shape:
            if isinstance(value, np.ndarray) and value.strides != like.strides:
                continue
            if value.dtype == like.dtype and value.dtype.kind == "f":  # a complex zero has signs
                return x
    return None
