"""How many predictions are truly and falsely positive and negative, at one or many thresholds."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.losses.loss import to_same_rank
from gradtape.keras.metrics.metric import Metric
from gradtape.keras.variable import Variable

Array = np.ndarray[Any, Any]
_LOW = -1e10


class Counts(NamedTuple):
    """Weighted numbers of examples for each threshold (and label)."""

    true_positives: Array
    false_positives: Array
    true_negatives: Array
    false_negatives: Array


def as_thresholds(thresholds: Any, default: float) -> list[float]:
    """The thresholds as a list; ValueError where one is outside [0, 1]."""
    if thresholds is None:
        return [default]
    listed = list(thresholds) if isinstance(thresholds, (list, tuple)) else [thresholds]
    wrong = [t for t in listed if t is None or t < 0 or t > 1]
    if wrong:
        raise ValueError(f"Threshold values must be in [0, 1]. Received: {wrong}")
    return listed


def are_even(thresholds: Any) -> bool:
    """Whether three thresholds or more part [0, 1] evenly: their buckets are found at once."""
    n = len(thresholds)
    even = np.arange(n, dtype=np.float32) / max(n - 1, 1)
    return n > 2 and bool(np.allclose(thresholds, even, atol=config.epsilon()))


def count(
    y_true: Any,
    y_pred: Any,
    thresholds: Any,
    even: bool,
    dtype: Any,
    top_k: int | None = None,
    class_id: int | None = None,
    sample_weight: Any = None,
    multi_label: bool = False,
    label_weights: Any = None,
) -> Counts:
    """The counts of one batch; with `multi_label` for each label by itself."""
    predicted, truth = to_same_rank(tf.cast(y_pred, dtype), tf.cast(y_true, dtype))
    scores, labels = np.asarray(predicted), np.asarray(truth)
    if top_k is not None:
        scores = _only_top(scores, top_k)
    if class_id is not None:
        if scores.ndim == 1:
            raise ValueError(
                "When class_id is provided, y_pred must be a 2D array with shape (num_samples, "
                f"num_classes), found shape: {scores.shape}"
            )
        labels, scores = labels[..., class_id, None], scores[..., class_id, None]
    weights: Array = np.ones(scores.shape, scores.dtype)
    if sample_weight is not None:
        given = np.asarray(tf.cast(sample_weight, dtype))
        given = given.reshape(given.shape + (1,) * (scores.ndim - given.ndim))
        weights = weights * given
    if label_weights is not None and not multi_label:
        weights = weights * np.asarray(label_weights, scores.dtype)
    width = scores.shape[-1] if multi_label else 1
    scores, labels, weights = (each.reshape(-1, width) for each in (scores, labels, weights))
    positive = np.where(labels.astype(bool), weights, 0)
    negative = weights - positive
    above = _above_even if even else _above_each
    tp, fp = (above(scores, each, np.asarray(thresholds)) for each in (positive, negative))
    tn, fn = negative.sum(axis=0) - fp, positive.sum(axis=0) - tp
    if not multi_label:
        tp, fp, tn, fn = (each[:, 0] for each in (tp, fp, tn, fn))
    return Counts(tp, fp, tn, fn)


def _above_each(scores: Array, weights: Array, thresholds: Array) -> Array:
    """The weight of the scores above each threshold, compared one by one."""
    limits = thresholds.astype(scores.dtype)
    return np.stack([np.where(scores > limit, weights, 0).sum(axis=0) for limit in limits])


def _above_even(scores: Array, weights: Array, thresholds: Array) -> Array:
    """The same for even thresholds: each score has its bucket, and the buckets are summed."""
    n = len(thresholds)
    buckets = np.ceil(np.clip(scores, 0, 1) * scores.dtype.type(n - 1)) - 1
    if thresholds[0] < 0 or thresholds[-1] > 1:
        buckets = np.maximum(buckets, 0)
    totals = np.zeros((n, scores.shape[1]), scores.dtype)
    rows, columns = (
        buckets.astype(np.int64),
        np.broadcast_to(np.arange(scores.shape[1]), scores.shape),
    )
    inside = rows >= 0
    np.add.at(totals, (rows[inside], columns[inside]), weights[inside])
    return np.cumsum(totals[::-1], axis=0)[::-1]


def _only_top(scores: Array, k: int) -> Array:
    """The scores, those that are not among the k largest far below every threshold."""
    places = np.argsort(-scores, axis=-1, kind="stable")[..., :k]
    kept = np.zeros(scores.shape, bool)
    np.put_along_axis(kept, places, True, axis=-1)
    return np.where(kept, scores, scores.dtype.type(_LOW))


class ConfusionMetric(Metric):
    """The base of metrics that gather some of the four counts, named in `gathered`."""

    gathered: tuple[str, ...] = Counts._fields
    thresholds: Any
    top_k: int | None = None
    class_id: int | None = None

    def _start(self, shape: tuple[int, ...]) -> None:
        for name in self.gathered:
            setattr(self, name, self.add_variable(shape, "zeros", name=name))

    def _take_in(self, y_true: Any, y_pred: Any, sample_weight: Any, **more: Any) -> None:
        counts = count(
            y_true, y_pred, self.thresholds, are_even(self.thresholds), self._dtype, self.top_k,
            self.class_id, sample_weight, **more,
        )  # fmt: skip
        for name in self.gathered:
            self._gather(getattr(self, name), getattr(counts, name))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch of truths and predictions."""
        self._take_in(y_true, y_pred, sample_weight)

    def _of(self, name: str) -> Array:
        variable: Variable = getattr(self, name)
        return np.asarray(variable._tensor)


