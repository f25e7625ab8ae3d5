"""The backward pass: walk the records in reverse and pull cotangents through the rules.

Rules are written with operators and ops, which act on whatever they are given. When nobody is
recording, they get bare arrays and no tensor is made; under an outer tape or accumulator they get
tensors, and every order of derivative is free; for a Jacobian the cotangent is a batch.
"""

from __future__ import annotations

from types import FrameType
from typing import Any

import numpy as np

from gradtape.autodiff.records import COTANGENT, INPUTS, OP, OUTPUT, SAVED, Record, outputs_of
from gradtape.dispatch.broadcasting import fit
from gradtape.errors import InternalError
from gradtape.primitives.op import Like
from gradtape.primitives.registry import lookup
from gradtape.runtime import recorders
from gradtape.tensors.indexed_slices import IndexedSlices, dense, joined
from gradtape.tensors.tensor import EagerTensor, wrap


def reached(record: Record) -> list[int]:
    """The inputs of a record to which a cotangent can go, each once."""
    return [i for i in dict.fromkeys(record[INPUTS]) if i]


def keep_birth(frame: FrameType) -> bool:
    """Keep what an op works on, in whose rule NumPy has just reported what is not finite.

    `frame` is one of the frames that NumPy was called from; whether it is one of a backward pass.
    """
    if frame.f_code is pull.__code__:
        local = frame.f_locals
        g = local.get("g")
    elif frame.f_code is _pull_many.__code__:
        local = frame.f_locals
        g = tuple(local.get("gs") or ())
    else:
        return False
    record, saved = local.get("record"), local.get("saved")
    if record is not None and len(record) == COTANGENT and record[SAVED] is None:
        record[SAVED] = saved
        record.append(g)
    return True


def live_ids(records: list[Record], sources: set[int]) -> set[int]:
    """Everything that depends on `sources`."""
    live = set(sources)
    for record in records:
        for i in record[INPUTS]:
            if i in live:
                output = record[OUTPUT]
                if type(output) is int:
                    live.add(output)
                else:
                    live.update(output)
                break
    return live


def first_unregistered(records: list[Record], targets: set[int], live: set[int]) -> Any:
    """The op without a gradient that a backward pass from `targets` would meet, or None."""
    needed = set(targets)
    for record in reversed(records):
        if needed.intersection(outputs_of(record)):
            op = record[OP]
            inputs = [i for i in record[INPUTS] if i in live]
            if inputs and op.kind == "unregistered":
                return op
            if op.pullback is None:  # an input without a rule (a mask) asks for nothing
                inputs = [
                    i
                    for i, rule in zip(record[INPUTS], op.rules, strict=True)
                    if rule and i in live
                ]
            needed.update(inputs)
    return None


def pull(
    records: list[Record],
    grads: dict[int, Any],
    wanted: set[int],
    live: set[int] | None,
    on_arrays: bool,
    release: bool,
    holomorphic: bool = False,
) -> dict[int, Any]:
    """The cotangents of `wanted`, from the cotangents `grads` of the targets.

    `live` are the ids that lead to a source (None: all do); `on_arrays` says to work on bare
    arrays; `release` to let go of saved values on the way; `holomorphic` that complex numbers may
    occur.
    """
    found: dict[int, Any] = {}
    pop, get = grads.pop, grads.get
    for record in reversed(records):
        op, inputs, output, saved, params, shapes, _, _, _, _ = record
        if release:
            record[SAVED] = None
        if type(output) is not int:
            _pull_many(record, saved, grads, found, wanted, live, on_arrays)
            continue
        g = pop(output, None)
        if g is None:
            continue
        if output in wanted:
            found[output] = g
        if saved is None:
            raise InternalError(f"the values of {op.type} were released before they were used")
        if type(g) is IndexedSlices:
            g = dense(g)
        if params is None and on_arrays and not holomorphic:
            # Element-wise ops of one or two inputs on bare arrays: most of what tapes hold.
            rules = op.rules
            if len(inputs) == 1:
                i = inputs[0]
                if live is None or i in live:
                    y, a = saved
                    gx = rules[0](
                        g, None if y is None else y._value, None if a is None else a._value
                    )
                    before = get(i)
                    grads[i] = gx if before is None else add_cotangents(before, gx)
                continue
            i, j = inputs
            y, a, b = saved
            if y is not None:
                y = y._value
            if a.__class__ is EagerTensor:
                a = a._value
            if b.__class__ is EagerTensor:
                b = b._value
            if i and rules[0] is not None and (live is None or i in live):
                gx = rules[0](g, y, a, b)
                if shapes is not None:
                    gx = fit(gx, shapes[0])
                before = get(i)
                grads[i] = gx if before is None else add_cotangents(before, gx)
            if j and rules[1] is not None and (live is None or j in live):
                gx = rules[1](g, y, a, b)
                if shapes is not None:
                    gx = fit(gx, shapes[1])
                before = get(j)
                grads[j] = gx if before is None else add_cotangents(before, gx)
            continue
        if on_arrays:
            saved = [x._value if isinstance(x, EagerTensor) else x for x in saved]
        if op.pullback is not None:
            _pull_all(op, inputs, g, saved, params or {}, shapes, grads, live)
            continue
        conj = (
            holomorphic
            and not op.structural
            and (g.dtype.kind == "c" if isinstance(g.dtype, np.dtype) else g.dtype.is_complex)
        )
        if conj:
            g = lookup("Conj")(g)
        for k, i in enumerate(inputs):
            rule = op.rules[k]
            if i and rule is not None and (live is None or i in live):
                gx = rule(g, *saved) if params is None else rule(g, *saved, **params)
                if gx is None:
                    continue
                if type(gx) is not IndexedSlices:
                    if conj:
                        gx = lookup("Conj")(gx)
                    if shapes is not None:
                        gx = fit(gx, shapes[k])
                before = get(i)
                grads[i] = gx if before is None else add_cotangents(before, gx)
    for i in wanted:
        if i in grads:
            found[i] = grads[i]
    return found


