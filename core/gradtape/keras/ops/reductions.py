"""`keras.ops`: sums, means, extrema, orders, as NumPy calls them."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.ops.making import as_float, op, tensor, together

_abs, _range = abs, range


def _axis(axis: Any) -> Any:
    return list(axis) if isinstance(axis, tuple) else axis


def _counted(x: Any) -> Any:
    """Booleans as int32, to be summed."""
    x = tensor(x)
    return tf.cast(x, tf.int32) if x.dtype.is_bool else x


@op
def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum along `axis`, all axes by default."""
    return tf.reduce_sum(_counted(x), axis=_axis(axis), keepdims=keepdims)


@op
def prod(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """The product along `axis`."""
    x = _counted(x) if dtype is None else tf.cast(x, dtype)
    return tf.reduce_prod(x, axis=_axis(axis), keepdims=keepdims)


@op
def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean along `axis`; integers become floats first."""
    return tf.reduce_mean(as_float(x), axis=_axis(axis), keepdims=keepdims)


@op
def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean squared distance from the mean, along `axis`."""
    return tf.math.reduce_variance(as_float(x), axis=_axis(axis), keepdims=keepdims)


@op
def std(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The root of the variance along `axis`."""
    return tf.math.reduce_std(as_float(x), axis=_axis(axis), keepdims=keepdims)


def _with_initial(found: Any, initial: Any, combine: Any) -> Any:
    return found if initial is None else combine(found, tf.cast(initial, found.dtype))


@op
def max(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The largest along `axis`, and not below `initial`."""
    found = tf.reduce_max(tensor(x), axis=_axis(axis), keepdims=keepdims)
    return _with_initial(found, initial, tf.maximum)


@op
def min(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The smallest along `axis`, and not above `initial`."""
    found = tf.reduce_min(tensor(x), axis=_axis(axis), keepdims=keepdims)
    return _with_initial(found, initial, tf.minimum)


@op
def amax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest along `axis`."""
    return tf.reduce_max(tensor(x), axis=_axis(axis), keepdims=keepdims)


@op
def amin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest along `axis`."""
    return tf.reduce_min(tensor(x), axis=_axis(axis), keepdims=keepdims)


@op
def ptp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest less the smallest, along `axis`."""
    x, axis = tensor(x), _axis(axis)
    high = tf.reduce_max(x, axis=axis, keepdims=keepdims)
    return high - tf.reduce_min(x, axis=axis, keepdims=keepdims)


@op
def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all elements hold, along `axis`."""
    return tf.reduce_all(tf.cast(x, tf.bool), axis=_axis(axis), keepdims=keepdims)


@op
def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether one element holds, along `axis`."""
    return tf.reduce_any(tf.cast(x, tf.bool), axis=_axis(axis), keepdims=keepdims)


@op
def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """log Σ eˣ along `axis`."""
    return tf.reduce_logsumexp(as_float(x), axis=_axis(axis), keepdims=keepdims)


@op
def count_nonzero(x: Any, axis: Any = None) -> Any:
    """How many elements are not zero, along `axis`."""
    return tf.math.count_nonzero(tensor(x), axis=_axis(axis), dtype=tf.int32)


@op
def average(x: Any, axis: Any = None, weights: Any = None) -> Any:
    """The mean along `axis`, by `weights`."""
    x = as_float(x)
    if weights is None:
        return tf.reduce_mean(x, axis=_axis(axis))
    x, w = together(x, weights)
    if w.ndim < x.ndim and axis is not None:
        w = tf.reshape(w, [n if i == axis % x.ndim else 1 for i, n in enumerate(x.shape)])
    w = tf.broadcast_to(w, x.shape)
    return tf.reduce_sum(x * w, axis=_axis(axis)) / tf.reduce_sum(w, axis=_axis(axis))


def _flat_where_none(x: Any, axis: Any) -> tuple[Any, Any]:
    x = tensor(x)
    return (tf.reshape(x, [-1]), 0) if axis is None else (x, axis)


def _kept(found: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    if not keepdims:
        return found
    if axis is None:
        return tf.reshape(found, [1] * tensor(x).ndim)
    return tf.expand_dims(found, axis)


@op
def argmax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The place of the largest along `axis`, in the flat tensor by default."""
    flat, where = _flat_where_none(x, axis)
    return _kept(tf.cast(tf.argmax(flat, axis=where), tf.int32), x, axis, keepdims)


@op
def argmin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The place of the smallest along `axis`, in the flat tensor by default."""
    flat, where = _flat_where_none(x, axis)
    return _kept(tf.cast(tf.argmin(flat, axis=where), tf.int32), x, axis, keepdims)


@op
def cumsum(x: Any, axis: Any = None, dtype: Any = None) -> Any:
    """The sums of the elements so far, along `axis`."""
    flat, where = _flat_where_none(_counted(x), axis)
    return tf.cumsum(flat if dtype is None else tf.cast(flat, dtype), axis=where)


@op
def cumprod(x: Any, axis: Any = None, dtype: Any = None) -> Any:
    """The products of the elements so far, along `axis`."""
    flat, where = _flat_where_none(_counted(x), axis)
    return tf.math.cumprod(flat if dtype is None else tf.cast(flat, dtype), axis=where)


@op
def sort(x: Any, axis: int = -1) -> Any:
    """The elements in rising order, along `axis`."""
    return tf.sort(tensor(x), axis=axis)


@op
def argsort(x: Any, axis: int = -1) -> Any:
    """The places of the elements in rising order, along `axis`."""
    x, where = _flat_where_none(x, axis)
    return tf.cast(tf.argsort(x, axis=where, stable=True), tf.int32)


@op
def top_k(x: Any, k: int, sorted: bool = True) -> Any:
    """The k largest along the last axis, and their places."""
    return tf.math.top_k(tensor(x), k, sorted=sorted)


@op
def in_top_k(targets: Any, predictions: Any, k: int) -> Any:
    """Whether the true class, by number, is among the k largest predictions."""
    return tf.math.in_top_k(targets, predictions, k)


@op
def median(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The element in the middle along `axis`, or the mean of the two there."""
    return quantile(x, 0.5, axis=axis, keepdims=keepdims)


@op
def quantile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """Where the share `q` of the elements along `axis` lies below.

    `method` is linear, lower, higher, midpoint or nearest.
    """
    x = as_float(x)
    axes = list(_range(x.ndim)) if axis is None else [axis] if isinstance(axis, int) else list(axis)
    axes = [a % x.ndim for a in axes]
    others = [i for i in _range(x.ndim) if i not in axes]
    sizes = [x.shape[i] for i in others]
    rows = tf.sort(tf.reshape(tf.transpose(x, [*others, *axes]), [*sizes, -1]), axis=-1)
    n = int(rows.shape[-1] or 0)
    shares = np.asarray(q, np.float64)
    places = shares * (n - 1)
    low, high = np.floor(places).astype(int), np.ceil(places).astype(int)
    if method in ("lower", "higher", "nearest"):
        nearest = np.round(places).astype(int)
        chosen = {"lower": low, "higher": high, "nearest": nearest}[method]
        found = tf.gather(rows, chosen, axis=-1)
    else:
        weight = places - low if method == "linear" else np.full(places.shape, 0.5) * (high > low)
        share = tf.constant(weight, rows.dtype)
        below, above = tf.gather(rows, low, axis=-1), tf.gather(rows, high, axis=-1)
        found = below * (1 - share) + above * share
    if shares.ndim:
        found = tf.transpose(found, [found.ndim - 1, *_range(found.ndim - 1)])
    if keepdims:
        kept = [1 if i in axes else x.shape[i] for i in _range(x.ndim)]
        found = tf.reshape(found, [*shares.shape, *kept])
    return found


@op
def percentile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """`quantile`, of shares in hundredths."""
    return quantile(x, np.asarray(q, np.float64) / 100, axis, method, keepdims)


@op
def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Any:
    """How often each number from 0 on stands in `x`, or the sum of its weights there."""
    numbers = np.asarray(tensor(x)).astype(np.intp)
    given = None if weights is None else np.asarray(tensor(weights))
    if numbers.ndim == 2:
        width = np.maximum(minlength, int(numbers.max()) + 1)
        rows = [
            np.bincount(row, None if given is None else given[i], width)
            for i, row in enumerate(numbers)
        ]
        counts = np.stack(rows)
    else:
        counts = np.bincount(numbers, given, minlength)
    return tf.constant(counts.astype(np.int32 if given is None else given.dtype))


@op
def allclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Any:
    """Whether |x1 − x2| ≤ atol + rtol |x2| everywhere."""
    a, b = (np.asarray(x) for x in together(x1, x2))
    return tf.constant(bool(np.allclose(a, b, rtol, atol, equal_nan)))


def _segments(combine: Any) -> Any:
    def function(data: Any, segment_ids: Any, num_segments: int | None = None) -> Any:
        ids = tensor(segment_ids)
        count = num_segments or int(np.asarray(ids).max()) + 1
        return combine(tensor(data), ids, count)

    return function


@op
def segment_sum(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The sums of the rows of each segment."""
    return _segments(tf.math.unsorted_segment_sum)(data, segment_ids, num_segments)


@op
def segment_max(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The largest rows of each segment."""
    return _segments(tf.math.unsorted_segment_max)(data, segment_ids, num_segments)


@op
def segment_min(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The smallest rows of each segment."""
    return _segments(tf.math.unsorted_segment_min)(data, segment_ids, num_segments)


@op
def segment_prod(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The products of the rows of each segment."""
    return _segments(tf.math.unsorted_segment_prod)(data, segment_ids, num_segments)
