"""A gradient that flows: its path op by op, and where it stops being finite."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.autodiff.backward import pull
from gradtape.autodiff.explain.explanation import Explanation, Step
from gradtape.autodiff.recording import Recording
from gradtape.autodiff.records import DTYPE, OP, OUTPUT, SAVED, SHAPE, Record, call_site_of
from gradtape.runtime.call_sites import resolve
from gradtape.runtime.recorders import loud, quiet
from gradtape.tensors.indexed_slices import IndexedSlices, dense
from gradtape.tensors.tensor import EagerTensor

#: Records from source to target, each with the id of its output on the way.
Chain = list[tuple[Record, int]]


def connected(
    tape: Recording,
    target: EagerTensor,
    sources: set[int],
    chain: Chain,
    names: tuple[str, str],
) -> Explanation:
    """The explanation of a gradient that flows through `chain`."""
    target_name, source_name = names
    norms = _norms(tape, target, {*sources, *(i for _, i in chain)})
    steps = []
    for record, i in chain:
        g = norms.get(i)
        many = type(record[OUTPUT]) is not int
        k = record[OUTPUT].index(i) if many else 0
        steps.append(
            Step(
                record[OP].type,
                tuple(record[SHAPE][k] if many else record[SHAPE]),
                str(record[DTYPE][k] if many else record[DTYPE]),
                resolve(call_site_of(record)),
                None if g is None else float(np.linalg.norm(np.ravel(g))),
                None if g is None else bool(np.all(np.isfinite(g))),
            )
        )
    arrived = [norms[i] for i in sources if i in norms]
    advice = _first_infinite(chain, steps, all(np.all(np.isfinite(g)) for g in arrived))
    text = (
        f"d({target_name})/d({source_name}) flows through {len(steps)} op{'s' * (len(steps) != 1)}."
    )
    if not steps:
        text = f"d({target_name})/d({source_name}) is 1: they are the same value."
    return Explanation(target_name, source_name, True, None, text, None, advice, None, steps)


def _norms(tape: Recording, target: EagerTensor, ids: set[int]) -> dict[int, Any]:
    """The cotangent at every op of the path, where the tape still has its values."""
    records = tape.records or []
    if tape._used or any(record[SAVED] is None for record in records):
        return {}
    value = target._value
    token = quiet()
    try:
        grads = {target._id: np.ones(value.shape, value.dtype)}
        found = pull(list(records), grads, ids, None, True, False, tape._complex)
    except LookupError:
        return {}
    finally:
        loud(token)
    return {i: np.asarray(dense(g) if type(g) is IndexedSlices else g) for i, g in found.items()}


def _first_infinite(chain: Chain, steps: list[Step], arrived_finite: bool) -> str:
    """Where the first NaN or infinity is born: in the values if there, else in the gradient."""
    for (record, _), step in zip(chain, steps, strict=True):
        y = (record[SAVED] or (None,))[0]
        if isinstance(y, EagerTensor) and not np.all(np.isfinite(np.asarray(y._value))):
            return f"the first NaN or infinity of the values is made by {step.op} at {step.line}"
    for k in range(len(steps) - 1, -1, -1):
        if steps[k].finite is False:
            born = steps[k + 1] if k + 1 < len(steps) else steps[k]
            return f"the gradient becomes NaN or infinite in {born.op} at {born.line}"
    if steps and not arrived_finite:
        return f"the gradient becomes NaN or infinite in {steps[0].op} at {steps[0].line}"
    return ""
