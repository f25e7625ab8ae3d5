"""Losses of predicted numbers: how far they are from the true ones."""

from __future__ import annotations

import math
from typing import Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.losses.loss import FunctionLoss, as_pair


def mse(y_true: Any, y_pred: Any) -> Any:
    """The mean of (y_pred − y_true)² along the last axis.

    >>> float(mse([1.0, 2.0], [3.0, 2.0]))
    2.0
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    return tf.reduce_mean(_squared(y_pred, y_true), axis=-1)


def _squared(a: Any, b: Any) -> Any:
    """(a − b)²; of complex numbers not |a − b|², which `squared_difference` is."""
    return tf.square(a - b) if a.dtype.is_complex else tf.math.squared_difference(a, b)


def mae(y_true: Any, y_pred: Any) -> Any:
    """The mean of |y_pred − y_true| along the last axis."""
    y_true, y_pred = as_pair(y_true, y_pred)
    return tf.reduce_mean(tf.abs(y_true - y_pred), axis=-1)


def mape(y_true: Any, y_pred: Any) -> Any:
    """100 times the mean of |y_true − y_pred| / max(|y_true|, ε) along the last axis."""
    y_true, y_pred = as_pair(y_true, y_pred)
    size = tf.maximum(tf.abs(y_true), config.epsilon())
    return 100.0 * tf.reduce_mean(tf.abs((y_true - y_pred) / size), axis=-1)


def msle(y_true: Any, y_pred: Any) -> Any:
    """The mean of (log(1 + y_pred) − log(1 + y_true))² along the last axis, both at least ε.

    float16, which has no room for ε, becomes float32.
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    if y_pred.dtype == tf.float16:
        y_true, y_pred = (tf.cast(y, tf.float32) for y in (y_true, y_pred))
    small = config.epsilon()
    found, wanted = (tf.math.log(tf.maximum(y, small) + 1.0) for y in (y_pred, y_true))
    return tf.reduce_mean(_squared(found, wanted), axis=-1)


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """The mean of e²/2 where |e| ≤ δ, else δ|e| − δ²/2, along the last axis.

    Source: Huber (1964), Robust estimation of a location parameter.
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    error = y_pred - y_true
    size = tf.abs(error)
    square, line = 0.5 * tf.square(error), delta * size - 0.5 * delta * delta
    return tf.reduce_mean(tf.where(size <= delta, square, line), axis=-1)


def logcosh(y_true: Any, y_pred: Any) -> Any:
    """The mean of log cosh(y_pred − y_true) along the last axis, computed without overflow."""
    y_true, y_pred = as_pair(y_true, y_pred)
    error = y_pred - y_true
    return tf.reduce_mean(error + tf.nn.softplus(-2.0 * error) - math.log(2.0), axis=-1)


def poisson(y_true: Any, y_pred: Any) -> Any:
    """The mean of y_pred − y_true · log(y_pred + ε) along the last axis."""
    y_true, y_pred = as_pair(y_true, y_pred, same_rank=False)
    return tf.reduce_mean(y_pred - y_true * tf.math.log(y_pred + config.epsilon()), axis=-1)


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """Minus the cosine of the angle between both along `axis`: −1 where they point alike."""
    y_true, y_pred = (x if x.ndim else x[None] for x in as_pair(y_true, y_pred))
    return -tf.reduce_sum(_normalized(y_true, axis) * _normalized(y_pred, axis), axis=axis)


def _normalized(x: Any, axis: int) -> Any:
    """x divided by its length, or by Keras's epsilon where it is shorter."""
    inverse = tf.math.rsqrt(tf.reduce_sum(tf.square(x), axis=axis, keepdims=True))
    return x * tf.minimum(inverse, 1.0 / config.epsilon())


class MeanSquaredError(FunctionLoss):
    """The mean of (y_pred − y_true)²."""

    function, default_name = staticmethod(mse), "mean_squared_error"


class MeanAbsoluteError(FunctionLoss):
    """The mean of |y_pred − y_true|."""

    function, default_name = staticmethod(mae), "mean_absolute_error"


class MeanAbsolutePercentageError(FunctionLoss):
    """100 times the mean of |y_true − y_pred| / |y_true|."""

    function, default_name = staticmethod(mape), "mean_absolute_percentage_error"


class MeanSquaredLogarithmicError(FunctionLoss):
    """The mean of (log(1 + y_pred) − log(1 + y_true))²."""

    function, default_name = staticmethod(msle), "mean_squared_logarithmic_error"


class Huber(FunctionLoss):
    """Squared for errors up to `delta`, linear beyond."""

    function, default_name = staticmethod(huber), "huber_loss"

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction, name, dtype, delta=delta)


class LogCosh(FunctionLoss):
    """The mean of log cosh(y_pred − y_true)."""

    function, default_name = staticmethod(logcosh), "log_cosh"


class Poisson(FunctionLoss):
    """The mean of y_pred − y_true · log(y_pred)."""

    function, default_name = staticmethod(poisson), "poisson"


class CosineSimilarity(FunctionLoss):
    """Minus the cosine of the angle between both along `axis`."""

    function, default_name = staticmethod(cosine_similarity), "cosine_similarity"

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction, name, dtype, axis=axis)
