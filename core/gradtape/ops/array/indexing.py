"""Taking elements out of a tensor by slices and indices, and putting them back."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import full
from gradtape.errors import InvalidArgumentError
from gradtape.ops.array.grouping import join_rows
from gradtape.ops.array.selection import masked, select, zero
from gradtape.ops.array.shaping import reshape, transpose
from gradtape.ops.declaration import linear, nondifferentiable
from gradtape.primitives.op import NUMERIC
from gradtape.tensors.indexed_slices import IndexedSlices

Index = tuple[Any, ...]


def _index_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return op.call(xs[0], index=(slice(None), *params["index"]))


@linear(
    "StridedSlice",
    lambda g, _y, x_like, *, index: strided_slice_grad(g, index=index, shape=tuple(x_like.shape)),
    batch=_index_batch,
    structural=True,
)
def strided_slice(x: Any, *, index: Index) -> Any:
    """x[index], where the index holds integers, slices and None.

    Derivative: g at the index, 0 elsewhere.
    """
    return x[index]


def _index_grad_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return op.call(xs[0], index=(slice(None), *params["index"]), shape=(size, *params["shape"]))


@linear(
    "StridedSliceGrad",
    lambda g, _y, _x, *, index, shape: strided_slice(g, index=index),
    batch=_index_grad_batch,
    structural=True,
)
def strided_slice_grad(x: Any, *, index: Index, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape` with x at `index`. Derivative: g[index]."""
    out = np.zeros(shape, x.dtype)
    out[index] = x
    return out


def _gather_rule(g: Any, _y: Any, x_like: Any, indices: Any, *, axis: int, batch_dims: int) -> Any:
    shape = tuple(x_like.shape)
    n_indices = len(indices.shape)
    if axis == 0 and not batch_dims:
        flat = 1
        for n in indices.shape:
            flat *= n
        return IndexedSlices(
            reshape(g, shape=(flat, *shape[1:])), reshape(indices, shape=(flat,)), shape
        )
    if batch_dims:
        return scattered(g, indices, shape, axis, batch_dims)
    rank = len(tuple(g.shape))
    order = (*range(axis, axis + n_indices), *range(axis), *range(axis + n_indices, rank))
    rows = transpose(g, perm=tuple(k - rank for k in order))
    flat = int(np.prod(indices.shape, dtype=int))
    rest = (*shape[:axis], *shape[axis + 1 :])
    summed = unsorted_segment_sum(
        reshape(rows, shape=(flat, *rest)),
        reshape(indices, shape=(flat,)),
        num_segments=shape[axis],
    )
    n = len(shape)
    back = (*range(1, axis + 1), 0, *range(axis + 1, n))
    return transpose(summed, perm=tuple(k - n for k in back))


def scattered(g: Any, indices: Any, shape: Any, axis: int, batch_dims: int) -> Any:
    """Batch axes become part of the row number: row = batch · n + index."""
    n = shape[axis]
    lead, inner, tail = shape[:batch_dims], shape[batch_dims:axis], shape[axis + 1 :]
    rows = int(np.prod(lead, dtype=int))
    own = tuple(indices.shape)[batch_dims:]
    count, width = int(np.prod(own, dtype=int)), int(np.prod(inner, dtype=int))
    moved = reshape(g, shape=(rows, width, count, *tail))
    rank = len(moved.shape)
    moved = transpose(moved, perm=tuple(k - rank for k in (0, 2, 1, *range(3, rank))))
    offsets = np.arange(rows).reshape(rows, 1) * n
    flat = _offset(reshape(indices, shape=(rows, count)), offsets)
    summed = unsorted_segment_sum(
        reshape(moved, shape=(rows * count, width, *tail)),
        reshape(flat, shape=(rows * count,)),
        num_segments=rows * n,
    )
    summed = reshape(summed, shape=(rows, n, width, *tail))
    summed = transpose(summed, perm=tuple(k - rank for k in (0, 2, 1, *range(3, rank))))
    return reshape(summed, shape=shape)


def _offset(indices: Any, offsets: Any) -> Any:
    return indices + offsets.astype(getattr(indices.dtype, "as_numpy_dtype", indices.dtype))


def _gather_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    x, indices = xs
    axis, batch_dims = params["axis"], params["batch_dims"]
    if not flags[1]:
        if batch_dims:
            return op.call(x, full(indices, size), axis=axis + 1, batch_dims=batch_dims + 1)
        return op.call(x, indices, axis=axis + 1, batch_dims=0)
    if not flags[0] and axis == 0:
        return op.call(x, indices, axis=0, batch_dims=0)
    return op.call(
        x if flags[0] else full(x, size), indices, axis=axis + 1, batch_dims=batch_dims + 1
    )


