"""Reductions over axes: sum, mean, product, extrema, logsumexp, any, all, argmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import trailing
from gradtape.ops.array.selection import one, select
from gradtape.ops.array.shaping import reshape
from gradtape.ops.declaration import (
    keepdims_shape,
    linear,
    nondifferentiable,
    reduction,
)
from gradtape.ops.math.exponential import exp
from gradtape.primitives.op import NUMERIC, REAL
from gradtape.primitives.registry import lookup

Axis = tuple[int, ...]

# NumPy's sum, prod, max and min are slower shells around these.
_add: Any = np.add.reduce
_multiply: Any = np.multiply.reduce
_maximum: Any = np.maximum.reduce
_minimum: Any = np.minimum.reduce


def _spread(g: Any, x_like: Any, axis: Axis, keepdims: bool) -> Any:
    """The cotangent with its reduced axes back as 1s; the machinery spreads it along them."""
    return g if keepdims else reshape(g, shape=keepdims_shape(tuple(x_like.shape), axis))


@linear(
    "Sum",
    lambda g, _y, x_like, *, axis, keepdims: _spread(g, x_like, axis, keepdims),
    batch=trailing,
    allowed=NUMERIC,
)
def reduce_sum(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    """Σ x over `axis`. Derivative: g in every place."""
    return _add(x, axis=axis, keepdims=keepdims, dtype=x.dtype)


def _mean_rule(g: Any, _y: Any, x_like: Any, *, axis: Axis, keepdims: bool) -> Any:
    count = 1
    for k in axis:
        count *= x_like.shape[k]
    return _spread(g / (one(g) * max(count, 1)), x_like, axis, keepdims)


@linear("Mean", _mean_rule, batch=trailing, allowed=NUMERIC)
def reduce_mean(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    """The mean of x over `axis`; of integers it is an integer, of nothing nan.

    Derivative: g/n in every place, where n elements have one mean.
    """
    count = 1
    for k in axis:
        count *= x.shape[k]
    if x.dtype.kind in "iu":
        return _integer_mean(x, max(count, 1), axis, keepdims)
    return _add(x, axis=axis, keepdims=keepdims) / x.dtype.type(count)


def _integer_mean(x: Any, count: int, axis: Axis, keepdims: bool) -> Any:
    """The mean cut off towards 0, of any integers: their sum may be too large for their dtype.

    Σx = count·Σ⌊x/count⌋ + Σ(x mod count), and neither of the two sums overflows.
    """
    wide = x.astype(np.uint64 if x.dtype == np.uint64 else np.int64)
    quotient, rest = np.divmod(wide, wide.dtype.type(count))
    more, left = np.divmod(
        _add(rest, axis=axis, keepdims=keepdims, dtype=wide.dtype), wide.dtype.type(count)
    )
    down = _add(quotient, axis=axis, keepdims=keepdims, dtype=wide.dtype) + more
    if wide.dtype == np.int64:
        down = down + ((down < 0) & (left > 0))
    return down.astype(x.dtype)


def _extremum_weight(y: Any, x: Any) -> Any:
    ties = x == y
    return select(ties, one(x), one(x) * 0)


def _extremum_vjp(g: Any, y: Any, x: Any, *, axis: Axis) -> Any:
    mask = _extremum_weight(y, x)
    count = reduce_sum(mask, axis=axis, keepdims=True)
    return g * (mask / count)


def _extremum_jvp(t: Any, y: Any, x: Any, *, axis: Axis, keepdims: bool) -> Any:
    y = reshape(y, shape=keepdims_shape(tuple(x.shape), axis))
    mask = _extremum_weight(y, x)
    count = reduce_sum(mask, axis=axis, keepdims=True)
    return reduce_sum(t * (mask / count), axis=axis, keepdims=keepdims)


@reduction("Max", vjp=_extremum_vjp, jvp=_extremum_jvp, allowed=REAL)
def reduce_max(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    """The largest x over `axis`; of nothing −inf.

    Derivative: 1 where x = y, else 0 (where several are equal: an equal share).
    """
    low = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return _maximum(x, axis=axis, keepdims=keepdims, initial=low)


@reduction("Min", vjp=_extremum_vjp, jvp=_extremum_jvp, allowed=REAL)
def reduce_min(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    """The smallest x over `axis`; of nothing inf.

    Derivative: 1 where x = y, else 0 (where several are equal: an equal share).
    """
    high = np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).max
    return _minimum(x, axis=axis, keepdims=keepdims, initial=high)


def _others(x: Any, axis: Axis) -> Any:
    """The product of all other elements, those before times those after: exact at zeros."""
    cumprod = lookup("Cumprod")  # by name: loaded when a product is first differentiated
    sides = [cumprod(x, axis=axis[0], exclusive=True, reverse=side) for side in (False, True)]
    own = sides[0] * sides[1]
    if len(axis) == 1:
        return own
    return own * _others(reduce_prod(x, axis=axis[:1], keepdims=True), axis[1:])


def _product_vjp(g: Any, _y: Any, x: Any, *, axis: Axis) -> Any:
    return g * _others(x, axis) if axis else g


def _product_jvp(t: Any, y: Any, x: Any, *, axis: Axis, keepdims: bool) -> Any:
    return reduce_sum(t * _others(x, axis), axis=axis, keepdims=keepdims) if axis else t


@reduction("Prod", vjp=_product_vjp, jvp=_product_jvp, allowed=NUMERIC)
def reduce_prod(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    """Π x over `axis`; of nothing 1. Derivative: the product of the other elements."""
    return _multiply(x, axis=axis, keepdims=keepdims, dtype=x.dtype)


@reduction("EuclideanNorm", lambda y, x: x / y, allowed=REAL)
def reduce_euclidean_norm(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    """√Σx² over `axis`. Derivative: x/y (nan where all x are 0)."""
    return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims)).astype(x.dtype)


def _share(y: Any, x: Any, axis: Axis) -> Any:
    """eˣ / Σ eˣ: the terms of eˣ⁻ʸ sum to 1 only but for the rounding of y, which grows with x."""
    term = exp(x - y)
    total = reduce_sum(term, axis=axis, keepdims=True)
    return term / select(total == total, total, one(total))  # an infinite x is nan, alone


def _logsumexp_jvp(t: Any, y: Any, x: Any, *, axis: Axis, keepdims: bool) -> Any:
    y = reshape(y, shape=keepdims_shape(tuple(x.shape), axis))
    return reduce_sum(t * _share(y, x, axis), axis=axis, keepdims=keepdims)


@reduction(
    "LogSumExp",
    vjp=lambda g, y, x, *, axis: g * _share(y, x, axis),
    jvp=_logsumexp_jvp,
    allowed=frozenset("f"),
)
def reduce_logsumexp(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    """log Σ eˣ over `axis`, shifted by the maximum so that nothing overflows. Derivative: eˣ⁻ʸ."""
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    y = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return y if keepdims else np.squeeze(y, axis=axis)


@nondifferentiable("Any", allowed=frozenset("b"), batch=trailing)
def reduce_any(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    """Whether any element over `axis` is true."""
    return np.any(x, axis=axis, keepdims=keepdims)


@nondifferentiable("All", allowed=frozenset("b"), batch=trailing)
def reduce_all(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    """Whether all elements over `axis` are true."""
    return np.all(x, axis=axis, keepdims=keepdims)


@nondifferentiable("ArgMax", allowed=REAL | {"b"}, batch=trailing)
def argmax(x: Any, *, axis: int, dtype: Any) -> Any:
    """The index of the largest element along `axis` (negative); the first of equals."""
    return np.argmax(x, axis=axis).astype(dtype)


@nondifferentiable("ArgMin", allowed=REAL | {"b"}, batch=trailing)
def argmin(x: Any, *, axis: int, dtype: Any) -> Any:
    """The index of the smallest element along `axis` (negative); the first of equals."""
    return np.argmin(x, axis=axis).astype(dtype)
