"""Reading and writing at coordinates: gather_nd, scatter_nd, tensor_scatter_*, dynamic_stitch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dispatch.batching import full, looped
from gradtape.errors import InvalidArgumentError
from gradtape.ops.array.grouping import join_rows
from gradtape.ops.array.indexing import gather, unsorted_segment_sum
from gradtape.ops.array.selection import masked, one, same, select, zero
from gradtape.ops.array.shaping import concat, moved, reshape, zeros_like
from gradtape.ops.declaration import Call, custom, linear
from gradtape.tensors.indexed_slices import IndexedSlices

Shape = tuple[int, ...]


def _places(type: str, indices: Any, shape: Shape, what: str = "shape") -> tuple[Any, ...]:
    """The coordinates as a NumPy index; an error where one lies outside `shape`."""
    depth = indices.shape[-1] if indices.ndim else 0
    if not indices.ndim or depth > len(shape):
        raise InvalidArgumentError(
            f"the last axis of indices, {list(indices.shape)}, holds coordinates: at most "
            f"{len(shape)} of them for a tensor of shape {list(shape)} [Op:{type}]"
        )
    outside = ((indices < 0) | (indices >= np.array(shape[:depth], indices.dtype))).any(-1)
    if outside.any():
        at = tuple(int(k) for k in np.argwhere(np.atleast_1d(outside))[0])
        row = np.reshape(indices, (*np.atleast_1d(outside).shape, depth))[at]
        raise InvalidArgumentError(
            f"indices{list(at)} = {row.tolist()} does not index into {what} {list(shape)} "
            f"[Op:{type}]"
        )
    return tuple(np.moveaxis(indices, -1, 0))


def _prefixed(indices: Any, flag: bool, size: int) -> Any:
    """Coordinates with the number of the batch in front."""
    if not flag:
        indices = full(indices, size)
    shape = tuple(indices.shape)
    dtype = getattr(indices.dtype, "as_numpy_dtype", indices.dtype)
    rows = np.arange(size, dtype=dtype).reshape((size,) + (1,) * (len(shape) - 1))
    return concat(
        np.broadcast_to(rows, (*shape[:-1], 1)), indices, axis=len(shape) - 1, rank=len(shape)
    )


def _gather_nd_rule(g: Any, _y: Any, x_like: Any, indices: Any) -> Any:
    shape = tuple(x_like.shape)
    if len(indices.shape) == 2 and indices.shape[-1] == 1:  # rows of axis 0, as in gather
        return IndexedSlices(g, reshape(indices, shape=(indices.shape[0],)), shape)
    return scatter_nd(indices, g, shape=shape)


def _gather_nd_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    x = xs[0] if flags[0] else full(xs[0], size)
    return op.call(x, _prefixed(xs[1], flags[1], size))


@linear("GatherNd", _gather_nd_rule, None, batch=_gather_nd_batch, structural=True)
def gather_nd(x: Any, indices: Any) -> Any:
    """The elements (or blocks) of x at the coordinates in the last axis of `indices`.

    Derivative: g added at the coordinates, 0 elsewhere.
    """
    if not x.ndim:
        raise InvalidArgumentError("params must be at least a vector [Op:GatherNd]")
    places = _places("GatherNd", indices, x.shape, "param shape")
    if not places:  # coordinates of length 0 mean the whole tensor
        return np.array(np.broadcast_to(x, (*indices.shape[:-1], *x.shape)))
    return x[places]


def _at(ufunc: Any) -> Callable[[Any, Any, Any], None]:
    """Join updates to the elements at `places`, equal places one after the other."""

    def write(out: Any, places: Any, updates: Any) -> None:
        if places:
            own, tail = out.shape[: len(places)], out.shape[len(places) :]
            ids = np.ravel_multi_index(places, own).reshape(-1)
            flat = out.reshape((math.prod(own), *tail))  # a view: `out` is new and whole
            join_rows(ufunc, flat, ids, updates.reshape((ids.size, *tail)))
        elif updates.size:  # coordinates of length 0 mean the whole tensor
            for update in updates.reshape((-1, *out.shape)):
                ufunc(out, update, out=out)

    return write


def _scatter_nd_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    updates = xs[1] if flags[1] else full(xs[1], size)
    return op.call(_prefixed(xs[0], flags[0], size), updates, shape=(size, *params["shape"]))


@linear(
    "ScatterNd",
    None,
    lambda g, _y, indices, _u, *, shape: gather_nd(g, indices),
    batch=_scatter_nd_batch,
)
def scatter_nd(indices: Any, updates: Any, *, shape: Shape) -> Any:
    """Zeros of `shape` with the updates added at their coordinates; equal coordinates add up.

    Derivative: g at the coordinates.
    """
    places = _places("ScatterNd", indices, shape)
    _check_updates("ScatterNd", indices, updates, shape)
    out = np.zeros(shape, updates.dtype)
    _at(np.add)(out, places, updates)
    return out


def _check_updates(type: str, indices: Any, updates: Any, shape: Shape) -> None:
    want = (*indices.shape[:-1], *shape[indices.shape[-1] :])
    if tuple(updates.shape) != want:
        raise InvalidArgumentError(
            f"updates of shape {list(updates.shape)} do not fit: coordinates of shape "
            f"{list(indices.shape)} in a tensor "
            f"of shape {list(shape)} take updates of shape {list(want)} [Op:{type}]"
        )


def _tensor_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    x, updates = (v if f else full(v, size) for v, f in ((xs[0], flags[0]), (xs[2], flags[2])))
    return op.call(x, _prefixed(xs[1], flags[1], size), updates)


def _declare(
    type: str,
    name: str,
    write: Callable[..., Any],
    doc: str,
    derivatives: tuple[str, str],
    *rules: Any,
    jvp: Any,
) -> Call:
    def function(x: Any, indices: Any, updates: Any) -> Any:
        if x.dtype != updates.dtype:
            raise InvalidArgumentError(
                f"tensor has dtype {x.dtype} and updates {updates.dtype}; they must be equal, "
                f"use tf.cast [Op:{type}]"
            )
        places = _places(type, indices, x.shape)
        _check_updates(type, indices, updates, x.shape)
        out = np.array(x, order="C")
        write(out, places, updates)
        return out

    own, theirs = derivatives
    sentence = (
        f"Derivative: {own} with respect to x, nothing with respect to indices\n"
        f"    and {theirs} with respect to updates."
    )
    function.__name__, function.__doc__ = name, f"{doc}\n\n    {sentence}\n    "
    return custom(type, *rules, jvp=jvp, batch=_tensor_batch)(function)


def _write(out: Any, places: Any, updates: Any) -> None:
    if not places:  # coordinates of length 0 mean the whole tensor
        if updates.size:
            out[...] = updates.reshape((-1, *out.shape))[-1]
        return
    out[places] = updates


def _jointly(call_of: Callable[[], Any]) -> Callable[..., Any]:
    """The tangent of what is linear in tensor and updates together."""

    def jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
        t = zeros_like(xs[0]) if tangents[0] is None else tangents[0]
        u = zeros_like(xs[2]) if tangents[2] is None else tangents[2]
        return call_of()(t, xs[1], u)

    return jvp


def _winners(g: Any, indices: Any, updates_like: Any, shape: Shape) -> Any:
    """Where coordinates are equal the last update stays, and it alone has the gradient."""
    outer = tuple(indices.shape)[:-1]
    depth = indices.shape[-1]
    count = int(np.prod(outer, dtype=int))
    numbers = np.arange(1, count + 1).reshape(outer)
    blank = np.zeros(shape[:depth], numbers.dtype)
    last = gather_nd(scatter_update(blank, indices, numbers), indices)
    mine = last == numbers
    missing = len(shape) - depth
    return masked(reshape(mine, shape=(*outer, *(1,) * missing)), gather_nd(g, indices))


scatter_update: Call = _declare(
    "TensorScatterUpdate",
    "scatter_update",
    _write,
    "x with the updates written at their coordinates; of equal coordinates the last stays.",
    ("g where nothing is written", "g at the coordinates"),
    lambda g, _y, _x, indices, u_like: scatter_update(g, indices, _zeros_of(u_like, g)),
    None,
    lambda g, _y, x_like, indices, u_like: _winners(g, indices, u_like, tuple(x_like.shape)),
    jvp=_jointly(lambda: scatter_update),
)


def _zeros_of(like: Any, g: Any) -> Any:
    return np.zeros(tuple(like.shape), getattr(g.dtype, "as_numpy_dtype", g.dtype))


scatter_add: Call = _declare(
    "TensorScatterAdd",
    "scatter_add",
    _at(np.add),
    "x with the updates added at their coordinates.",
    ("g", "g at the coordinates"),
    lambda g, _y, _x, _i, _u: g,
    None,
    lambda g, _y, _x, indices, _u: gather_nd(g, indices),
    jvp=_jointly(lambda: scatter_add),
)
scatter_sub: Call = _declare(
    "TensorScatterSub",
    "scatter_sub",
    _at(np.subtract),
    "x with the updates subtracted at their coordinates.",
    ("g", "−g at the coordinates"),
    lambda g, _y, _x, _i, _u: g,
    None,
    lambda g, _y, _x, indices, _u: -gather_nd(g, indices),
    jvp=_jointly(lambda: scatter_sub),
)


def _indicators(y: Any, x: Any, indices: Any, updates: Any) -> tuple[Any, Any, Any]:
    """Which elements and which updates equal the result, and how many share each place."""
    mine = select(same(x, y), one(x), zero(x))
    theirs = select(same(updates, gather_nd(y, indices)), one(x), zero(x))
    return mine, theirs, mine + scatter_nd(indices, theirs, shape=tuple(x.shape))


def _extremum_tensor(g: Any, y: Any, x: Any, indices: Any, updates: Any) -> Any:
    mine, _, count = _indicators(y, x, indices, updates)
    return g * (mine / count)


def _extremum_updates(g: Any, y: Any, x: Any, indices: Any, updates: Any) -> Any:
    _, theirs, count = _indicators(y, x, indices, updates)
    return gather_nd(g / count, indices) * theirs


def _extremum_jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    x, indices, updates = xs
    mine, theirs, count = _indicators(y, x, indices, updates)
    total = None
    if tangents[0] is not None:
        total = tangents[0] * (mine / count)
    if tangents[2] is not None:
        moved = scatter_nd(indices, tangents[2] * theirs, shape=tuple(x.shape)) / count
        total = moved if total is None else total + moved
    return total


scatter_max: Call = _declare(
    "TensorScatterMax",
    "scatter_max",
    _at(np.maximum),
    "x with the larger of element and update at the coordinates; ties share the gradient equally.",
    ("g where x stays", "g at the coordinates whose update stays"),
    _extremum_tensor,
    None,
    _extremum_updates,
    jvp=_extremum_jvp,
)
scatter_min: Call = _declare(
    "TensorScatterMin",
    "scatter_min",
    _at(np.minimum),
    "x with the smaller of element and update at the coordinates; ties share the gradient equally.",
    ("g where x stays", "g at the coordinates whose update stays"),
    _extremum_tensor,
    None,
    _extremum_updates,
    jvp=_extremum_jvp,
)


def _partition_pull(g: Any, _y: Any, x_like: Any, parts: Any, *, num_partitions: int) -> Any:
    shape, outer = tuple(x_like.shape), tuple(parts.shape)
    rows = int(np.prod(outer, dtype=int))
    numbers = np.arange(rows, dtype=np.int32).reshape(outer)
    homes = dynamic_partition(numbers, parts, num_partitions=num_partitions)
    total = None
    for piece, home in zip(g, homes, strict=True):
        back = unsorted_segment_sum(piece, home, num_segments=rows)
        total = back if total is None else total + back
    return reshape(total, shape=shape), None


def _partition_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    """One list of numbers for all: the batch axis goes behind the axes that are sorted."""
    if flags[1]:
        return looped(op, xs, flags, size, params)
    ys = op.call(moved(xs[0], 0, len(xs[1].shape)), xs[1], **params)
    return tuple(moved(y, 1, 0) for y in ys)


@custom(
    "DynamicPartition",
    pullback=_partition_pull,
    batch=_partition_batch,
    jvp=lambda tangents, y, xs, params: dynamic_partition(tangents[0], xs[1], **params),
)
def dynamic_partition(x: Any, parts: Any, *, num_partitions: int) -> Any:
    """The rows of x, sorted into `num_partitions` tensors by their numbers in `parts`.

    Derivative: the rows of the cotangents back in their places.
    """
    if tuple(x.shape[: parts.ndim]) != tuple(parts.shape):
        raise InvalidArgumentError(
            f"data.shape must start with partitions.shape, got data.shape = {list(x.shape)}, "
            f"partitions.shape = {list(parts.shape)} [Op:DynamicPartition]"
        )
    if parts.size and ((parts < 0) | (parts >= num_partitions)).any():
        at = np.argwhere(np.atleast_1d((parts < 0) | (parts >= num_partitions)))[0]
        raise InvalidArgumentError(
            f"partitions{at.tolist()} = {np.atleast_1d(parts)[tuple(at)]} is not in [0, "
            f"{num_partitions}) [Op:DynamicPartition]"
        )
    return tuple(x[parts == k] for k in range(num_partitions))


def _stitch_pull(g: Any, y_like: Any, *xs: Any, count: int) -> Any:
    indices, data = xs[:count], xs[count:]
    start, numbers = 1, []
    for k in indices:
        rows = int(np.prod(k.shape, dtype=int))
        numbers.append(np.arange(start, start + rows).reshape(tuple(k.shape)))
        start += rows
    last = dynamic_stitch(*indices, *numbers, count=count)  # whose row stands in the result
    parts = []
    for k, number, x in zip(indices, numbers, data, strict=True):
        mine: Any = gather(last, k, axis=0, batch_dims=0) == number
        missing = len(x.shape) - len(k.shape)
        mine = reshape(mine, shape=(*tuple(k.shape), *(1,) * missing))
        parts.append(masked(mine, gather(g, k, axis=0, batch_dims=0)))
    return (*(None,) * count, *parts)


def _stitch_jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    count = params["count"]
    data = [
        zeros_like(x) if t is None else t for t, x in zip(tangents[count:], xs[count:], strict=True)
    ]
    return dynamic_stitch(*xs[:count], *data, count=count)


def _stitch_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    count = params["count"]
    if any(flags[:count]):
        return looped(op, xs, flags, size, params)
    data = [
        moved(x if flag else full(x, size), 0, len(at.shape))
        for at, x, flag in zip(xs[:count], xs[count:], flags[count:], strict=True)
    ]
    return moved(op.call(*xs[:count], *data, **params), 1, 0)


@custom("DynamicStitch", pullback=_stitch_pull, jvp=_stitch_jvp, batch=_stitch_batch)
def dynamic_stitch(*xs: Any, count: int) -> Any:
    """The rows of the data put at their indices: first `count` index tensors, then as many of data.

    Of equal indices the last stays, and it alone has the gradient. A row that nobody writes is 0.

    Derivative: the rows of g at the indices, 0 for one that another covers.
    """
    indices, data = xs[:count], xs[count:]
    tail = data[0].shape[indices[0].ndim :]
    for k, (i, x) in enumerate(zip(indices, data, strict=True)):
        if tuple(x.shape[: i.ndim]) != tuple(i.shape) or x.shape[i.ndim :] != tail:
            raise InvalidArgumentError(
                f"data[{k}].shape = {list(x.shape)} must be indices[{k}].shape = {list(i.shape)} "
                f"followed by {list(tail)} [Op:DynamicStitch]"
            )
        if i.size and i.min() < 0:
            raise InvalidArgumentError(
                f"indices[{k}] holds {int(i.min())}; indices are not negative [Op:DynamicStitch]"
            )
    rows = max((int(i.max()) + 1 for i in indices if i.size), default=0)
    out = np.zeros((rows, *tail), data[0].dtype)
    for i, x in zip(indices, data, strict=True):
        out[i] = x
    return out
