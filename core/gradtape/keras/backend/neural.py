"""Activations, losses, convolutions and pooling, as Keras's backend has them.

Some differ from Keras's newer functions of the same name: `hard_sigmoid` has another slope, and
losses are given element by element, the truth first.
"""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import config, ops
from gradtape.keras.backend.shaping import temporal_padding
from gradtape.keras.config import epsilon
from gradtape.keras.ops.making import tensor

sigmoid, softplus, softsign = tf.sigmoid, tf.nn.softplus, tf.nn.softsign


def relu(x: Any, alpha: float = 0.0, max_value: Any = None, threshold: float = 0.0) -> Any:
    """x from `threshold` to `max_value` at most, alpha · (x − threshold) below."""
    x = tensor(x)
    if not alpha and max_value is None and not threshold:
        return tf.nn.relu(x)
    if alpha and max_value is None and not threshold:
        return tf.nn.leaky_relu(x, alpha)
    above = x * tf.cast(x > threshold, x.dtype) if threshold else tf.nn.relu(x)
    if max_value is not None:
        above = tf.clip_by_value(above, tf.constant(0, x.dtype), tf.constant(max_value, x.dtype))
    return above - tf.constant(alpha, x.dtype) * tf.nn.relu(threshold - x) if alpha else above


def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where it is positive, alpha · (eˣ − 1) elsewhere."""
    x = tensor(x)
    whole = tf.nn.elu(x)
    return whole if alpha == 1 else tf.where(x > 0, whole, alpha * whole)


def hard_sigmoid(x: Any) -> Any:
    """x/5 + 1/2, cut to [0, 1] (`keras.activations.hard_sigmoid` has x/6 instead)."""
    x = tensor(x)
    line = x * tf.constant(0.2, x.dtype) + tf.constant(0.5, x.dtype)
    return tf.clip_by_value(line, 0.0, 1.0)


def softmax(x: Any, axis: Any = -1) -> Any:
    """eˣ over its sum along an axis, or several.

    Raises: ValueError for fewer than two axes.
    """
    x = tensor(x)
    if x.ndim <= 1:
        raise ValueError(f"Cannot apply softmax to a tensor that is 1D. Received input: {x}")
    if isinstance(axis, int):
        return tf.nn.softmax(x, axis=axis)
    powers = tf.exp(x - tf.reduce_max(x, axis=axis, keepdims=True))
    return powers / tf.reduce_sum(powers, axis=axis, keepdims=True)


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """−y log p − (1 − y) log(1 − p), element by element; p is cut to [ε, 1 − ε], and ε added."""
    y, p = tensor(target), tensor(output)
    if from_logits:
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=p)
    p = _inside(p)
    return -(y * tf.math.log(p + epsilon()) + (1 - y) * tf.math.log(1 - p + epsilon()))


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """−Σ y log p along `axis`, where p is divided by its sum and cut to [ε, 1 − ε]."""
    y, p = tensor(target), tensor(output)
    if from_logits:
        return tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=p, axis=axis)
    p = _inside(p / tf.reduce_sum(p, axis, True))
    return -tf.reduce_sum(y * tf.math.log(p), axis)


def sparse_categorical_crossentropy(
    target: Any,
    output: Any,
    from_logits: bool = False,
    axis: int = -1,
    ignore_class: int | None = None,
) -> Any:
    """−log p of the class numbers in `target`, p cut to [ε, 1 − ε] and divided by its sum.

    Where the class is `ignore_class`, 0. Shapes: output (…, classes) and target (…), or
    (…, 1).
    """
    y, p = tf.cast(target, tf.int64), tensor(output)
    scores = p if from_logits else tf.math.log(_inside(p))
    axis %= scores.ndim
    order = [*(k for k in range(scores.ndim) if k != axis), axis]
    if axis != scores.ndim - 1:
        scores = tf.transpose(scores, order)
    shape = list(scores.shape[:-1])
    matches = y.ndim == scores.ndim - 1
    if not matches:
        y, scores = tf.reshape(y, [-1]), tf.reshape(scores, [-1, scores.shape[-1]])
    counts = None if ignore_class is None else tf.not_equal(y, ignore_class)
    if counts is not None:
        y = tf.where(counts, y, tf.zeros_like(y))
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=scores)
    if counts is not None:
        loss = tf.where(counts, loss, tf.zeros_like(loss))
    return loss if matches else tf.reshape(loss, shape)


def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Whether each target class is among the k largest predictions."""
    return tf.math.in_top_k(targets, predictions, k)


