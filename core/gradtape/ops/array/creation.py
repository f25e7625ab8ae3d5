"""Ops that make tensors from numbers: fill, range, one_hot, coordinates, shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import elementwise as by_element
from gradtape.ops.array.shaping import broadcast_to, reshape
from gradtape.ops.array.sorting import stable_order
from gradtape.ops.declaration import linear, nondifferentiable, unregistered
from gradtape.primitives.op import REAL


def _fill_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    dims = params["dims"]
    return broadcast_to(reshape(xs[0], shape=(size, *(1,) * len(dims))), shape=(size, *dims))


# The cotangent is summed back by the machinery that undoes every broadcast.
@linear("Fill", lambda g, _y, _x, *, dims: g, batch=_fill_batch)
def fill(x: Any, *, dims: tuple[int, ...]) -> Any:
    """A tensor of shape `dims` full of the scalar x. Derivative: the sum of g."""
    return np.broadcast_to(x, dims)


@nondifferentiable("Range", allowed=REAL)
def arange(start: Any, limit: Any, delta: Any) -> Any:
    """start, start + delta, … up to but without limit."""
    dtype = start.dtype
    if dtype.kind == "f":
        count = int(np.ceil(abs((float(limit) - float(start)) / float(delta))))
        return start + delta * np.arange(count).astype(dtype)
    return np.arange(int(start), int(limit), int(delta), dtype=dtype)


@nondifferentiable("OneHot", batch=by_element)
def one_hot_last(x: Any, depth: Any, on: Any, off: Any) -> Any:
    """`on` where the index x equals its place in `depth` (0 … depth−1 along the last axis)."""
    return np.where(x == depth, on, off)


@nondifferentiable("Where")
def coordinates(mask: Any) -> Any:
    """The coordinates of the true (non-zero) elements, one row each, int64."""
    return np.argwhere(mask).astype(np.int64)


@unregistered("Unique")
def unique(x: Any, *, dtype: Any) -> Any:
    """The distinct values by their first place, and for each x the number of its value."""
    return _unique(x, dtype)[:2]


@unregistered("UniqueWithCounts")
def unique_with_counts(x: Any, *, dtype: Any) -> Any:
    """Like `unique`, and how often each value stands there."""
    return _unique(x, dtype)


def _unique(x: Any, dtype: Any) -> Any:
    first = _first_places(x)
    distinct = np.flatnonzero(first == np.arange(x.size))
    number = np.empty(x.size, dtype)
    number[distinct] = np.arange(distinct.size)
    numbers = number.take(first)
    # it takes numbers as wide as a pointer, which in a tab has 32 bits
    counts = np.bincount(numbers.astype(np.intp), minlength=distinct.size).astype(dtype)
    return x[distinct], numbers, counts


def _first_places(x: Any) -> Any:
    """For each element the first place of its value; each nan is a value of its own."""
    places = np.arange(x.size)
    if x.dtype.kind in "iu" and x.size:
        least = x.min()
        span = int(x.max()) - int(least) + 1
        if span <= 4 * x.size:
            wide = x if x.dtype.itemsize == 8 else x.astype(np.int64)
            at = (wide - least).astype(np.intp)
            first = np.empty(span, np.intp)
            first[at[::-1]] = places[::-1]  # of equal ones the last that is written stays
            return first.take(at)
    if x.dtype.kind == "O":
        _, first, inverse = np.unique(x, return_index=True, return_inverse=True)
        return first.take(inverse.reshape(-1))
    order = stable_order(x)
    in_order = x.take(order)
    fresh = np.append(True, in_order[1:] != in_order[:-1])[: x.size]
    first = np.empty(x.size, np.intp)
    first[order] = order[fresh].take(np.cumsum(fresh) - 1)
    return first


@nondifferentiable("Size")
def size_of(x: Any, *, dtype: Any) -> Any:
    """The number of elements."""
    return np.dtype(dtype).type(x.size)


@nondifferentiable("Rank")
def rank_of(x: Any) -> Any:
    """The number of axes."""
    return np.int32(x.ndim)


@nondifferentiable("ShapeN")
def shape_n(*xs: Any, dtype: Any) -> Any:
    """The shapes as vectors."""
    return tuple(np.array(x.shape, dtype) for x in xs)


__all__ = [
    "arange", "coordinates", "fill", "one_hot_last", "rank_of", "shape_n", "size_of",
    "unique", "unique_with_counts",
]  # fmt: skip
