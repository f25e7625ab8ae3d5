"""Ops that move elements and compute nothing: reshape, transpose, broadcast, concatenate, pad."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import full, trailing, widened
from gradtape.ops.declaration import custom, linear, nondifferentiable
from gradtape.tensors.tensor import EagerTensor


def _to_shape(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return op.call(xs[0], shape=(size, *params["shape"]))


@linear(
    "Reshape",
    lambda g, _y, x_like, *, shape: reshape(g, shape=tuple(x_like.shape)),
    batch=_to_shape,
    structural=True,
)
def reshape(x: Any, *, shape: tuple[int, ...]) -> Any:
    """The same elements, in the same order, in another shape. Derivative: g in the shape of x."""
    return np.reshape(x, shape)


def _broadcast_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    shape = params["shape"]
    return op.call(widened(xs[0], len(shape)), shape=(size, *shape))


# The cotangent is summed back by the machinery that undoes every broadcast.
@linear("BroadcastTo", lambda g, _y, _x, *, shape: g, batch=_broadcast_batch, structural=True)
def broadcast_to(x: Any, *, shape: tuple[int, ...]) -> Any:
    """x repeated along new axes and axes of size 1 until it has `shape`.

    Derivative: g summed over the repetitions.
    """
    return np.broadcast_to(x, shape)


def _inverse(perm: tuple[int, ...]) -> tuple[int, ...]:
    n = len(perm)
    out = [0] * n
    for i, k in enumerate(perm):
        out[k + n] = i - n
    return tuple(out)


def _transpose_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    perm = params["perm"]
    return op.call(xs[0], perm=(-len(perm) - 1, *perm))


@linear(
    "Transpose",
    lambda g, _y, _x, *, perm: transpose(g, perm=_inverse(perm)),
    batch=_transpose_batch,
    structural=True,
)
def transpose(x: Any, *, perm: tuple[int, ...]) -> Any:
    """The axes in another order; `perm` counts from the end: (-1, -2) swaps a matrix.

    Derivative: g with its axes put back.
    """
    return x.transpose(perm)


def moved(x: Any, source: int, target: int) -> EagerTensor:
    """Axis `source` at the place `target`, the others in their order."""
    rank = len(x.shape)
    order = [k for k in range(rank) if k != source]
    order.insert(target, source)
    return transpose(x, perm=tuple(k - rank for k in order))


def swap(x: Any) -> EagerTensor:
    """The last two axes exchanged."""
    n = len(x.shape)
    return transpose(x, perm=(*range(-n, -2), -1, -2))


def _expand_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return op.call(xs[0], axis=params["axis"])


@linear(
    "ExpandDims",
    lambda g, _y, _x, *, axis: squeeze(g, axis=(axis,)),
    batch=_expand_batch,
    structural=True,
)
def expand_dims(x: Any, *, axis: int) -> Any:
    """x with a new axis of size 1 at `axis`, counted from the end of the result.

    Derivative: g in the shape of x.
    """
    return np.expand_dims(x, axis)


@linear(
    "Squeeze",
    lambda g, _y, x_like, *, axis: reshape(g, shape=tuple(x_like.shape)),
    batch=_expand_batch,
    structural=True,
)
def squeeze(x: Any, *, axis: tuple[int, ...]) -> Any:
    """x without these axes (negative), which have size 1. Derivative: g in the shape of x."""
    return np.squeeze(x, axis)


@linear("Identity", lambda g, _y, _x: g, batch=trailing, structural=True)
def identity(x: Any) -> Any:
    """x as a new tensor. Derivative: g, unchanged."""
    return x


@linear("ReadVariableOp", lambda g, _y, _x: g, batch=trailing, structural=True)
def read_variable(x: Any) -> Any:
    """The value of a variable as a new tensor. Derivative: g, unchanged."""
    return x


def _slice_rule(g: Any, _y: Any, x_like: Any, *, begin: Any, size: Any) -> Any:
    shape = tuple(x_like.shape)
    return pad(
        g, paddings=tuple((b, n - b - s) for b, s, n in zip(begin, size, shape, strict=True))
    )


def _slice_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return op.call(xs[0], begin=(0, *params["begin"]), size=(size, *params["size"]))


@linear("Slice", _slice_rule, batch=_slice_batch, structural=True)
def slice_(x: Any, *, begin: tuple[int, ...], size: tuple[int, ...]) -> Any:
    """The block of `size` that starts at `begin`. Derivative: g in its place, 0 elsewhere."""
    return x[tuple(slice(b, b + s) for b, s in zip(begin, size, strict=True))]


def _pad_rule(g: Any, y_like: Any, x_like: Any, *, paddings: Any) -> Any:
    return slice_(g, begin=tuple(before for before, _ in paddings), size=tuple(x_like.shape))


def _pad_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return op.call(xs[0], paddings=((0, 0), *params["paddings"]))


@linear("Pad", _pad_rule, batch=_pad_batch, structural=True)
def pad(x: Any, *, paddings: tuple[tuple[int, int], ...]) -> Any:
    """x with zeros (empty text) before and after each axis. Derivative: g without the margin."""
    # numpy.pad does the same, ten times as slowly for a small array
    sizes = [before + n + after for (before, after), n in zip(paddings, x.shape, strict=True)]
    out = np.full(sizes, b"", object) if x.dtype.kind == "O" else np.zeros(sizes, x.dtype)
    out[tuple(slice(b, b + n) for (b, _), n in zip(paddings, x.shape, strict=True))] = x
    return out


def _concat_pull(g: Any, _y: Any, *xs_like: Any, axis: int, rank: int) -> Any:
    sizes, start, parts = [x.shape[axis] for x in xs_like], 0, []
    shape = list(g.shape)
    for n in sizes:
        begin = [0] * len(shape)
        begin[axis] = start
        parts.append(slice_(g, begin=tuple(begin), size=(*shape[:axis], n, *shape[axis + 1 :])))
        start += n
    return tuple(parts)


def _concat_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    xs = [x if flag else full(x, size) for x, flag in zip(xs, flags, strict=True)]
    return op.call(*xs, axis=params["axis"] + 1, rank=params["rank"] + 1)


def _concat_jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    return concat(
        *(zeros_like(x) if t is None else t for t, x in zip(tangents, xs, strict=True)), **params
    )


@custom("ConcatV2", pullback=_concat_pull, jvp=_concat_jvp, batch=_concat_batch)
def concat(*xs: Any, axis: int, rank: int) -> Any:
    """The inputs one after the other along `axis` (0 ≤ axis < rank). Derivative: its slice of g."""
    return np.concatenate(xs, axis=axis)


def _pack_pull(g: Any, _y: Any, *_xs: Any, axis: int, rank: int) -> Any:
    return unpack(g, axis=axis)


def _pack_jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    return pack(
        *(zeros_like(x) if t is None else t for t, x in zip(tangents, xs, strict=True)), **params
    )


def _pack_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    xs = [x if flag else full(x, size) for x, flag in zip(xs, flags, strict=True)]
    return op.call(*xs, axis=params["axis"] + 1, rank=params["rank"] + 1)


@custom("Pack", pullback=_pack_pull, jvp=_pack_jvp, batch=_pack_batch)
def pack(*xs: Any, axis: int, rank: int) -> Any:
    """The inputs, of one shape and of `rank` axes, along a new axis (0 ≤ axis ≤ rank).

    Derivative: its slice of g.
    """
    return np.stack(xs, axis=axis)


def _unpack_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return op.call(xs[0], axis=params["axis"] + 1)


def _unpack_jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    return unpack(tangents[0], **params)


@custom(
    "Unpack",
    pullback=lambda g, _y, _x, *, axis: pack(*g, axis=axis, rank=len(g[0].shape)),
    jvp=_unpack_jvp,
    batch=_unpack_batch,
)
def unpack(x: Any, *, axis: int) -> Any:
    """The slices along `axis`, as a tuple.

    Derivative: the cotangents of the slices along `axis`.
    """
    return tuple(x[(slice(None),) * axis + (k,)] for k in range(x.shape[axis]))


@nondifferentiable("ZerosLike", batch=trailing)
def zeros_like(x: Any) -> Any:
    """Zeros of the shape and dtype of x (False, and empty text)."""
    if x.dtype.kind == "O":
        return np.full(np.shape(x), b"", dtype=object)
    return np.zeros(np.shape(x), x.dtype)


@nondifferentiable("OnesLike", batch=trailing, allowed=frozenset("iufcb"))
def ones_like(x: Any) -> Any:
    """Ones of the shape and dtype of x."""
    return np.ones(np.shape(x), x.dtype)
