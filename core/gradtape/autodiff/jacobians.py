"""Jacobians: one backward pass with a batch of cotangents, one per element of the target."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape import nest
from gradtape.autodiff.backward import add_cotangents
from gradtape.autodiff.passes import leads_to_refusal, prepare, pull_to
from gradtape.autodiff.recording import Recording
from gradtape.autodiff.targets import checked, zeros_like_source
from gradtape.dispatch.batching import Batched, new_level
from gradtape.primitives.registry import lookup
from gradtape.tensors.indexed_slices import IndexedSlices, dense
from gradtape.tensors.tensor import EagerTensor, wrap
from gradtape.tensors.variable import Variable

#: Cotangents are pulled in groups of at most this many elements, so that memory stays bounded.
_MOST_ELEMENTS = 1 << 24


def jacobian(tape: Recording, target: Any, sources: Any, zero: bool) -> Any:
    """See `GradientTape.jacobian`."""
    rows = None
    if isinstance(target, IndexedSlices):  # of the dense tensor that they stand for
        if target.dense_shape is None:
            dense(target)  # refuses
        shape = tuple(int(n) for n in np.asarray(target.dense_shape))
        target, rows = target.values, np.asarray(target.indices)
    tensor = _one(target, "target")
    flat = checked(nest.flatten(sources), "source")
    on_arrays, release = prepare(tape, "jacobian")
    shape = tuple(tensor._value.shape) if rows is None else shape
    size = int(np.prod(shape, dtype=int))
    parts: list[Any] = [None] * len(flat)
    if tensor._value.dtype.kind in "fc" or leads_to_refusal(tape, tensor):
        seeds = np.eye(
            size, dtype=tensor._value.dtype if tensor._value.dtype.kind in "fc" else np.float32
        )
        seeds = seeds.reshape((size, *shape))
        if rows is not None:
            seeds = seeds[:, rows]
        parts = _rows(tape, tensor, seeds, flat, on_arrays, release)
    results = []
    for source, part in zip(flat, parts, strict=True):
        own = tuple(source.shape.as_list())
        if part is None and zero:
            part = wrap(np.zeros((*shape, *own), zeros_like_source(source)._value.dtype))
        elif part is not None:
            part = _tensor(lookup("Reshape")(part, shape=(*shape, *own)))
        results.append(part)
    if release:
        tape._used = True
    if len(flat) == 1 and flat[0] is sources:
        return results[0]
    return nest.pack_sequence_as(sources, results)


def batch_jacobian(tape: Recording, target: Any, source: Any) -> Any:
    """See `GradientTape.batch_jacobian`."""
    tensor = _one(target, "target")
    _one(source, "source")
    shape, own = tuple(tensor._value.shape), tuple(source.shape.as_list())
    for this in (shape, own):
        if len(this) < 2:
            raise ValueError(
                f"Shape {this} must have rank at least 2: batch_jacobian takes (batch, …) on both "
                "sides. Use tape.jacobian for a Jacobian without a batch axis."
            )
    if shape[0] != own[0]:
        raise ValueError(
            f"Need first dimension of target shape ({shape}) and source shape ({own}) to match."
        )
    on_arrays, release = prepare(tape, "batch_jacobian")
    rows, columns = shape[0], int(np.prod(shape[1:], dtype=int))
    eye = np.eye(columns, dtype=tensor._value.dtype).reshape((columns, 1, *shape[1:]))
    seeds = np.broadcast_to(eye, (columns, *shape))
    (part,) = _rows(tape, tensor, seeds, [source], on_arrays, release)
    if release:
        tape._used = True
    if part is None:
        return wrap(np.zeros((*shape, *own[1:]), source.dtype.as_numpy_dtype))
    part = lookup("Reshape")(part, shape=(columns, rows, int(np.prod(own[1:], dtype=int))))
    part = lookup("Transpose")(part, perm=(-2, -3, -1))
    return _tensor(lookup("Reshape")(part, shape=(*shape, *own[1:])))


def _one(value: Any, what: str) -> EagerTensor:
    if isinstance(value, Variable):
        return value._tensor
    if not isinstance(value, EagerTensor):
        raise TypeError(
            f"a Jacobian's {what} is one tf.Tensor, but {value!r} of type {type(value).__name__} "
            "came; call it once per tensor, or tf.stack them."
        )
    return value


def _rows(
    tape: Recording,
    target: EagerTensor,
    seeds: Any,
    sources: list[Any],
    on_arrays: bool,
    release: bool,
) -> list[Any]:
    """Per source the array or tensor (rows, *source.shape), or None."""
    size = seeds.shape[0]
    if size == 0:
        found, ids = pull_to(
            tape,
            {target._id: seeds.sum(0) if on_arrays else wrap(seeds.sum(0))},
            sources,
            on_arrays,
            release,
        )
        return [
            np.zeros((0, *source.shape.as_list()), source.dtype.as_numpy_dtype)
            if any(i in found for i in own)
            else None
            for source, own in zip(sources, ids, strict=True)
        ]
    step = max(1, min(size, _MOST_ELEMENTS // max(1, int(np.prod(target._value.shape, dtype=int)))))
    groups: list[list[Any]] = []
    for start in range(0, size, step):
        chunk = np.ascontiguousarray(seeds[start : start + step])
        level = new_level()
        g = Batched(chunk if on_arrays else wrap(chunk), level)
        last = start + step >= size
        found, ids = pull_to(tape, {target._id: g}, sources, on_arrays, release and last)
        groups.append(
            [
                _row(own, found, level, len(chunk), source)
                for source, own in zip(sources, ids, strict=True)
            ]
        )
    if len(groups) == 1:
        return groups[0]
    concat = lookup("ConcatV2")
    return [
        None if parts[0] is None else concat(*parts, axis=0, rank=len(parts[0].shape))
        for parts in zip(*groups, strict=True)
    ]


def _row(own: tuple[int, ...], found: dict[int, Any], level: int, size: int, source: Any) -> Any:
    parts = [found[i] for i in own if i in found]
    if not parts:
        return None
    total = parts[0]
    for part in parts[1:]:
        total = add_cotangents(total, part)
    if type(total) is IndexedSlices:
        total = dense(total)
    if type(total) is Batched and total.level == level:
        return total.value
    return lookup("BroadcastTo")(total, shape=(size, *source.shape.as_list()))


def _tensor(value: Any) -> EagerTensor:
    return value if isinstance(value, EagerTensor) else wrap(value)
