"""Cross-entropies that look at some examples more than at others."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.losses.loss import FunctionLoss, as_pair


def _probability(y: Any) -> Any:
    small = config.epsilon()
    return tf.clip_by_value(y, small, 1.0 - small)


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """The mean of (1 − q)^γ times the cross-entropy along `axis`, q the probability of the label.

    With `apply_class_balancing` labels 1 count `alpha` and labels 0 count 1 − `alpha`.

    Source: Lin et al. (2017), Focal loss for dense object detection.
    """
    y_true, y_pred = as_pair(y_true, y_pred, same_rank=False)
    if y_true.shape != y_pred.shape:
        raise ValueError(
            "Arguments `target` and `output` must have the same shape. Received: "
            f"target.shape={y_true.shape}, output.shape={y_pred.shape}"
        )
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    if from_logits:
        y_pred = tf.sigmoid(y_pred)
    p = _probability(y_pred)
    entropy = -(y_true * tf.math.log(p) + (1.0 - y_true) * tf.math.log(1.0 - p))
    of_label = y_true * y_pred + (1.0 - y_true) * (1.0 - y_pred)
    values = tf.pow(1.0 - of_label, gamma) * entropy
    if apply_class_balancing:
        values = (y_true * alpha + (1.0 - y_true) * (1.0 - alpha)) * values
    return tf.reduce_mean(values, axis=axis)


def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """−Σ α (1 − p)^γ y log p along `axis`, for one-hot labels y.

    `alpha` is a number, or one for each class.

    Source: Lin et al. (2017), Focal loss for dense object detection.
    """
    y_true, y_pred = as_pair(y_true, y_pred, same_rank=False)
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + label_smoothing / max(y_true.shape[-1], 1)
    if from_logits:
        y_pred = tf.nn.softmax(y_pred, axis=axis)
    p = _probability(y_pred / tf.reduce_sum(y_pred, axis=axis, keepdims=True))
    weights = tf.pow(1.0 - p, gamma) * tf.cast(alpha, p.dtype)
    return tf.reduce_sum(weights * (-y_true * tf.math.log(p)), axis=axis)


def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> Any:
    """(1 − p^q) / q, p the probability of the true class, given by number: robust to wrong labels.

    Source: Zhang & Sabuncu (2018), Generalized cross entropy loss for training deep neural networks
    with noisy labels.
    """
    y_pred = tf.convert_to_tensor(y_pred)
    labels = tf.one_hot(tf.cast(y_true, tf.int32), y_pred.shape[-1], dtype=y_pred.dtype)
    p = tf.reduce_sum(y_pred * labels, axis=-1)
    return (1.0 - tf.pow(p, q)) / q


class BinaryFocalCrossentropy(FunctionLoss):
    """The cross-entropy of labels 0 and 1, with little weight where the prediction is right."""

    function, default_name = staticmethod(binary_focal_crossentropy), "binary_focal_crossentropy"

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            reduction, name, dtype, apply_class_balancing=apply_class_balancing, alpha=alpha,
            gamma=gamma, from_logits=from_logits, label_smoothing=label_smoothing, axis=axis,
        )  # fmt: skip


class CategoricalFocalCrossentropy(FunctionLoss):
    """The cross-entropy of one-hot labels, with little weight where the prediction is right."""

    function = staticmethod(categorical_focal_crossentropy)
    default_name = "categorical_focal_crossentropy"

    def __init__(
        self,
        alpha: Any = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            reduction, name, dtype, alpha=alpha, gamma=gamma, from_logits=from_logits,
            label_smoothing=label_smoothing, axis=axis,
        )  # fmt: skip


class CategoricalGeneralizedCrossEntropy(FunctionLoss):
    """(1 − p^q) / q of the true class, given by number; nearer to −log p the smaller q is.

    Raises: ValueError where q is not between 0 and 1.
    """

    takes_integers = True
    function = staticmethod(categorical_generalized_cross_entropy)
    default_name = "categorical_generalized_cross_entropy"

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        if not 0 < q < 1:
            raise ValueError(f"q must be in the interval (0, 1). Received: q={q}")
        super().__init__(reduction, name, dtype, q=q)
