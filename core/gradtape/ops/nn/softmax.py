"""Softmax, its logarithm, and the cross entropies that are fused with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import trailing
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.ops.array.selection import select
from gradtape.ops.array.shaping import reshape
from gradtape.ops.declaration import custom, elementwise, total
from gradtape.ops.math.comparison import equal
from gradtape.ops.math.exponential import exp, sigmoid
from gradtape.ops.math.reductions import reduce_sum

_FLOAT = frozenset("f")


def _over(x: Any, axis: int) -> Any:
    return reduce_sum(x, axis=(axis,), keepdims=True)


def _shifted(x: Any, axis: int) -> Any:
    """x − max x: the exponentials of it do not overflow."""
    return x - np.maximum.reduce(x, axis=axis, keepdims=True, initial=-np.inf)


def _softmax_map(v: Any, y: Any, _x: Any, *, axis: int) -> Any:
    """J·v with J = diag(y) − y yᵀ, which is its own transpose."""
    return (v - _over(v * y, axis)) * y


@custom(
    "Softmax",
    _softmax_map,
    jvp=lambda tangents, y, xs, params: _softmax_map(tangents[0], y, None, **params),
    batch=trailing,
    allowed=_FLOAT,
)
def softmax(x: Any, *, axis: int) -> Any:
    """eˣ / Σ eˣ along `axis` (negative). Derivative: y·(g − Σ g·y)."""
    e = np.exp(_shifted(x, axis))
    e /= np.add.reduce(e, axis=axis, keepdims=True)
    return e


@custom(
    "LogSoftmax",
    lambda g, y, _x, *, axis: g - exp(y) * _over(g, axis),
    jvp=lambda tangents, y, xs, params: tangents[0] - _over(tangents[0] * exp(y), params["axis"]),
    batch=trailing,
    allowed=_FLOAT,
)
def log_softmax(x: Any, *, axis: int) -> Any:
    """x − log Σ eˣ along `axis` (negative). Derivative: g − eʸ·Σ g."""
    z = _shifted(x, axis)
    return z - np.log(np.add.reduce(np.exp(z), axis=axis, keepdims=True))


def _last(x: Any) -> Any:
    """x with an axis of size 1 at its end."""
    return reshape(x, shape=(*x.shape, 1))


def weights(logits: Any, labels: Any) -> Any:
    """∂/∂logits; where the labels sum to 1 it is softmax − labels."""
    return softmax(logits, axis=-1) * _over(labels, -1) - labels


def _entropy_jvp(tangents: Any, _y: Any, xs: Any, params: Any) -> Any:
    logits, labels = xs
    by_logits, by_labels = tangents
    terms = []
    if by_logits is not None:
        terms.append(by_logits * weights(logits, labels))
    if by_labels is not None:
        terms.append(by_labels * -log_softmax(logits, axis=-1))
    return reduce_sum(total(terms), axis=(-1,), keepdims=False)


@custom(
    "SoftmaxCrossEntropyWithLogits",
    lambda g, _y, logits, labels: _last(g) * weights(logits, labels),
    lambda g, _y, logits, _labels: -_last(g) * log_softmax(logits, axis=-1),
    jvp=_entropy_jvp,
    batch=trailing,
    allowed=_FLOAT,
)
def softmax_cross_entropy(logits: Any, labels: Any) -> Any:
    """−Σ labels·log softmax(logits) over the last axis, without forming the softmax.

    Derivative: g·(softmax(logits)·Σ labels − labels) with respect to logits and −g·log
    softmax(logits) with respect to labels.
    """
    if logits.shape != labels.shape:
        raise InvalidArgumentError(
            f"logits and labels must have one shape: logits_size={shape_text(logits.shape)} "
            f"labels_size={shape_text(labels.shape)} [Op:SoftmaxCrossEntropyWithLogits]"
        )
    z = _shifted(logits, -1)
    norm = np.log(np.add.reduce(np.exp(z), axis=-1, keepdims=True))
    return np.add.reduce(labels * (norm - z), axis=-1)


def sparse_weights(logits: Any, labels: Any) -> Any:
    """softmax − one-hot(labels)."""
    p = softmax(logits, axis=-1)
    kind = np.dtype(getattr(labels.dtype, "as_numpy_dtype", labels.dtype))
    hot = equal(_last(labels), np.arange(logits.shape[-1], dtype=kind))
    return select(hot, p - 1.0, p)


def _sparse_jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    return reduce_sum(sparse_weights(*xs) * tangents[0], axis=(-1,), keepdims=False)


@custom(
    "SparseSoftmaxCrossEntropyWithLogits",
    lambda g, _y, logits, labels: _last(g) * sparse_weights(logits, labels),
    None,
    jvp=_sparse_jvp,
    batch=trailing,
)
def sparse_softmax_cross_entropy(logits: Any, labels: Any) -> Any:
    """−log softmax(logits)[label] over the last axis; a label out of range is an error.

    Derivative: g·(softmax(x) − onehot(label)), where x are the logits.
    """
    n = logits.shape[-1]
    bad = labels.astype(np.uint64) >= n  # negative numbers become large ones
    if bad.any():
        raise InvalidArgumentError(
            f"Received a label value of {labels[bad].flat[0]} which is outside the valid range of "
            f"[0, {n}).  Label values: {' '.join(map(str, labels.flat))} "
            "[Op:SparseSoftmaxCrossEntropyWithLogits]"
        )
    z = _shifted(logits, -1)
    norm = np.log(np.add.reduce(np.exp(z), axis=-1))
    rows = np.arange(labels.size)
    return norm - z.reshape(labels.size, n)[rows, labels.reshape(-1)].reshape(labels.shape)


@elementwise(
    "SigmoidCrossEntropyWithLogits",
    lambda g, _y, logits, labels: g * (sigmoid(logits) - labels),
    lambda g, _y, logits, _labels: -g * logits,
    allowed=_FLOAT,
)
def sigmoid_cross_entropy(logits: Any, labels: Any) -> Any:
    """max(x, 0) − x·z + log(1 + e^−|x|): exact for large |x| of either sign.

    Derivative: sigmoid(x) − z with respect to x and −x with respect to z.
    """
    return np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits)))
