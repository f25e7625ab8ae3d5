"""Losses from logits: cross entropies and the Poisson loss."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.ops.array.selection import one, select, zero
from gradtape.ops.array.shaping import broadcast_to, transpose
from gradtape.ops.math.arithmetic import negative
from gradtape.ops.math.complex_numbers import cast
from gradtape.ops.math.exponential import exp, log, softplus
from gradtape.ops.nn import softmax as ops
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor


def softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, axis: int = -1, name: str | None = None
) -> EagerTensor:
    """−Σ labels·log softmax(logits) along `axis`: one loss per example.

    Derivative: Σlabels·softmax(logits) − labels with respect to the logits (softmax − labels for
    labels that sum to 1), −log softmax(logits) with respect to the labels; `tf.stop_gradient` keeps
    it from them.

    Shapes: labels and logits broadcast to one shape; the result lacks `axis`. Dtypes: real floating
    point; labels are cast to the logits' dtype. A label of 0 at a logit of −inf gives nan.
    Raises: InvalidArgumentError for shapes that do not fit, and for integer logits.

    >>> tf.nn.softmax_cross_entropy_with_logits([[0.0, 1.0]], [[0.0, 0.0]]).numpy()
    array([0.6931472], dtype=float32)
    """
    x = convert_operand(logits)
    z = _like(labels, x)
    shape, own = x._value.shape, z._value.shape
    if not shape or not own:
        raise InvalidArgumentError(
            f"`{'labels' if shape else 'logits'}` cannot be a scalar "
            "[Op:SoftmaxCrossEntropyWithLogits]: give one number per class, or use "
            "tf.nn.sigmoid_cross_entropy_with_logits"
        )
    if own != shape:
        try:
            wide = np.broadcast_shapes(shape, own)
        except ValueError:
            raise InvalidArgumentError(
                f"logits and labels must be broadcastable: logits_size={shape_text(shape)} "
                f"labels_size={shape_text(own)} [Op:SoftmaxCrossEntropyWithLogits]"
            ) from None
        if math.prod(wide[:-1]) != math.prod(shape[:-1]):
            raise InvalidArgumentError(
                f"there are {math.prod(wide[:-1])} losses for logits of shape {shape_text(shape)} "
                f"and labels of shape {shape_text(own)} [Op:Reshape]: each row of logits has one; "
                "tf.broadcast_to repeats rows."
            )
        x = x if shape == wide else broadcast_to(x, shape=wide)
        z = z if own == wide else broadcast_to(z, shape=wide)
    rank = len(x._value.shape)
    if axis not in (-1, rank - 1):
        if not -rank <= axis < rank:
            raise InvalidArgumentError(
                f"`axis` must be in the range [{-rank}, {rank}), got {axis} for logits of shape "
                f"{shape_text(shape)}"
            )
        k = axis % rank
        perm = (*range(-rank, k - rank), *range(k - rank + 1, 0), k - rank)
        x, z = transpose(x, perm=perm), transpose(z, perm=perm)
    return ops.softmax_cross_entropy(x, z)


def sparse_softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, name: str | None = None
) -> EagerTensor:
    """−log softmax(logits)[label] over the last axis: one loss per example.

    Derivative: softmax(logits) − one_hot(label). Labels are integers and get None.

    Shapes: labels (…), logits (…, classes), result (…). Dtypes: real floating-point logits, integer
    labels.
    Raises: InvalidArgumentError for a label outside [0, classes), for labels that are no integers;
    ValueError where the shapes do not fit.

    >>> tf.nn.sparse_softmax_cross_entropy_with_logits([1], [[0.0, 0.0]]).numpy()
    array([0.6931472], dtype=float32)
    """
    x, k = convert_operand(logits), convert_operand(labels)
    shape, own = x._value.shape, k._value.shape
    if not shape:
        raise ValueError(f"`logits` cannot be a scalar. Received logits={x!r}; give one per class.")
    if own != shape[:-1]:
        raise ValueError(
            "`labels.shape` must equal `logits.shape` except for the last dimension. Received: "
            f"labels.shape={own} and logits.shape={shape}"
        )
    if k._value.dtype.kind not in "iu":
        raise InvalidArgumentError(
            f"Value for attr 'Tlabels' of {k.dtype.name} is not in the list of allowed values: "
            "int32, int64 [Op:SparseSoftmaxCrossEntropyWithLogits]. Labels are class numbers; for "
            "one-hot labels use tf.nn.softmax_cross_entropy_with_logits"
        )
    if x._value.dtype.kind != "f":
        raise InvalidArgumentError(
            f"Value for attr 'T' of {x.dtype.name} is not in the list of allowed values: half, "
            "bfloat16, float, double [Op:SparseSoftmaxCrossEntropyWithLogits]. Use tf.cast(logits, "
            "tf.float32)"
        )
    return ops.sparse_softmax_cross_entropy(x, k)


def sigmoid_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: str | None = None
) -> EagerTensor:
    """−z·log sigmoid(x) − (1 − z)·log(1 − sigmoid(x)), element by element.

    Computed as max(x, 0) − x·z + log(1 + e^−|x|), which neither overflows nor cancels. Derivative:
    sigmoid(x) − z with respect to the logits x, −x with respect to the labels z.

    Shapes: equal. Dtypes: real floating point, equal.
    Raises: ValueError where an argument is missing or the shapes differ, InvalidArgumentError where
    the dtypes do.

    >>> tf.nn.sigmoid_cross_entropy_with_logits([1.0, 0.0], [0.0, 100.0]).numpy()
    array([  0.6931472, 100.       ], dtype=float32)
    """
    if labels is None or logits is None:
        raise ValueError(
            "Both `labels` and `logits` must be provided for sigmoid_cross_entropy_with_logits. "
            f"Received: labels={labels} and logits={logits}"
        )
    x, z = convert_operand(logits), convert_operand(labels)
    _same_shape("logits", x, "labels", z)
    return ops.sigmoid_cross_entropy(x, z)


def weighted_cross_entropy_with_logits(
    labels: Any, logits: Any, pos_weight: Any, name: str | None = None
) -> EagerTensor:
    """−q·z·log sigmoid(x) − (1 − z)·log(1 − sigmoid(x)): positive labels count q times.

    Computed as (1 − z)·x + (1 + (q − 1)·z)·log(1 + e^−x). Derivative with respect to the logits:
    (1 − z) − (1 + (q − 1)·z)·sigmoid(−x), also at 0 (where TensorFlow's misses a term).

    Shapes: labels and logits equal, `pos_weight` broadcasts. Dtypes: real floating point, equal.
    Raises: ValueError where the shapes differ, InvalidArgumentError where the dtypes do.

    >>> tf.nn.weighted_cross_entropy_with_logits([1.0, 0.0], [0.0, 0.0], 3.0).numpy()
    array([2.0794415, 0.6931472], dtype=float32)
    """
    x, z = convert_operand(logits), convert_operand(labels)
    _same_shape("logits", x, "labels", z)
    if not z.dtype.is_floating:
        raise TypeError(f"labels are shares between 0 and 1, got {z.dtype!r}; use tf.cast.")
    if not x.dtype.is_floating:
        raise InvalidArgumentError(
            f"logits are floating-point numbers, got {x.dtype.word} [Op:Softplus]; use tf.cast."
        )
    if is_tensor_like(pos_weight) and pos_weight.dtype != x.dtype:
        raise InvalidArgumentError(
            f"cannot compute Mul as input #1(zero-based) was expected to be a "
            f"{pos_weight.dtype.word} tensor but is a {x.dtype.word} tensor [Op:Mul]. Use "
            "tf.cast(pos_weight, logits.dtype)."
        )
    q = convert(pos_weight, x.dtype)
    weight = (q - 1.0) * z + 1.0
    return (1.0 - z) * x + weight * softplus(negative(x))


def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> EagerTensor:
    """eᶜ − z·c with c = log_input: minus the Poisson log-likelihood of z, up to a constant.

    `compute_full_loss` adds Stirling's z·log z − z + ½·log(2πz) for log z! where z > 1. Derivative:
    eᶜ − z with respect to c, −c (+ log z + 1/(2z)) with respect to z.

    Shapes: equal. Dtypes: real floating point, equal.
    Raises: ValueError where the shapes differ.

    >>> tf.nn.log_poisson_loss([1.0], [0.0]).numpy()
    array([1.], dtype=float32)
    """
    c, z = convert_operand(log_input), convert_operand(targets)
    _same_shape("log_input", c, "targets", z)
    y = exp(c) - c * z
    if compute_full_loss:
        large = (z < zero(z)) | (z > one(z))  # the formula fails in [0, 1], where log z! is about 0
        safe = select(large, z, z * 0.0 + 2.0)
        stirling = safe * log(safe) - safe + log(safe * (2.0 * math.pi)) * 0.5
        y = y + select(large, stirling, z * 0.0)
    return y


def _like(labels: Any, logits: EagerTensor) -> EagerTensor:
    """Labels in the dtype of the logits; a list of ints is meant as numbers too."""
    z = convert_operand(labels)
    return z if z._value.dtype == logits._value.dtype else cast(z, dtype=logits._value.dtype)


def _same_shape(first: str, x: EagerTensor, second: str, z: EagerTensor) -> None:
    if x._value.shape != z._value.shape:
        raise ValueError(
            f"`{first}` and `{second}` must have the same shape, received "
            f"({tuple(x._value.shape)} vs {tuple(z._value.shape)})."
        )
