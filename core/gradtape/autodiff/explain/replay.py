"""The backward pass once more, op by op, on what a tape still has: for norms, NaN and zeros."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradtape.autodiff.backward import add_cotangents, pull
from gradtape.autodiff.recording import Recording
from gradtape.autodiff.records import COTANGENT, INPUTS, OP, SAVED, Record, outputs_of
from gradtape.runtime.recorders import loud, quiet
from gradtape.tensors.indexed_slices import IndexedSlices, dense
from gradtape.tensors.tensor import EagerTensor


def has_values(tape: Recording) -> bool:
    """Whether the tape still has what a backward pass needs."""
    return all(r[SAVED] is not None and len(r) == COTANGENT for r in tape.records or ())


def array(value: Any) -> Any:
    """A cotangent as a NumPy array."""
    if type(value) is IndexedSlices:
        value = dense(value)
    value = value._value if isinstance(value, EagerTensor) else value
    return np.asarray(value if isinstance(value, (np.ndarray, np.generic)) else value.to_numpy())


def finite(value: Any) -> bool:
    """Whether there is no NaN and no infinity in a value; True for what is no number."""
    a = array(value)
    return a.dtype.kind not in "fc" or bool(np.isfinite(a).all())


def zero(value: Any) -> bool:
    """Whether a value is zero everywhere."""
    return not array(value).any()


def seed(target: EagerTensor) -> Any:
    """The cotangent that a pass begins with."""
    value = array(target)
    return np.ones(value.shape, value.dtype)


def cotangents(tape: Recording, target: EagerTensor, wanted: set[int]) -> dict[int, Any]:
    """The cotangents of the ids that are wanted; empty where the pass cannot be run."""
    token = quiet()
    try:
        return pull(
            list(tape.records or ()), {target._id: seed(target)}, wanted, None, True, False,
            tape._complex,
        )  # fmt: skip
    except LookupError:
        return {}
    finally:
        loud(token)


def pulled(tape: Recording, record: Record, given: dict[int, Any]) -> dict[int, Any]:
    """What one op hands to its inputs, for the cotangents of its outputs."""
    inputs = {i for i in record[INPUTS] if i}
    token = quiet()
    try:
        found = pull([record], dict(given), inputs, None, True, False, tape._complex)
    finally:
        loud(token)
    return {i: g for i, g in found.items() if i not in given}


@dataclass
class Marks:
    """For ids, the record at which their cotangents became what they are."""

    cotangents: dict[int, Any] = field(default_factory=dict)
    not_finite: dict[int, Record] = field(default_factory=dict)
    zero: dict[int, Record] = field(default_factory=dict)


def marked(tape: Recording, target: EagerTensor) -> Marks:
    """A pass in which each op is watched: where a NaN, an infinity or a zero comes from.

    Every path counts, not only one: an id is marked with the op whose contribution made it so.
    """
    marks = Marks({target._id: seed(target)})
    grads = marks.cotangents
    for record in reversed(tape.records or ()):
        outputs = [o for o in outputs_of(record) if o in grads]
        if not outputs or record[OP].kind == "unregistered":
            continue
        given = {o: grads[o] for o in outputs}
        try:
            found = pulled(tape, record, given)
        except Exception:
            continue  # a rule of the user's that raises: gradient() will say so
        bad = next((o for o in outputs if not finite(given[o])), None)
        none = all(zero(given[o]) for o in outputs)
        for i, g in found.items():
            before = grads.get(i)
            grads[i] = g if before is None else _sum(before, g)
            if not finite(g):
                origin = marks.not_finite.get(bad, record) if bad is not None else record
                marks.not_finite.setdefault(i, origin)
            elif not finite(grads[i]):
                marks.not_finite.setdefault(i, record)
            if zero(g):
                origin = marks.zero.get(outputs[0], record) if none else record
                marks.zero.setdefault(i, origin)
            elif not zero(grads[i]):
                marks.zero.pop(i, None)
    return marks


def _sum(a: Any, b: Any) -> Any:
    token = quiet()
    try:
        return add_cotangents(a, b)
    finally:
        loud(token)
