"""The steps that gradients, Jacobians and explanations share: prepare, seed, pull.

They work on a `Recording`, so that whoever asks for a pass need not know the tape's methods.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.autodiff.backward import first_unregistered, is_finite, live_ids, pull
from gradtape.autodiff.recording import Recording
from gradtape.autodiff.records import SAVED, Record
from gradtape.runtime.logger import get_logger
from gradtape.runtime.recorders import (
    UNNOTICED,
    observed,
    restore_warnings,
    silence_warnings,
    state,
)
from gradtape.tensors.tensor import EagerTensor, wrap
from gradtape.tensors.variable import Variable

_F32_ONE = np.float32(1)


def prepare(tape: Recording, verb: str) -> tuple[bool, bool]:
    """Whether to work on bare arrays, and whether to let go of the values on the way.

    Raises: RuntimeError where the tape has nothing to differentiate (any more).
    """
    if tape.records is None or tape._used:
        raise RuntimeError(
            "A non-persistent GradientTape can only be used to compute one set of gradients (or "
            "jacobians)"
            + (
                ". This tape was never entered: use `with tape:`."
                if tape.records is None
                else ". Ask for all sources at once, or make it tf.GradientTape(persistent=True)."
            )
        )
    if tape._recording:
        if not tape._persistent:
            tape._stop()
        else:
            get_logger().warning(
                "Calling GradientTape.%s on a persistent tape inside its context is significantly "
                "less efficient than calling it outside the context (it causes the gradient ops "
                "to be recorded on the tape, leading to increased CPU and memory usage). Only "
                "call GradientTape.%s inside the context if you actually want to trace the "
                "gradient in order to compute higher order derivatives.",
                verb,
                verb,
            )
    active = state.recorders  # a trace alone follows bare arrays: they are its own
    alone = not active or (len(active) == 1 and active[0] is state.trace)
    return alone, not tape._persistent


def seed(tape: Recording, targets: list[Any], seeds: Any, on_arrays: bool) -> dict[int, Any]:
    """The cotangents that a pass begins with: ones where none is given."""
    grads: dict[int, Any] = {}
    for k, t in enumerate(targets):
        tensor = t if type(t) is EagerTensor else t._tensor if isinstance(t, Variable) else t
        value = tensor._value
        if value.dtype.kind not in "fc" and not leads_to_refusal(tape, tensor):
            continue
        g: Any = None if seeds is None else seeds[k]
        if g is None:
            g = _F32_ONE if type(value) is np.float32 else np.ones(value.shape, value.dtype)
            g = g if on_arrays else wrap(g)
        elif on_arrays:
            g = g._value
        before = grads.get(tensor._id)
        grads[tensor._id] = g if before is None else before + g
    return grads


def add_integers(
    targets: list[Any], seeds: Any, sources: list[Any], ids: list[tuple[int, ...]],
    found: dict[int, Any], on_arrays: bool,
) -> None:  # fmt: skip
    """A target of integers or truth values has a gradient with respect to itself alone: ones."""
    for k, t in enumerate(targets):
        value = (t._tensor if isinstance(t, Variable) else t)._value
        if value.dtype.kind not in "iub":
            continue
        for source, own in zip(sources, ids, strict=True):
            if source is t:
                g = None if seeds is None else seeds[k]
                one = np.ones(value.shape, value.dtype) if g is None else np.asarray(g._value)
                if own[0] in found:
                    one = one + np.asarray(getattr(found[own[0]], "_value", found[own[0]]))
                found[own[0]] = one if on_arrays else wrap(one)
                break


def leads_to_refusal(tape: Recording, tensor: EagerTensor) -> bool:
    """Whether a target that is no number was made by an op without a registered gradient."""
    return tensor._id in tape.refused


def pull_to(
    tape: Recording, grads: dict[int, Any], sources: list[Any], on_arrays: bool, release: bool
) -> tuple[dict[int, Any], list[tuple[int, ...]]]:
    """Run the backward pass; also the ids under which each source is known.

    Raises: LookupError where an op on the way has no registered gradient.
    """
    ids = [tape._ids(source) for source in sources]
    wanted = {*ids[0]} if len(ids) == 1 else {i for own in ids for i in own}
    records: list[Record] = tape.records  # type: ignore[assignment]
    live = None if tape.watched.keys() <= wanted else live_ids(records, wanted)
    if tape._unregistered:
        reach = live_ids(records, wanted)
        refused = first_unregistered(records, set(grads), reach)
        if refused is not None:
            raise LookupError(f"gradient registry has no entry for: {refused.type}")
    records = list(records) if tape._recording else records  # the pass itself may be recorded
    # what is not finite may have to be explained: the values stay until it is known
    kept = release and (tape._careful or UNNOTICED or state.born > tape.opened_id)
    token = silence_warnings()
    try:
        run = pull if (by := observed.by) is None else by.pull
        found = run(records, grads, wanted, live, on_arrays, release and not kept, tape._complex)
    finally:
        restore_warnings(token)
    if kept and all(map(is_finite, found.values())):
        for record in records:
            record[SAVED] = None
    return found, ids
