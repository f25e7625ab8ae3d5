"""Losses as metrics: their mean over all batches."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import losses
from gradtape.keras.losses.loss import as_pair
from gradtape.keras.metrics.metric import Mean, MeanMetricWrapper


class MeanSquaredError(MeanMetricWrapper):
    """The mean of (y_pred − y_true)²."""

    def __init__(self, name: str = "mean_squared_error", dtype: Any = None) -> None:
        super().__init__(losses.mse, name, dtype)


class MeanAbsoluteError(MeanMetricWrapper):
    """The mean of |y_pred − y_true|."""

    def __init__(self, name: str = "mean_absolute_error", dtype: Any = None) -> None:
        super().__init__(losses.mae, name, dtype)


class RootMeanSquaredError(Mean):
    """The square root of the mean of (y_pred − y_true)²."""

    def __init__(self, name: str = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Take in a batch of truths and predictions."""
        y_true, y_pred = as_pair(y_true, y_pred)
        super().update_state(tf.math.squared_difference(y_pred, y_true), sample_weight)

    def result(self) -> tf.Tensor:
        """The root of the mean."""
        return tf.constant(np.sqrt(np.asarray(super().result())))


class BinaryCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of labels 0 and 1."""

    def __init__(
        self,
        name: str = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(
            losses.binary_crossentropy, name, dtype, from_logits=from_logits,
            label_smoothing=label_smoothing,
        )  # fmt: skip


class CategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of one-hot labels."""

    def __init__(
        self,
        name: str = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(
            losses.categorical_crossentropy, name, dtype, from_logits=from_logits,
            label_smoothing=label_smoothing, axis=axis,
        )  # fmt: skip


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of classes given by number."""

    def __init__(
        self,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__(
            losses.sparse_categorical_crossentropy, name, dtype, from_logits=from_logits,
            ignore_class=ignore_class, axis=axis,
        )  # fmt: skip


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """100 times the mean of |y_true − y_pred| / |y_true|."""

    def __init__(self, name: str = "mean_absolute_percentage_error", dtype: Any = None) -> None:
        super().__init__(losses.mape, name, dtype)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """The mean of (log(1 + y_pred) − log(1 + y_true))²."""

    def __init__(self, name: str = "mean_squared_logarithmic_error", dtype: Any = None) -> None:
        super().__init__(losses.msle, name, dtype)


class LogCoshError(MeanMetricWrapper):
    """The mean of log cosh(y_pred − y_true)."""

    def __init__(self, name: str = "logcosh", dtype: Any = None) -> None:
        super().__init__(losses.logcosh, name, dtype)


class CosineSimilarity(MeanMetricWrapper):
    """The mean cosine of the angle between truth and prediction: 1 where they point alike."""

    def __init__(self, name: str = "cosine_similarity", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(_cosine, name, dtype, axis=axis)
        self.axis = axis


def _cosine(y_true: Any, y_pred: Any, axis: int) -> Any:
    return -losses.cosine_similarity(y_true, y_pred, axis)


class Hinge(MeanMetricWrapper):
    """The mean of max(1 − y p, 0)."""

    def __init__(self, name: str = "hinge", dtype: Any = None) -> None:
        super().__init__(losses.hinge, name, dtype)


class SquaredHinge(MeanMetricWrapper):
    """The mean of max(1 − y p, 0)²."""

    def __init__(self, name: str = "squared_hinge", dtype: Any = None) -> None:
        super().__init__(losses.squared_hinge, name, dtype)


class CategoricalHinge(MeanMetricWrapper):
    """The mean of the margin by which the true class does not lead."""

    def __init__(self, name: str = "categorical_hinge", dtype: Any = None) -> None:
        super().__init__(losses.categorical_hinge, name, dtype)


class KLDivergence(MeanMetricWrapper):
    """The mean Kullback–Leibler divergence of the prediction from the truth."""

    def __init__(self, name: str = "kl_divergence", dtype: Any = None) -> None:
        super().__init__(losses.kl_divergence, name, dtype)


class Poisson(MeanMetricWrapper):
    """The mean of y_pred − y_true · log(y_pred)."""

    def __init__(self, name: str = "poisson", dtype: Any = None) -> None:
        super().__init__(losses.poisson, name, dtype)