@linear("GatherV2", _gather_rule, None, batch=_gather_batch, structural=True)
def gather(x: Any, indices: Any, *, axis: int, batch_dims: int) -> Any:
    """The slices of x at `indices` along `axis`; an index outside is an error.

    Derivative: g added into the slices that were taken, 0 elsewhere.
    """
    n = x.shape[axis]
    bad = (indices < 0) | (indices >= n)
    if np.any(bad):
        at = tuple(int(k) for k in np.argwhere(np.atleast_1d(bad))[0])
        where = f"indices[{', '.join(map(str, at))}]" if np.ndim(indices) else "indices"
        raise InvalidArgumentError(
            f"{where} = {np.atleast_1d(indices)[at]} is not in [0, {n}) [Op:GatherV2]. Negative "
            "indices are not taken."
        )
    if not batch_dims:
        # NumPy takes no int64 where addresses have 32 bits; the indices are known to fit
        return np.take(x, np.asarray(indices, np.intp), axis=axis)
    grids = np.indices(indices.shape, sparse=True)[:batch_dims]
    moved = np.moveaxis(x, axis, batch_dims)
    taken = moved[(*grids, indices)]
    inner = axis - batch_dims
    own = indices.ndim - batch_dims
    order = (
        *range(batch_dims), *range(batch_dims + own, batch_dims + own + inner),
        *range(batch_dims, batch_dims + own), *range(batch_dims + own + inner, taken.ndim),
    )  # fmt: skip
    return np.transpose(taken, order)


def _segment_rule(g: Any, _y: Any, x_like: Any, ids: Any, *, num_segments: int) -> Any:
    if 0 in x_like.shape and 0 in g.shape:
        return reshape(g, shape=tuple(x_like.shape))
    valid = ids >= zero(ids)
    rows = gather(g, select(valid, ids, zero(ids)), axis=0, batch_dims=0)
    missing = len(x_like.shape) - len(ids.shape)
    return masked(reshape(valid, shape=(*ids.shape, *(1,) * missing)), rows)


def _segment_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    x, ids = (value if flag else full(value, size) for value, flag in zip(xs, flags, strict=True))
    n = params["num_segments"]
    shape, own = tuple(x.shape), tuple(ids.shape)
    offsets = (np.arange(size) * n).reshape((size,) + (1,) * (len(own) - 1))
    rows = _offset(ids, offsets)
    if np.any(np.asarray(getattr(ids, "_value", ids)) < 0):  # a negative id drops its row
        rows = np.where(
            np.asarray(getattr(ids, "_value", ids)) < 0,
            -1,
            np.asarray(getattr(rows, "_value", rows)),
        )
    y = op.call(x, rows, num_segments=size * n)
    return reshape(y, shape=(size, n, *shape[len(own) :]))


@linear("UnsortedSegmentSum", _segment_rule, None, batch=_segment_batch, allowed=NUMERIC)
def unsorted_segment_sum(x: Any, ids: Any, *, num_segments: int) -> Any:
    """Row i of the result is the sum of the rows of x whose id is i; negative ids are dropped.

    Derivative: for each row the row of g at its id (0 where that is negative).
    """
    ids = np.asarray(ids)
    tail = x.shape[ids.ndim :]
    rows, flat = (
        x.reshape((ids.size, *tail)) if ids.size else np.zeros((0, *tail), x.dtype),
        ids.reshape(-1),
    )
    if flat.size and flat.min() < 0:
        rows, flat = rows[flat >= 0], flat[flat >= 0]
    if flat.dtype.kind not in "iu":
        raise InvalidArgumentError(
            f"Value for attr 'Tindices' of {flat.dtype} is not in the list of allowed values: "
            "int32, int64 [Op:UnsortedSegmentSum]"
        )
    if rows.size and flat.max() >= num_segments:
        raise InvalidArgumentError(
            f"segment id {int(flat.max())} is out of range [0, {num_segments}) "
            "[Op:UnsortedSegmentSum]"
        )
    out = np.zeros((num_segments, *tail), x.dtype)
    if rows.size:
        join_rows(np.add, out, flat, rows)
    return out


@nondifferentiable("Shape", batch=None)
def shape_of(x: Any) -> Any:
    """The shape as an int32 vector."""
    return np.array(np.shape(x), np.int32)