def quotient(a: Array, b: Array) -> Array:
    """a / b, 0 where b is 0."""
    return np.divide(a, b, out=np.zeros_like(a), where=b != 0)


class _Count(ConfusionMetric):
    """One of the four counts, for each threshold."""

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.init_thresholds = thresholds
        self.thresholds = as_thresholds(thresholds, 0.5)
        self.accumulator = self.add_variable((len(self.thresholds),), "zeros", name="accumulator")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch of truths and predictions."""
        counts = count(
            y_true, y_pred, self.thresholds, are_even(self.thresholds), self._dtype,
            sample_weight=sample_weight,
        )  # fmt: skip
        self._gather(self.accumulator, getattr(counts, self.gathered[0]))

    def result(self) -> tf.Tensor:
        """The count, or those of all thresholds."""
        value = self._of("accumulator")
        return tf.constant(value[0] if len(self.thresholds) == 1 else value)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {"name": self.name, "dtype": self.dtype, "thresholds": self.init_thresholds}


class TruePositives(_Count):
    """How many examples are 1, and predicted above the threshold."""

    gathered = ("true_positives",)


class FalsePositives(_Count):
    """How many examples are 0, and predicted above the threshold."""

    gathered = ("false_positives",)


class TrueNegatives(_Count):
    """How many examples are 0, and not predicted above the threshold."""

    gathered = ("true_negatives",)


class FalseNegatives(_Count):
    """How many examples are 1, and not predicted above the threshold."""

    gathered = ("false_negatives",)


class _Share(ConfusionMetric):
    """True positives over those and another count."""

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        self.init_thresholds, self.top_k, self.class_id = thresholds, top_k, class_id
        self.thresholds = as_thresholds(thresholds, 0.5 if top_k is None else _LOW)
        self._start((len(self.thresholds),))

    def result(self) -> tf.Tensor:
        """The share, or those of all thresholds."""
        right, other = (self._of(name) for name in self.gathered)
        value = quotient(right, right + other)
        return tf.constant(value[0] if len(self.thresholds) == 1 else value)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {
            "name": self.name, "dtype": self.dtype, "thresholds": self.init_thresholds,
            "top_k": self.top_k, "class_id": self.class_id,
        }  # fmt: skip


class Precision(_Share):
    """The share of the predictions above the threshold whose examples are 1.

    `top_k` counts as predicted the k largest of each row instead; `class_id` looks at one column.

    >>> metric = Precision()
    >>> metric.update_state([0, 1, 1, 1], [1, 0, 1, 1])
    >>> round(float(metric.result()), 6)
    0.666667
    """

    gathered = ("true_positives", "false_positives")


class Recall(_Share):
    """The share of the examples 1 that are predicted above the threshold; see `Precision`."""

    gathered = ("true_positives", "false_negatives")


class _AtValue(ConfusionMetric):
    """The best of one share over all thresholds where another is at least `value`."""

    def __init__(
        self, argument: str, value: float, num_thresholds: int, class_id: int | None,
        name: str | None, dtype: Any,
    ) -> None:  # fmt: skip
        if not 0 <= value <= 1:
            raise ValueError(
                f"Argument `{argument}` must be in the range [0, 1]. Received: {argument}={value}"
            )
        super().__init__(dtype, name)
        if num_thresholds <= 0:
            raise ValueError(
                "Argument `num_thresholds` must be an integer > 0. "
                f"Received: num_thresholds={num_thresholds}"
            )
        self.value, self.num_thresholds, self.class_id = value, num_thresholds, class_id
        self._argument = argument
        inner = [(i + 1) / (num_thresholds - 1) for i in range(num_thresholds - 2)]
        self.thresholds = [0.5] if num_thresholds == 1 else [0.0, *inner, 1.0]
        self._start((len(self.thresholds),))

    def _recall(self) -> Array:
        right = self._of("true_positives")
        return quotient(right, right + self._of("false_negatives"))

    def _precision(self) -> Array:
        right = self._of("true_positives")
        return quotient(right, right + self._of("false_positives"))

    def _specificity(self) -> Array:
        right = self._of("true_negatives")
        return quotient(right, right + self._of("false_positives"))

    def _best(self, wanted: Array, bound: Array) -> tf.Tensor:
        best = np.max(np.where(bound >= self.value, wanted, 0), initial=0)
        return tf.constant(wanted.dtype.type(best))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {
            "name": self.name, "dtype": self.dtype, self._argument: self.value,
            "num_thresholds": self.num_thresholds, "class_id": self.class_id,
        }  # fmt: skip


class SensitivityAtSpecificity(_AtValue):
    """The best recall of thresholds whose specificity, tn / (tn + fp), is at least a value."""

    def __init__(
        self, specificity: float, num_thresholds: int = 200, class_id: int | None = None,
        name: str | None = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__("specificity", specificity, num_thresholds, class_id, name, dtype)
        self.specificity = specificity

    def result(self) -> tf.Tensor:
        """The best recall."""
        return self._best(self._recall(), self._specificity())


class SpecificityAtSensitivity(_AtValue):
    """The best specificity, tn / (tn + fp), of thresholds whose recall is at least a value."""

    def __init__(
        self, sensitivity: float, num_thresholds: int = 200, class_id: int | None = None,
        name: str | None = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__("sensitivity", sensitivity, num_thresholds, class_id, name, dtype)
        self.sensitivity = sensitivity

    def result(self) -> tf.Tensor:
        """The best specificity."""
        return self._best(self._specificity(), self._recall())


class PrecisionAtRecall(_AtValue):
    """The best precision of thresholds whose recall is at least a value."""

    def __init__(
        self, recall: float, num_thresholds: int = 200, class_id: int | None = None,
        name: str | None = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__("recall", recall, num_thresholds, class_id, name, dtype)
        self.recall = recall

    def result(self) -> tf.Tensor:
        """The best precision."""
        return self._best(self._precision(), self._recall())


class RecallAtPrecision(_AtValue):
    """The best recall of thresholds whose precision is at least a value."""

    def __init__(
        self, precision: float, num_thresholds: int = 200, class_id: int | None = None,
        name: str | None = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__("precision", precision, num_thresholds, class_id, name, dtype)
        self.precision = precision

    def result(self) -> tf.Tensor:
        """The best recall."""
        return self._best(self._recall(), self._precision())
