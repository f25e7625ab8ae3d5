"""Scores whose columns are gathered one by one: F₁, F_β, R²."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.losses.loss import to_same_rank
from gradtape.keras.metrics.metric import Metric


class _ByColumn(Metric):
    """A metric of (batch, columns), whose variables are made when the first batch comes."""

    columns: tuple[tuple[str, str], ...]

    def __init__(self, name: str | None, dtype: Any) -> None:
        super().__init__(dtype, name)
        self._built = False

    def _arrays(self, y_true: Any, y_pred: Any, shape: Any = None) -> tuple[Any, Any]:
        pair = to_same_rank(tf.cast(y_true, self._dtype), tf.cast(y_pred, self._dtype))
        truth, found = (np.asarray(y) for y in pair)
        if truth.ndim != 2 or found.ndim != 2:
            raise ValueError(
                f"{type(self).__name__} expects 2D inputs with shape (batch_size, output_dim). "
                f"Received input shapes: y_pred.shape={found.shape} and "
                f"y_true.shape={truth.shape}."
            )
        if not self._built:
            for attribute, name in self.columns:
                made = self.add_variable(found.shape[1:] if shape is None else shape, name=name)
                setattr(self, attribute, made)
            self._built = True
        return truth, found

    def _values(self) -> list[Any]:
        return [np.asarray(getattr(self, name)._tensor) for name, _ in self.columns]


class FBetaScore(_ByColumn):
    """(1 + β²) · precision · recall / (β² · precision + recall), by class.

    Args:
      average: None for each class, `micro` for all counts together, `macro` for the mean of the
        classes, `weighted` for the mean by how often each class is.
      threshold: what a prediction must exceed; by default it must be the largest of its row.

    Raises: ValueError for arguments of another sort, and for inputs that have not two axes.
    """

    columns = tuple(
        (name, name)
        for name in ("true_positives", "false_positives", "false_negatives", "intermediate_weights")
    )

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, dtype)
        if average not in (None, "micro", "macro", "weighted"):
            raise ValueError(
                "Invalid `average` argument value. Expected one of: {None, 'micro', 'macro', "
                f"'weighted'}}. Received: average={average}"
            )
        if not isinstance(beta, float) or beta <= 0.0:
            raise ValueError(
                f"Invalid `beta` argument value. It should be a float > 0. Received: beta={beta}"
            )
        if threshold is not None and (not isinstance(threshold, float) or not 0 < threshold <= 1):
            raise ValueError(
                "Invalid `threshold` argument value. It should be a float with 0 < threshold <= "
                f"1. Received: threshold={threshold}"
            )
        self.average, self.beta, self.threshold = average, beta, threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch of truths and predictions."""
        truth, found = self._arrays(y_true, y_pred, () if self.average == "micro" else None)
        if self.threshold is None:
            largest = found >= found.max(axis=-1, keepdims=True)
            chosen = (largest & (np.abs(found) > 1e-9)).astype(truth.dtype)
        else:
            chosen = (found > self.threshold).astype(truth.dtype)
        weights: Any = 1
        if sample_weight is not None:
            weights = np.asarray(tf.cast(sample_weight, self._dtype))[:, None]
        axis = None if self.average == "micro" else 0
        parts = (chosen * truth, chosen * (1 - truth), (1 - chosen) * truth, truth)
        for (name, _), part in zip(self.columns, parts, strict=True):
            self._gather(getattr(self, name), np.sum(part * weights, axis=axis))

    def result(self) -> tf.Tensor:
        """The score, or those of all classes."""
        if not self._built:
            return tf.constant(self._dtype.as_numpy_dtype(0))
        tp, fp, fn, weights = self._values()
        small = tp.dtype.type(config.epsilon())
        precision, recall = tp / (tp + fp + small), tp / (tp + fn + small)
        score = precision * recall / (self.beta**2 * precision + recall + small)
        score = score * (1 + self.beta**2)
        if self.average == "weighted":
            score = np.sum(score * (weights / (np.sum(weights) + small)))
        elif self.average is not None:
            score = np.mean(score)
        return tf.constant(np.asarray(score, tp.dtype))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {
            "name": self.name, "dtype": self.dtype, "average": self.average, "beta": self.beta,
            "threshold": self.threshold,
        }  # fmt: skip


class F1Score(FBetaScore):
    """2 · precision · recall / (precision + recall), by class; see `FBetaScore`."""

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {key: value for key, value in super().get_config().items() if key != "beta"}


class R2Score(_ByColumn):
    """1 − Σ(y − p)² / Σ(y − mean y)², by column: how much of the spread a prediction explains.

    Args:
      class_aggregation: `uniform_average` or `variance_weighted_average` of the columns, or None.
      num_regressors: the number of inputs by which the score is adjusted, where it is not 0.

    Raises: ValueError for inputs that have not two axes.
    """

    columns = (
        ("squared_sum", "squared_sum"), ("sum", "sum"), ("total_mse", "residual"),
        ("count", "count"),
    )  # fmt: skip

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, dtype)
        allowed = (None, "uniform_average", "variance_weighted_average")
        if class_aggregation not in allowed:
            raise ValueError(
                f"Invalid value for argument `class_aggregation`. Expected one of {allowed}. "
                f"Received: class_aggregation={class_aggregation}"
            )
        if num_regressors < 0:
            raise ValueError(
                "Invalid value for argument `num_regressors`. Expected a value >= 0. "
                f"Received: num_regressors={num_regressors}"
            )
        self.class_aggregation, self.num_regressors = class_aggregation, num_regressors
        self.num_samples = self.add_variable(name="num_samples")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch of truths and predictions."""
        truth, found = self._arrays(y_true, y_pred)
        given = np.asarray(tf.cast(1 if sample_weight is None else sample_weight, self._dtype))
        weights = np.broadcast_to(given[:, None] if given.ndim == 1 else given, truth.shape)
        weighted = truth * weights
        parts = (truth * weighted, weighted, (truth - found) ** 2 * weights, weights)
        for (name, _), part in zip(self.columns, parts, strict=True):
            self._gather(getattr(self, name), np.sum(part, axis=0))
        self._gather(self.num_samples, truth.size)

    def result(self) -> tf.Tensor:
        """The score, or those of all columns."""
        if not self._built:
            return tf.constant(self._dtype.as_numpy_dtype(0))
        squares, total, residual, count = self._values()
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = squares - total * (total / count)
            scores = 1 - residual / spread
        scores = np.where(np.isinf(scores), 0, scores)
        if self.class_aggregation == "uniform_average":
            scores = np.mean(scores)
        elif self.class_aggregation == "variance_weighted_average":
            scores = np.sum(spread * scores) / np.sum(spread)
        return tf.constant(np.asarray(self._adjusted(scores), squares.dtype))

    def _adjusted(self, scores: Any) -> Any:
        n, p = float(np.asarray(self.num_samples._tensor)), self.num_regressors
        if not p:
            return scores
        if p >= n - 1:
            warnings.warn(
                "More independent predictors than datapoints in adjusted R2 score. Falling back "
                "to standard R2 score.",
                stacklevel=3,
            )
            return scores
        return 1 - (1 - scores) * (n - 1) / (n - p - 1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {
            "name": self.name, "dtype": self.dtype, "num_regressors": self.num_regressors,
            "class_aggregation": self.class_aggregation,
        }  # fmt: skip
