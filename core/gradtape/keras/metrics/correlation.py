"""How far predictions go along with the truth: Pearson's and the concordance correlation."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.losses.loss import as_pair
from gradtape.keras.metrics.metric import MeanMetricWrapper


def pearson_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """The mean along `axis` of the products of both, each less its mean and over its spread.

    >>> round(float(pearson_correlation([[1.0, 2.0, 3.0]], [[2.0, 4.0, 6.0]])[0]), 5)
    1.0
    """
    pair = as_pair(y_true, y_pred)
    a, b = (y - tf.reduce_mean(y, axis=axis, keepdims=True) for y in pair)
    a, b = (y / tf.math.reduce_std(y, axis=axis, keepdims=True) for y in (a, b))
    return tf.reduce_mean(a * b, axis=axis)


def concordance_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """Pearson's correlation, smaller the more means and spreads differ.

    Source: Lin (1989), A concordance correlation coefficient to evaluate reproducibility.
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    a, b = (tf.reduce_mean(y, axis=axis, keepdims=True) for y in (y_true, y_pred))
    spread = tf.math.reduce_variance(y_true - a, axis=axis, keepdims=True)
    spread = spread + tf.math.reduce_variance(y_pred - b, axis=axis, keepdims=True)
    together = (y_true - b) * (y_pred - b)
    norm = spread + tf.square(a - b)
    return tf.reduce_mean(2.0 * together / (norm + config.epsilon()), axis=axis)


class PearsonCorrelation(MeanMetricWrapper):
    """The mean of Pearson's correlation along `axis`."""

    def __init__(
        self, name: str = "pearson_correlation", dtype: Any = None, axis: int = -1
    ) -> None:
        super().__init__(pearson_correlation, name, dtype, axis=axis)
        self.axis = axis


class ConcordanceCorrelation(MeanMetricWrapper):
    """The mean of the concordance correlation along `axis`."""

    def __init__(
        self, name: str = "concordance_correlation", dtype: Any = None, axis: int = -1
    ) -> None:
        super().__init__(concordance_correlation, name, dtype, axis=axis)
        self.axis = axis
