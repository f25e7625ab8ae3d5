"""Ops about the order of elements: top_k, searchsorted."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import full, trailing
from gradtape.errors import InvalidArgumentError
from gradtape.ops.array.indexing import gather, scattered
from gradtape.ops.array.sorting import inverted, largest_order
from gradtape.ops.declaration import custom, nondifferentiable
from gradtape.primitives.op import REAL


def _top_k_pull(g: Any, y: Any, x_like: Any, *, k: int, sorted: bool, dtype: Any) -> Any:
    shape = tuple(x_like.shape)
    return scattered(g[0], y[1], shape, len(shape) - 1, len(shape) - 1)


def _top_k_jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    last = len(xs[0].shape) - 1
    return gather(tangents[0], y[1], axis=last, batch_dims=last), None


@custom("TopKV2", pullback=_top_k_pull, jvp=_top_k_jvp, batch=trailing, allowed=REAL)
def top_k(x: Any, *, k: int, sorted: bool, dtype: Any) -> Any:
    """The k largest elements along the last axis, largest first, and where they stand.

    Of equal elements the first comes first.

    Derivative: g at the places where the elements stood, 0 elsewhere.
    """
    n = x.shape[-1]
    if k > n:
        raise InvalidArgumentError(
            f"input must have at least k columns. Had {n}, needed {k} [Op:TopKV2]"
        )
    order = largest_order(x, k)
    return np.take_along_axis(x, order, -1), order.astype(dtype)


def _search_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return op.call(*(x if f else full(x, size) for x, f in zip(xs, flags, strict=True)), **params)


def _search(rows: Any, values: Any, side: Any, dtype: Any) -> Any:
    if np.prod(rows.shape[:-1]) != np.prod(values.shape[:-1]):
        raise InvalidArgumentError(
            f"Leading dim_size of both tensors must match: {list(rows.shape[:-1])} and "
            f"{list(values.shape[:-1])}"
        )
    count = int(np.prod(rows.shape[:-1], dtype=int))
    flat, sought = (x.reshape((count, x.shape[-1])) for x in (rows, values))
    out = np.empty(sought.shape, dtype)
    for k in range(len(flat)):
        out[k] = np.searchsorted(flat[k], sought[k], side)
    return out.reshape(values.shape)


@nondifferentiable("LowerBound", allowed=REAL, batch=_search_batch)
def lower_bound(rows: Any, values: Any, *, dtype: Any) -> Any:
    """For each value the first place in its sorted row where the row is not smaller."""
    return _search(rows, values, "left", dtype)


@nondifferentiable("UpperBound", allowed=REAL, batch=_search_batch)
def upper_bound(rows: Any, values: Any, *, dtype: Any) -> Any:
    """For each value the first place in its sorted row where the row is larger."""
    return _search(rows, values, "right", dtype)


@nondifferentiable("InvertPermutation", allowed=frozenset("iu"))
def invert_permutation(x: Any) -> Any:
    """y with y[x[i]] = i."""
    if x.ndim != 1 or not np.array_equal(np.sort(x), np.arange(x.size)):
        raise InvalidArgumentError(
            f"{x.tolist()} is no permutation of 0 … {x.size - 1} [Op:InvertPermutation]"
        )
    return inverted(x)
