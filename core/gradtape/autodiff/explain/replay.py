"""The backward pass once more, op by op, on what a tape still has: for norms, NaN and zeros."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradtape.autodiff.backward import add_cotangents, pull
from gradtape.autodiff.recording import Recording
from gradtape.autodiff.records import COTANGENT, INPUTS, OP, SAVED, Record, outputs_of
from gradtape.runtime.recorders import restore_warnings, silence_warnings
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


def not_finite(value: Any) -> bool:
    """Whether there is a NaN or an infinity in a value."""
    return not finite(value)


def zero(value: Any) -> bool:
    """Whether a value is zero everywhere."""
    return not array(value).any()


def seed(target: EagerTensor) -> Any:
    """The cotangent that a pass begins with."""
    value = array(target)
    return np.ones(value.shape, value.dtype)


def cotangents(tape: Recording, target: EagerTensor, wanted: set[int]) -> dict[int, Any]:
    """The cotangents of the ids that are wanted; empty where the pass cannot be run."""
    token = silence_warnings()
    try:
        return pull(
            list(tape.records or ()), {target._id: seed(target)}, wanted, None, True, False,
            tape._complex,
        )  # fmt: skip
    except LookupError:
        return {}
    finally:
        restore_warnings(token)


@dataclass
class Marks:
    """The cotangents of a pass, and for ids the record at which theirs became what they are."""

    cotangents: dict[int, Any] = field(default_factory=dict)
    made_so: dict[int, Record] = field(default_factory=dict)


def marked(tape: Recording, target: EagerTensor, is_so: Callable[[Any], bool]) -> Marks:
    """A pass in which each op is watched: where cotangents become so (not finite, or zero).

    Every path counts, not only one: an id is marked with the op whose contribution made it so.
    """
    marks = Marks({target._id: seed(target)})
    grads, made_so = marks.cotangents, marks.made_so
    token = silence_warnings()
    try:
        for record in reversed(tape.records or ()):
            outputs = [o for o in outputs_of(record) if o in grads]
            if outputs and record[OP].kind != "unregistered":
                before = next((made_so[o] for o in outputs if o in made_so), record)
                for i, g in pulled(tape, record, {o: grads[o] for o in outputs}).items():
                    known = grads.get(i)
                    total = grads[i] = g if known is None else add_cotangents(known, g)
                    if is_so(g) and (known is None or is_so(total)):
                        made_so.setdefault(i, before)
                    elif known is not None and not is_so(total):
                        made_so.pop(i, None)
                    elif known is not None:
                        made_so.setdefault(i, record)
    finally:
        restore_warnings(token)
    return marks


def pulled(tape: Recording, record: Record, given: dict[int, Any]) -> dict[int, Any]:
    """What one op hands to its inputs, for the cotangents of its outputs."""
    inputs = {i for i in record[INPUTS] if i}
    try:
        found = pull([record], dict(given), inputs, None, True, False, tape._complex)
    except Exception:
        return {}  # a rule of the user's that raises: gradient() will say so
    return {i: g for i, g in found.items() if i not in given}
