"""Losses of predicted classes: cross-entropies, divergences and hinges."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.logits import logits_of
from gradtape.keras.losses.loss import FunctionLoss, as_pair
from gradtape.keras.masks import set_mask


def _probability(y: Any) -> Any:
    small = config.epsilon()
    return tf.clip_by_value(y, small, 1.0 - small)


def binary_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """The mean of −y log p − (1 − y) log(1 − p) along `axis`.

    p is `y_pred`, or its sigmoid with `from_logits`; labels are drawn towards 1/2 by the share
    `label_smoothing`. Raises: ValueError where the shapes differ.

    >>> round(float(binary_crossentropy([1.0], [0.5])), 6)
    0.693147
    """
    y_pred, from_logits = logits_of(y_pred, from_logits, "binary_crossentropy")
    y_true, y_pred = as_pair(y_true, y_pred)
    if y_true.shape != y_pred.shape:
        raise ValueError(
            "Arguments `target` and `output` must have the same shape. Received: "
            f"target.shape={y_true.shape}, output.shape={y_pred.shape}"
        )
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    if from_logits:
        values = tf.nn.sigmoid_cross_entropy_with_logits(labels=y_true, logits=y_pred)
    else:
        p = _probability(y_pred)
        values = -(y_true * tf.math.log(p) + (1.0 - y_true) * tf.math.log(1.0 - p))
    return tf.reduce_mean(values, axis=axis)


def categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """−Σ y log p along `axis`, for one-hot labels or distributions y.

    p is `y_pred` over its sum, or its softmax with `from_logits`; labels are drawn towards the
    uniform distribution by the share `label_smoothing`.

    Raises: ValueError where the shapes differ.
    """
    y_pred, from_logits = logits_of(y_pred, from_logits, "categorical_crossentropy")
    y_true, y_pred = as_pair(y_true, y_pred, same_rank=False)
    if y_true.shape != y_pred.shape:
        raise ValueError(
            "Arguments `target` and `output` must have the same shape. Received: "
            f"target.shape={y_true.shape}, output.shape={y_pred.shape}. For integer labels use "
            "sparse_categorical_crossentropy."
        )
    if y_pred.shape[-1] == 1:
        warnings.warn(
            "In loss categorical_crossentropy, expected y_pred.shape to be (batch_size, "
            f"num_classes) with num_classes > 1. Received: y_pred.shape={y_pred.shape}. Consider "
            "using 'binary_crossentropy' if you only have 2 classes.",
            SyntaxWarning,
            stacklevel=2,
        )
    if label_smoothing:
        n_classes = max(y_true.shape[-1], 1)
        y_true = y_true * (1.0 - label_smoothing) + label_smoothing / n_classes
    if from_logits:
        return tf.nn.softmax_cross_entropy_with_logits(labels=y_true, logits=y_pred, axis=axis)
    p = _probability(y_pred / tf.reduce_sum(y_pred, axis=axis, keepdims=True))
    return -tf.reduce_sum(y_true * tf.math.log(p), axis=axis)


def sparse_categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Any:
    """−log p[y], y the number of the class.

    p is `y_pred` over its sum, or its softmax with `from_logits`; examples of `ignore_class` count
    nothing.

    Raises: InvalidArgumentError for a class that is not there; ValueError where the shapes do not
    fit.
    """
    y_pred, from_logits = logits_of(y_pred, from_logits, "sparse_categorical_crossentropy")
    y_pred = tf.convert_to_tensor(y_pred)
    labels = tf.convert_to_tensor(y_true)
    if labels.ndim == y_pred.ndim and labels.shape[-1] == 1:
        labels = tf.squeeze(labels, -1)
    sizes, rank = tuple(y_pred.shape), y_pred.ndim
    place = axis % rank if rank else 0
    if not rank or tuple(labels.shape) != sizes[:place] + sizes[place + 1 :]:
        raise ValueError(
            "Argument `output` must have rank (ndim) `target.ndim - 1`: one axis more than the "
            f"labels, the classes. Received: target.shape={labels.shape}, "
            f"output.shape={y_pred.shape}. For one-hot labels use categorical_crossentropy."
        )
    if not labels.dtype.is_integer:
        labels = tf.cast(labels, tf.int64)
    valid = None
    if ignore_class is not None:
        valid = tf.not_equal(labels, ignore_class)
        labels = tf.where(valid, labels, tf.zeros_like(labels))
    logits = y_pred if from_logits else tf.math.log(_probability(y_pred))
    if place != rank - 1:
        logits = tf.transpose(logits, [*(i for i in range(rank) if i != place), place])
    values = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    if valid is None:
        return values
    values = tf.where(valid, values, tf.zeros_like(values))
    set_mask(values, valid)  # by which the mean is that of the examples that are not ignored
    return values


def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """Σ y log(y / p) along the last axis: the Kullback–Leibler divergence."""
    y_true, y_pred = as_pair(y_true, y_pred, same_rank=False)
    small = config.epsilon()
    y_true, y_pred = tf.clip_by_value(y_true, small, 1.0), tf.clip_by_value(y_pred, small, 1.0)
    return tf.reduce_sum(y_true * tf.math.log(y_true / y_pred), axis=-1)


def _signs(y_true: Any) -> Any:
    """Labels as −1 and 1; those that are all 0 and 1 are converted."""
    values = np.asarray(y_true)
    return 2.0 * y_true - 1.0 if np.isin(values, (0, 1)).all() else y_true


def hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean of max(1 − y p, 0) along the last axis, for labels −1 and 1 (or 0 and 1)."""
    y_true, y_pred = as_pair(y_true, y_pred, same_rank=False)
    return tf.reduce_mean(tf.maximum(1.0 - _signs(y_true) * y_pred, 0.0), axis=-1)


