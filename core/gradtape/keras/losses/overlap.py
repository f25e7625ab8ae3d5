"""Losses of how little two sets overlap, and of pairs: Dice, Tversky, Circle."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.losses.loss import FunctionLoss, as_pair, reduce_weighted


def dice(y_true: Any, y_pred: Any, axis: Any = None) -> Any:
    """1 − 2 Σ y p / (Σ y + Σ p + ε) along `axis`, all axes by default.

    Source: Sudre et al. (2017), Generalised Dice overlap as a deep learning loss function.

    >>> round(float(dice([1.0, 0.0], [0.5, 0.5])), 6)
    0.5
    """
    y_true, y_pred = as_pair(y_true, y_pred, same_rank=False)
    both = tf.reduce_sum(y_true * y_pred, axis=axis)
    total = tf.reduce_sum(y_true, axis=axis) + tf.reduce_sum(y_pred, axis=axis)
    return 1.0 - 2.0 * both / (total + config.epsilon())


def tversky(
    y_true: Any, y_pred: Any, alpha: float = 0.5, beta: float = 0.5, axis: Any = None
) -> Any:
    """1 − Σ y p / (Σ y p + α Σ y (1 − p) + β Σ p (1 − y) + ε) along `axis`.

    Source: Salehi et al. (2017), Tversky loss function for image segmentation.
    """
    y_true, y_pred = as_pair(y_true, y_pred, same_rank=False)
    both = tf.reduce_sum(y_true * y_pred, axis=axis)
    missed = tf.reduce_sum((1.0 - y_pred) * y_true, axis=axis)
    extra = tf.reduce_sum(y_pred * (1.0 - y_true), axis=axis)
    return 1.0 - both / (both + missed * alpha + extra * beta + config.epsilon())


def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Any:
    """log(1 + Σ e^{γ w d} over other classes · Σ e^{−γ w d} over the same class), for each example.

    d are the cosine distances to the references (by default the batch itself) of the rows of
    `y_pred`, which have length 1; the weights w are larger the further a distance is from where it
    should be.

    Source: Sun et al. (2020), Circle loss: a unified perspective of pair similarity optimization.
    """
    y_pred = tf.convert_to_tensor(y_pred)
    rows = y_pred if ref_embeddings is None else tf.cast(ref_embeddings, y_pred.dtype)
    labels = np.asarray(tf.cast(y_true, tf.int32)).reshape(-1)
    others = labels if ref_labels is None else np.asarray(ref_labels).astype(np.int32).reshape(-1)
    same = labels[:, None] == others[None, :]
    if remove_diagonal:
        np.fill_diagonal(same, False)
    different = labels[:, None] != others[None, :]
    distance = tf.maximum(1.0 - tf.matmul(y_pred, rows, transpose_b=True), 0.0)
    near = tf.maximum((margin + distance) * tf.cast(same, y_pred.dtype), 0.0)
    far = tf.maximum((1.0 + margin - distance) * tf.cast(different, y_pred.dtype), 0.0)
    of_same = -gamma * near * (margin - distance)
    of_others = gamma * far * (1.0 - margin - distance)
    return tf.nn.softplus(_log_sum(of_same, same) + _log_sum(of_others, different))


def _log_sum(values: Any, counted: Any) -> Any:
    low = tf.constant(float("-inf"), values.dtype)
    return tf.reduce_logsumexp(tf.where(tf.constant(counted), values, low), axis=1)


class Dice(FunctionLoss):
    """1 minus twice the overlap over the sizes of truth and prediction."""

    function, default_name = staticmethod(dice), "dice"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        axis: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction, name, dtype, axis=axis)


class Tversky(FunctionLoss):
    """1 minus the overlap over itself and what was missed (α) and extra (β)."""

    function, default_name = staticmethod(tversky), "tversky"

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        axis: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction, name, dtype, alpha=alpha, beta=beta, axis=axis)


class Circle(FunctionLoss):
    """The circle loss of unit rows by class; the mean is that of the rows with a loss above 0."""

    takes_integers = True
    function, default_name = staticmethod(circle), "circle"

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            reduction, name, dtype, gamma=gamma, margin=margin, remove_diagonal=remove_diagonal
        )

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The weighted and reduced loss of a batch."""
        values = self.call(y_true, tf.cast(y_pred, self._dtype))
        counted = np.asarray(values) > 0
        weights = counted.astype(self._dtype.as_numpy_dtype)
        if self.reduction in ("mean", "sum_over_batch_size"):
            weights = weights * np.asarray(counted.size / max(counted.sum(), 1), weights.dtype)
        if sample_weight is not None:
            weights = tf.constant(weights) * tf.cast(sample_weight, self._dtype)
        return reduce_weighted(values, weights, self.reduction)
