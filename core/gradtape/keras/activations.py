"""Functions that layers apply to their outputs, by name: `activation="relu"`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradtape as tf
from gradtape.keras import config, logits
from gradtape.keras.identifiers import Registry
from gradtape.names.absence import absent_from


def linear(x: Any) -> Any:
    """x."""
    return x


def relu(
    x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Any:
    """x above `threshold` and at most `max_value`; negative_slope · (x − threshold) below.

    The derivative at the threshold is that of the lower part.

    >>> relu([-2.0, 1.0, 9.0], negative_slope=0.1, max_value=6.0).numpy()
    array([-0.2,  1. ,  6. ], dtype=float32)
    """
    x = tf.convert_to_tensor(x)
    upper: Any
    if threshold == 0.0:
        if max_value is None:
            return tf.nn.leaky_relu(x, negative_slope) if negative_slope else tf.nn.relu(x)
        upper = tf.nn.relu6(x) if max_value == 6 else _cut(tf.nn.relu(x), max_value)
    else:
        upper = tf.where(x > tf.cast(threshold, x.dtype), x, tf.zeros((), x.dtype))
        if max_value is not None:
            upper = _cut(upper, max_value)
    if not negative_slope:
        return upper
    return upper - negative_slope * tf.nn.relu(threshold - x)


def _cut(x: Any, largest: float) -> Any:
    """x cut to [0, largest]; of integers the limit is cut to one too."""
    return tf.clip_by_value(x, tf.zeros((), x.dtype), tf.cast(largest, x.dtype))


def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
    """x where positive, negative_slope · x elsewhere."""
    return tf.nn.leaky_relu(x, negative_slope)


def relu6(x: Any) -> Any:
    """x cut to [0, 6]."""
    return tf.nn.relu6(x)


def softmax(x: Any, axis: int = -1) -> Any:
    """eˣ over its sum along `axis`."""
    x = tf.convert_to_tensor(x)
    return logits.with_logits(tf.nn.softmax(x, axis=axis), x)


def log_softmax(x: Any, axis: int = -1) -> Any:
    """The logarithm of `softmax`."""
    return tf.nn.log_softmax(x, axis=axis)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where positive, α(eˣ − 1) elsewhere."""
    x = tf.convert_to_tensor(x)
    y = tf.nn.elu(x)
    return y if alpha == 1.0 else tf.where(x > 0.0, y, alpha * y)


def selu(x: Any) -> Any:
    """Scaled `elu`, which keeps mean 0 and variance 1 through layers."""
    return tf.nn.selu(x)


def celu(x: Any, alpha: float = 1.0) -> Any:
    """max(0, x) + min(0, α(exp(x/α) − 1))."""
    x = tf.convert_to_tensor(x)
    return tf.maximum(x, 0.0) + alpha * tf.math.expm1(tf.minimum(x, 0.0) / alpha)


def softplus(x: Any) -> Any:
    """log(1 + eˣ)."""
    return tf.nn.softplus(x)


def softsign(x: Any) -> Any:
    """x / (1 + |x|)."""
    return tf.nn.softsign(x)


def silu(x: Any) -> Any:
    """x · sigmoid(x)."""
    return tf.nn.silu(x)


def gelu(x: Any, approximate: bool = False) -> Any:
    """x · Φ(x), Φ the standard normal distribution function."""
    return tf.nn.gelu(x, approximate=approximate)


def tanh(x: Any) -> Any:
    """The hyperbolic tangent; integers become floats first."""
    return tf.tanh(_floating(x))


def sigmoid(x: Any) -> Any:
    """1 / (1 + e⁻ˣ)."""
    x = tf.convert_to_tensor(x)
    return logits.with_logits(tf.sigmoid(x), x)


def log_sigmoid(x: Any) -> Any:
    """The logarithm of `sigmoid`."""
    return tf.math.log_sigmoid(x)


def exponential(x: Any) -> Any:
    """eˣ; integers become floats first."""
    return tf.exp(_floating(x))


def _floating(x: Any) -> Any:
    x = tf.convert_to_tensor(x)
    return tf.cast(x, config.floatx()) if x.dtype.is_integer or x.dtype.is_bool else x


def hard_sigmoid(x: Any) -> Any:
    """x/6 + 1/2 cut to [0, 1]."""
    x = tf.convert_to_tensor(x)
    return tf.nn.relu6(x + tf.constant(3.0, x.dtype)) / 6.0


def hard_silu(x: Any) -> Any:
    """x · hard_sigmoid(x)."""
    return tf.convert_to_tensor(x) * hard_sigmoid(x)