def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean of max(1 − y p, 0)² along the last axis, for labels −1 and 1 (or 0 and 1)."""
    y_true, y_pred = as_pair(y_true, y_pred, same_rank=False)
    return tf.reduce_mean(tf.square(tf.maximum(1.0 - _signs(y_true) * y_pred, 0.0)), axis=-1)


def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """max(1 + max over other classes − p of the true class, 0), for one-hot labels."""
    y_true, y_pred = as_pair(y_true, y_pred, same_rank=False)
    right = tf.reduce_sum(y_true * y_pred, axis=-1)
    wrong = tf.reduce_max((1.0 - y_true) * y_pred, axis=-1)
    return tf.maximum(wrong - right + 1.0, 0.0)


class _FromLogits(FunctionLoss):
    """The arguments that binary and categorical cross-entropy share."""

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        if not 0 <= label_smoothing <= 1:
            raise ValueError(f"label_smoothing is a share from 0 to 1. Received: {label_smoothing}")
        super().__init__(
            reduction, name, dtype, from_logits=from_logits, label_smoothing=label_smoothing,
            axis=axis,
        )  # fmt: skip


class BinaryCrossentropy(_FromLogits):
    """The cross-entropy of labels 0 and 1."""

    function, default_name = staticmethod(binary_crossentropy), "binary_crossentropy"


class CategoricalCrossentropy(_FromLogits):
    """The cross-entropy of one-hot labels."""

    function, default_name = staticmethod(categorical_crossentropy), "categorical_crossentropy"


class SparseCategoricalCrossentropy(FunctionLoss):
    """The cross-entropy of classes given by number."""

    takes_integers = True
    function = staticmethod(sparse_categorical_crossentropy)
    default_name = "sparse_categorical_crossentropy"

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            reduction, name, dtype, from_logits=from_logits, ignore_class=ignore_class, axis=axis
        )


class KLDivergence(FunctionLoss):
    """The Kullback–Leibler divergence of the prediction from the truth."""

    function, default_name = staticmethod(kl_divergence), "kl_divergence"


class Hinge(FunctionLoss):
    """The mean of max(1 − y p, 0)."""

    function, default_name = staticmethod(hinge), "hinge"


class SquaredHinge(FunctionLoss):
    """The mean of max(1 − y p, 0)²."""

    function, default_name = staticmethod(squared_hinge), "squared_hinge"


class CategoricalHinge(FunctionLoss):
    """The margin by which the true class does not lead."""

    function, default_name = staticmethod(categorical_hinge), "categorical_hinge"