def _pull_all(
    op: Any,
    inputs: tuple[int, ...],
    g: Any,
    saved: Any,
    params: dict[str, Any],
    shapes: Any,
    grads: dict[int, Any],
    live: set[int] | None,
) -> None:
    """One pullback for all inputs at once."""
    cotangents = op.pullback(g, *saved, **params)
    if not isinstance(cotangents, (tuple, list)):
        cotangents = (cotangents,)
    for k, i in enumerate(inputs):
        gx = cotangents[k]
        if i and gx is not None and (live is None or i in live):
            if type(gx) is not IndexedSlices and shapes is not None:
                gx = fit(gx, shapes[k])
            before = grads.get(i)
            grads[i] = gx if before is None else add_cotangents(before, gx)


def _pull_many(
    record: Record,
    saved: Any,
    grads: dict[int, Any],
    found: dict[int, Any],
    wanted: set[int],
    live: set[int] | None,
    on_arrays: bool,
) -> None:
    """The pullback of an op with several outputs; an output without a cotangent has zeros."""
    op, inputs, outputs, _, params, shapes, out_shapes, out_dtypes, *_ = record
    gs = [grads.pop(i, None) for i in outputs]
    if all(g is None for g in gs):
        return
    for i, g in zip(outputs, gs, strict=True):
        if g is not None and i in wanted:
            found[i] = g
    if saved is None:
        raise InternalError(f"the values of {op.type} were released before they were used")
    filled = []
    for g, shape, dtype in zip(gs, out_shapes, out_dtypes, strict=True):
        if g is None:
            zeros = np.zeros(shape, dtype)
            g = zeros if on_arrays else wrap(zeros)
        filled.append(dense(g) if type(g) is IndexedSlices else g)
    if on_arrays:
        saved = [
            tuple(_bare(part) for part in x)
            if type(x) is tuple and not isinstance(x, Like)
            else _bare(x)
            for x in saved
        ]
    _pull_all(op, inputs, tuple(filled), saved, params or {}, shapes, grads, live)


def _bare(x: Any) -> Any:
    return x._value if isinstance(x, EagerTensor) else x


def is_finite(g: Any) -> bool:
    """Whether a cotangent holds no NaN and no infinity."""
    value = g.values if type(g) is IndexedSlices else g
    value = value._value if isinstance(value, EagerTensor) else value
    if not isinstance(value, (np.ndarray, np.generic)):
        return True  # on a device: it is not fetched for this
    return value.dtype.kind not in "fc" or bool(np.isfinite(value).all())


def add_cotangents(a: Any, b: Any) -> Any:
    """a + b, where either may be slices."""
    if type(a) is IndexedSlices:
        if type(b) is IndexedSlices:
            return joined(a, b)
        a = dense(a)
    elif type(b) is IndexedSlices:
        b = dense(b)
    return a + b


recorders.keep_birth = keep_birth