def hard_tanh(x: Any) -> Any:
    """x cut to [−1, 1]."""
    return tf.clip_by_value(x, -1.0, 1.0)


def tanh_shrink(x: Any) -> Any:
    """x − tanh(x)."""
    x = tf.convert_to_tensor(x)
    return x - tf.tanh(x)


def mish(x: Any) -> Any:
    """x · tanh(softplus(x))."""
    x = tf.convert_to_tensor(x)
    return x * tf.tanh(tf.nn.softplus(x))


def glu(x: Any, axis: int = -1) -> Any:
    """The first half along `axis` times the sigmoid of the second."""
    x = tf.convert_to_tensor(x)
    if x.shape[axis] % 2:
        raise ValueError(f"glu halves axis {axis}, which has an odd size: {x.shape}")
    value, gate = tf.split(x, 2, axis=axis)
    return value * tf.sigmoid(gate)


def hard_shrink(x: Any, threshold: float = 0.5) -> Any:
    """x, 0 where |x| ≤ threshold."""
    x = tf.convert_to_tensor(x)
    return tf.where(tf.abs(x) > threshold, x, tf.zeros_like(x))


def soft_shrink(x: Any, threshold: float = 0.5) -> Any:
    """x drawn towards 0 by `threshold`, 0 where it is nearer."""
    x = tf.convert_to_tensor(x)
    nearer = tf.where(x < -threshold, x + threshold, tf.zeros_like(x))
    return tf.where(x > threshold, x - threshold, nearer)


def threshold(x: Any, threshold: float, default_value: float) -> Any:
    """x above `threshold`, `default_value` elsewhere."""
    x = tf.convert_to_tensor(x)
    return tf.where(x > threshold, x, tf.constant(default_value, x.dtype))


def squareplus(x: Any, b: float = 4) -> Any:
    """(x + √(x² + b)) / 2."""
    x = tf.convert_to_tensor(x)
    return (x + tf.sqrt(tf.square(x) + float(b))) / 2.0


def sparse_plus(x: Any) -> Any:
    """0 up to −1, (x + 1)² / 4 up to 1, then x."""
    x = tf.convert_to_tensor(x)
    inner = tf.where(x < 1.0, 0.25 * tf.square(x + 1.0), x)
    return tf.where(x <= -1.0, tf.zeros_like(x), inner)


def sparse_sigmoid(x: Any) -> Any:
    """0 up to −1, (x + 1) / 2 up to 1, then 1."""
    x = tf.convert_to_tensor(x)
    inner = tf.where(x >= 1.0, tf.ones_like(x), 0.5 * (x + 1.0))
    return tf.where(x <= -1.0, tf.zeros_like(x), inner)


def sparsemax(x: Any, axis: int = -1) -> Any:
    """The nearest distribution to x along `axis`: many of its elements are zero.

    Source: Martins & Astudillo (2016), From softmax to sparsemax.
    """
    x = tf.convert_to_tensor(x)
    falling = tf.sort(x, axis=axis, direction="DESCENDING")
    sums = tf.cumsum(falling, axis=axis)
    shape = [1] * x.ndim
    shape[axis] = -1
    count = tf.reshape(tf.range(1, int(x.shape[axis]) + 1, dtype=x.dtype), shape)
    support = falling - (sums - 1.0) / count > 0.0
    k = tf.reduce_sum(tf.cast(support, tf.int32), axis=axis, keepdims=True)
    kept = tf.where(support, falling, tf.zeros_like(falling))
    cut = (tf.reduce_sum(kept, axis=axis, keepdims=True) - 1.0) / tf.cast(k, x.dtype)
    return tf.maximum(x - cut, 0.0)


swish, hard_swish = silu, hard_silu

_registry = Registry(
    "activation function",
    [
        linear, relu, leaky_relu, relu6, softmax, log_softmax, elu, selu, celu, softplus, softsign,
        silu, gelu, tanh, sigmoid, log_sigmoid, exponential, hard_sigmoid, hard_silu, hard_tanh,
        tanh_shrink, mish, glu, hard_shrink, soft_shrink, threshold, squareplus, sparse_plus,
        sparse_sigmoid, sparsemax,
    ],
    {"swish": silu, "hard_swish": hard_silu},
)  # fmt: skip


def get(identifier: Any) -> Any:
    """The activation of this name; None is `linear`, and functions stay as they are.

    >>> get("relu") is relu
    True
    """
    return linear if identifier is None else _registry.get(identifier)


if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