def batch_normalization(
    x: Any, mean: Any, var: Any, beta: Any, gamma: Any, axis: int = -1, epsilon: float = 1e-3
) -> Any:
    """γ (x − mean) / √(var + ε) + β, where all broadcast; `axis` is not looked at, as in Keras."""
    return tf.nn.batch_normalization(x, mean, var, beta, gamma, epsilon)


def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """`x` plus a number for each channel, or for each element of a sample.

    Raises: ValueError for a bias of another number of axes.
    """
    first = config.standardize_data_format(data_format) == "channels_first"
    x, bias = tensor(x), tensor(bias)
    if bias.ndim not in (1, x.ndim - 1):
        raise ValueError(
            f"Unexpected bias dimensions {bias.ndim}. Expected it to be 1 or {x.ndim - 1} "
            "dimensions"
        )
    if bias.ndim == 1:
        return tf.nn.bias_add(x, bias, data_format="NCHW" if first else "NHWC")
    sizes = tuple(bias.shape)
    return x + tf.reshape(bias, (1, sizes[-1], *sizes[:-1]) if first else (1, *sizes))


def conv1d(
    x: Any, kernel: Any, strides: Any = 1, padding: str = "valid",
    data_format: str | None = None, dilation_rate: Any = 1,
) -> Any:  # fmt: skip
    """The convolution of (batch, time, features); padding "causal" looks at no later time."""
    x, kernel = tensor(x), tensor(kernel)
    if padding == "causal":
        x, padding = temporal_padding(x, (dilation_rate * (kernel.shape[0] - 1), 0)), "valid"
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def conv2d(
    x: Any, kernel: Any, strides: Any = (1, 1), padding: str = "valid",
    data_format: str | None = None, dilation_rate: Any = (1, 1),
) -> Any:  # fmt: skip
    """The convolution of pictures with a kernel (height, width, in, out)."""
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def conv3d(
    x: Any, kernel: Any, strides: Any = (1, 1, 1), padding: str = "valid",
    data_format: str | None = None, dilation_rate: Any = (1, 1, 1),
) -> Any:  # fmt: skip
    """The convolution of volumes with a kernel (depth, height, width, in, out)."""
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def pool2d(
    x: Any, pool_size: Any, strides: Any = (1, 1), padding: str = "valid",
    data_format: str | None = None, pool_mode: str = "max",
) -> Any:  # fmt: skip
    """The largest or the mean ("avg") of each window of pictures."""
    return _pooled(x, pool_size, strides, padding, data_format, pool_mode)


def pool3d(
    x: Any, pool_size: Any, strides: Any = (1, 1, 1), padding: str = "valid",
    data_format: str | None = None, pool_mode: str = "max",
) -> Any:  # fmt: skip
    """The largest or the mean ("avg") of each window of volumes."""
    return _pooled(x, pool_size, strides, padding, data_format, pool_mode)


def _pooled(x: Any, size: Any, strides: Any, padding: str, layout: str | None, mode: str) -> Any:
    pools = {"max": ops.max_pool, "avg": ops.average_pool}
    if mode not in pools:
        raise ValueError(f"Invalid pooling mode: {mode}")
    return pools[mode](tensor(x), size, strides, padding, layout)


def _inside(p: Any) -> Any:
    small = tf.constant(epsilon(), p.dtype)
    return tf.clip_by_value(p, small, 1 - small)
