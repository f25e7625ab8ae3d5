"""`AUC`: the area under a curve that the counts draw while the threshold moves."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.metrics.confusion import Array, ConfusionMetric, are_even, count, quotient

_CURVES, _METHODS = ("PR", "ROC", "PRGAIN"), ("interpolation", "majoring", "minoring")


class AUC(ConfusionMetric):
    """The area under the ROC curve, recall over false alarms, or under precision over recall.

    Args:
      num_thresholds: how many thresholds part [0, 1] evenly, or `thresholds`, some of your own.
      curve: `ROC`, `PR` or `PRGAIN`.
      summation_method: `interpolation` (for `PR` that of Davis & Goadrich), `majoring`, `minoring`.
      multi_label: whether each column has an area of its own; their mean, by `label_weights`, is
        the result.
      from_logits: whether predictions are logits.

    Source: Davis & Goadrich (2006), The relationship between precision-recall and ROC curves.

    >>> metric = AUC(num_thresholds=3)
    >>> metric.update_state([0, 0, 1, 1], [0, 0.5, 0.3, 0.9])
    >>> float(metric.result())
    0.75
    """

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Any = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ) -> None:
        if curve.upper() not in _CURVES:
            raise ValueError(
                f'Invalid AUC curve value: "{curve}". Expected values are {list(_CURVES)}'
            )
        if summation_method.lower() not in _METHODS:
            raise ValueError(
                f'Invalid AUC summation method value: "{summation_method}". Expected values are '
                f"{list(_METHODS)}"
            )
        if num_labels and not multi_label:
            raise ValueError("`num_labels` is needed only when `multi_label` is True.")
        self.curve, self.summation_method = curve.upper(), summation_method.lower()
        self._given = None if thresholds is None else sorted(thresholds)
        if self._given is not None:
            inner = self._given
        elif num_thresholds <= 1:
            raise ValueError(
                "Argument `num_thresholds` must be an integer > 1. "
                f"Received: num_thresholds={num_thresholds}"
            )
        else:
            inner = [(i + 1) / (num_thresholds - 1) for i in range(num_thresholds - 2)]
        self.num_thresholds = len(inner) + 2
        self._even = self._given is None or are_even([0.0, *inner, 1.0])
        small = config.epsilon()
        self.thresholds = [0.0 - small, *inner, 1.0 + small]
        super().__init__(dtype, name)
        self.multi_label, self.num_labels = multi_label, num_labels
        self.label_weights, self.from_logits = label_weights, from_logits
        self._built = False
        if not multi_label:
            self._build(())
        elif num_labels:
            self._build((num_labels,))

    def _build(self, labels: tuple[int, ...]) -> None:
        self._start((self.num_thresholds, *labels))
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch of truths and predictions."""
        y_pred = tf.cast(y_pred, self._dtype)
        if not self._built:
            if y_pred.ndim != 2:
                raise ValueError(
                    "`y_pred` must have rank 2 when `multi_label=True`. Found rank "
                    f"{y_pred.ndim}. Full shape received for `y_pred`: {y_pred.shape}"
                )
            self._build((int(y_pred.shape[1]),))
        if self.from_logits:
            y_pred = tf.sigmoid(y_pred)
        counts = count(
            y_true, y_pred, self.thresholds, self._even, self._dtype, sample_weight=sample_weight,
            multi_label=self.multi_label, label_weights=self.label_weights,
        )  # fmt: skip
        for name in self.gathered:
            self._gather(getattr(self, name), getattr(counts, name))

    def result(self) -> tf.Tensor:
        """The area."""
        if not self._built:
            return tf.constant(self._dtype.as_numpy_dtype(0))
        tp, fp, tn, fn = (self._of(name) for name in self.gathered)
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self._over_labels(_interpolated(tp, fp, fn))
        recall = quotient(tp, tp + fn)
        if self.curve == "ROC":
            x, y = quotient(fp, fp + tn), recall
        elif self.curve == "PR":
            x, y = recall, quotient(tp, tp + fp)
        else:
            odds = quotient(tp + fn, tn + fp)
            x = np.maximum(np.where(tp == 0, 0, 1 - odds * quotient(fn, tp)), 0)
            y = np.where(tp == 0, 1, 1 - odds * quotient(fp, tp))
        heights = {
            "interpolation": (y[:-1] + y[1:]) / 2,
            "minoring": np.minimum(y[:-1], y[1:]),
            "majoring": np.maximum(y[:-1], y[1:]),
        }[self.summation_method]
        return self._over_labels((x[:-1] - x[1:]) * heights)

    def _over_labels(self, parts: Array) -> tf.Tensor:
        """The sum of the parts, and the mean over labels."""
        areas = parts.sum(axis=0)
        if self.multi_label and self.label_weights is not None:
            weights = np.asarray(self.label_weights, areas.dtype)
            areas = quotient(np.sum(areas * weights), np.sum(weights))
        elif self.multi_label:
            areas = areas.mean()
        return tf.constant(np.asarray(areas, parts.dtype))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        made = {
            "name": self.name, "dtype": self.dtype, "num_thresholds": self.num_thresholds,
            "curve": self.curve, "summation_method": self.summation_method,
            "multi_label": self.multi_label, "num_labels": self.num_labels,
            "label_weights": self.label_weights, "from_logits": self.from_logits,
        }  # fmt: skip
        return made if self._given is None else {**made, "thresholds": self._given}


def _interpolated(tp: Array, fp: Array, fn: Array) -> Array:
    """The parts of the area between precision and recall, where both counts grow evenly."""
    p = tp + fp
    more_true, more = tp[:-1] - tp[1:], p[:-1] - p[1:]
    slope = quotient(more_true, np.maximum(more, 0))
    start = tp[1:] - slope * p[1:]
    both = (p[:-1] > 0) & (p[1:] > 0)
    ratio = np.where(both, quotient(p[:-1], np.maximum(p[1:], 0)), 1)
    return quotient(slope * (more_true + start * np.log(ratio)), np.maximum(tp[1:] + fn[1:], 0))
