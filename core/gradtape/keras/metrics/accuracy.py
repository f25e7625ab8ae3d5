"""How often predicted classes are right."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.losses.loss import to_same_rank
from gradtape.keras.metrics.metric import MeanMetricWrapper


def _tensors(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    return tf.convert_to_tensor(y_true), tf.convert_to_tensor(y_pred)


def accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where prediction and truth are equal, 0 elsewhere."""
    y_true, y_pred = _tensors(y_true, y_pred)
    y_true, y_pred = to_same_rank(tf.cast(y_true, y_pred.dtype), y_pred)
    return tf.cast(tf.equal(y_true, y_pred), tf.float32)


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Any:
    """1 where `y_pred > threshold` is the label 0 or 1, 0 elsewhere.

    >>> binary_accuracy([1.0, 0.0], [0.9, 0.8]).numpy()
    array([1., 0.], dtype=float32)
    """
    y_true, y_pred = to_same_rank(*_tensors(y_true, y_pred))
    if y_pred.dtype.is_integer:
        y_pred = tf.cast(y_pred, tf.float32)
    above = tf.cast(y_pred > threshold, y_true.dtype)
    return tf.cast(tf.equal(y_true, above), tf.float32)


def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the largest prediction stands at the one of a one-hot label, 0 elsewhere."""
    y_true, y_pred = _tensors(y_true, y_pred)
    right = tf.equal(tf.argmax(y_true, axis=-1), tf.argmax(y_pred, axis=-1))
    return tf.cast(right, tf.float32)


def _class_numbers(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    y_true, y_pred = _tensors(y_true, y_pred)
    if y_true.ndim == y_pred.ndim and y_true.shape[-1] == 1:
        y_true = tf.squeeze(y_true, -1)
    return tf.cast(y_true, tf.int64), y_pred


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the largest prediction stands at the true class, given by number, 0 elsewhere.

    >>> sparse_categorical_accuracy([1, 0], [[0.1, 0.9], [0.4, 0.6]]).numpy()
    array([1., 0.], dtype=float32)
    """
    y_true, y_pred = _class_numbers(y_true, y_pred)
    return tf.cast(tf.equal(y_true, tf.argmax(y_pred, axis=-1)), tf.float32)


def sparse_top_k_categorical_accuracy(
    y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False
) -> Any:
    """1 where the true class, given by number, is among the k largest predictions.

    Predictions that tie with the k-th are among them; a class that there is not is never, and none
    is where a prediction is infinite or nan. With
    `from_sorted_ids` the predictions are the numbers of classes, the likeliest first.
    """
    y_true, y_pred = _class_numbers(y_true, y_pred)
    numbers = np.asarray(y_true).reshape(-1)
    if not y_pred.ndim or y_pred.shape.num_elements() != numbers.size * y_pred.shape[-1]:
        raise tf.errors.InvalidArgumentError(
            f"First dimension of predictions {y_pred.shape} must match length of targets "
            f"{y_true.shape}"
        )
    if from_sorted_ids:
        first = np.asarray(y_pred).reshape(numbers.size, -1)[:, :k]
        found = (first == numbers[:, None]).any(axis=-1)
        return tf.constant(found.reshape(tuple(y_true.shape)).astype(np.float32))
    scores = np.asarray(y_pred).reshape(numbers.size, y_pred.shape[-1])
    there = (numbers >= 0) & (numbers < scores.shape[1])
    own = np.full((numbers.size, 1), np.nan)
    own[there] = np.take_along_axis(scores[there], numbers[there][:, None], axis=-1)
    right = ((scores > own).sum(axis=-1) < k) & there & np.isfinite(scores).all(axis=-1)
    return tf.constant(right.reshape(tuple(y_true.shape)).astype(np.float32))


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """1 where the one of a one-hot label is among the k largest predictions."""
    y_true, y_pred = _tensors(y_true, y_pred)
    return sparse_top_k_categorical_accuracy(tf.argmax(y_true, axis=-1), y_pred, k)


class Accuracy(MeanMetricWrapper):
    """The share of predictions that are equal to the truth."""

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """The share of labels 0 and 1 that `y_pred > threshold` meets."""

    def __init__(
        self, name: str = "binary_accuracy", dtype: Any = None, threshold: float = 0.5
    ) -> None:
        if not 0 <= threshold <= 1:
            raise ValueError(
                "Invalid value for argument `threshold`. Expected a value in interval [0, 1]. "
                f"Received: threshold={threshold}"
            )
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)
        self.threshold = threshold


class CategoricalAccuracy(MeanMetricWrapper):
    """The share of one-hot labels that the largest prediction meets."""

    def __init__(self, name: str = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """The share of classes, given by number, that the largest prediction meets."""

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """The share of one-hot labels that are among the k largest predictions."""

    def __init__(
        self, k: int = 5, name: str = "top_k_categorical_accuracy", dtype: Any = None
    ) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)
        self.k = k


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """The share of classes, given by number, that are among the k largest predictions."""

    def __init__(
        self, k: int = 5, name: str = "sparse_top_k_categorical_accuracy", dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            sparse_top_k_categorical_accuracy, name, dtype, k=k, from_sorted_ids=from_sorted_ids
        )
        self.k = k
