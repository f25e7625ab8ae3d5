"""Functions of numbers, comparisons, and sums along axes, as Keras's backend has them."""

from __future__ import annotations

import math
from typing import Any

import gradtape as tf
from gradtape.keras.config import floatx
from gradtape.keras.ops.making import tensor

abs, cos, exp, sin, square = tf.abs, tf.cos, tf.exp, tf.sin, tf.square
sign, round, log, tanh = tf.sign, tf.round, tf.math.log, tf.tanh
equal, not_equal, greater, less = tf.equal, tf.not_equal, tf.greater, tf.less
greater_equal, less_equal = tf.greater_equal, tf.less_equal
maximum, minimum, pow = tf.maximum, tf.minimum, tf.pow


def sqrt(x: Any) -> Any:
    """√max(x, 0): 0 for negative numbers."""
    x = tensor(x)
    return tf.sqrt(tf.maximum(x, tf.constant(0.0, x.dtype)))


def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum along `axis`, an integer or several; over all axes for None."""
    return tf.reduce_sum(x, axis, keepdims)


def prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The product along `axis`."""
    return tf.reduce_prod(x, axis, keepdims)


def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean along `axis`; booleans become `floatx()` first.

    >>> float(mean(tf.constant([True, False])))
    0.5
    """
    return tf.reduce_mean(_without_booleans(x), axis, keepdims)


def std(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The root of `var`."""
    return tf.math.reduce_std(_without_booleans(x), axis, keepdims)


def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean of the squared distances from the mean along `axis`."""
    return tf.math.reduce_variance(_without_booleans(x), axis, keepdims)


def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest along `axis`."""
    return tf.reduce_max(x, axis, keepdims)


def min(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest along `axis`."""
    return tf.reduce_min(x, axis, keepdims)


def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether one element holds, along `axis`; numbers hold where they are not 0."""
    return tf.reduce_any(tf.cast(x, tf.bool), axis, keepdims)


def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all elements hold, along `axis`; numbers hold where they are not 0."""
    return tf.reduce_all(tf.cast(x, tf.bool), axis, keepdims)


def argmax(x: Any, axis: int = -1) -> Any:
    """The place of the largest along `axis`, int64."""
    return tf.argmax(x, axis)


def argmin(x: Any, axis: int = -1) -> Any:
    """The place of the smallest along `axis`, int64."""
    return tf.argmin(x, axis)


def cumsum(x: Any, axis: int = 0) -> Any:
    """The sums of the elements so far."""
    return tf.cumsum(x, axis=axis)


def cumprod(x: Any, axis: int = 0) -> Any:
    """The products of the elements so far."""
    return tf.math.cumprod(x, axis=axis)


def clip(x: Any, min_value: Any, max_value: Any) -> Any:
    """`x` cut to [min_value, max_value]; None is no limit, and a limit below the other is it.

    >>> clip([1.0, 5.0], 2.0, None).numpy()
    array([2., 5.], dtype=float32)
    """
    low = -math.inf if min_value is None else min_value
    high = math.inf if max_value is None else max_value
    if isinstance(min_value, (int, float)) and isinstance(max_value, (int, float)) and high < low:
        high = low
    return tf.clip_by_value(x, low, high)


def l2_normalize(x: Any, axis: Any = None) -> Any:
    """`x` over its length along `axis`."""
    return tf.math.l2_normalize(x, axis=axis)


def _without_booleans(x: Any) -> Any:
    x = tensor(x)
    return tf.cast(x, floatx()) if x.dtype.is_bool else x
