"""`keras.ops`: normalisation and attention."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.symbolic import functional


@functional
def normalize(x: Any, axis: Any = -1, order: int = 2, epsilon: float | None = None) -> Any:
    """`x` over its norm along `axis`, or over `epsilon` where the norm is smaller.

    >>> normalize([[3.0, 4.0]]).numpy()
    array([[0.6, 0.8]], dtype=float32)
    """
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"Argument `order` must be an int >= 1. Received: order={order}")
    x = tf.convert_to_tensor(x)
    if not x.ndim:
        x = tf.expand_dims(x, 0)
    small = config.epsilon() if epsilon is None else epsilon
    axis = list(axis) if isinstance(axis, tuple) else axis
    if order == 2:
        inverse = tf.math.rsqrt(tf.reduce_sum(tf.square(x), axis=axis, keepdims=True))
        return x * tf.minimum(inverse, 1.0 / small)
    return x / tf.maximum(tf.norm(x, ord=order, axis=axis, keepdims=True), small)


@functional
def rms_normalization(
    x: Any, scale: Any = None, axis: Any = -1, epsilon: float | None = None
) -> Any:
    """`x` over the root of the mean of its squares along `axis`, times `scale`.

    Source: Zhang & Sennrich (2019), Root mean square layer normalization.
    """
    x = tf.convert_to_tensor(x)
    kind = x.dtype
    wide = tf.cast(x, _at_least_single(kind))
    small = config.epsilon() if epsilon is None else epsilon
    axis = sorted(axis) if isinstance(axis, (list, tuple)) else axis
    mean = tf.reduce_mean(tf.square(wide), axis=axis, keepdims=True)
    y = wide * tf.math.rsqrt(mean + small)
    if scale is not None:
        y = y * tf.cast(scale, wide.dtype)
    return tf.cast(y, kind)


@functional
def layer_normalization(
    x: Any, gamma: Any = None, beta: Any = None, axis: Any = -1, epsilon: float | None = None
) -> Any:
    """`x` with mean 0 and variance 1 along `axis`, times `gamma`, plus `beta`."""
    x = tf.convert_to_tensor(x)
    axes = [a % x.ndim for a in (axis if isinstance(axis, (list, tuple)) else [axis])]
    sizes = [n if i in axes else 1 for i, n in enumerate(x.shape)]
    gamma, beta = (None if v is None else tf.reshape(v, sizes) for v in (gamma, beta))
    mean, variance = tf.nn.moments(x, axes=axes, keepdims=True)
    small = config.epsilon() if epsilon is None else epsilon
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, small)


@functional
def batch_normalization(
    x: Any, mean: Any, variance: Any, axis: int, offset: Any = None, scale: Any = None,
    epsilon: float = 1e-3,
) -> Any:  # fmt: skip
    """scale (x − mean) / √(variance + ε) + offset, all of them along `axis`."""
    x = tf.convert_to_tensor(x)
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    mean, variance, offset, scale = (
        None if v is None else tf.reshape(v, shape) for v in (mean, variance, offset, scale)
    )
    return tf.nn.batch_normalization(x, mean, variance, offset, scale, epsilon)


@functional
def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Any:
    """softmax(query · key · scale + bias) of the places that `mask` allows, times value.

    Shapes: query (batch, t, heads, width), key and value (batch, s, heads, width); mask, broadcast
    to (batch, heads, t, s), is True where a query may look. `scale` is 1/√width by default.

    Source: Vaswani et al. (2017), Attention is all you need.
    """
    query, key, value = (tf.convert_to_tensor(x) for x in (query, key, value))
    if query.ndim != 4:
        raise ValueError(
            "`dot_product_attention` only supports 4D inputs. Received: query.shape="
            f"{query.shape}, key.shape={key.shape}, value.shape={value.shape}."
        )
    if flash_attention:
        raise ValueError("Flash attention is not part of gradtape; leave flash_attention out.")
    heads, own = query.shape[2], key.shape[2]
    if heads > own > 1:
        key, value = (tf.repeat(x, heads // own, axis=2) for x in (key, value))
    if scale is None:
        scale = 1.0 / math.sqrt(key.shape[-1])
    wide = _at_least_single(query.dtype)
    scores = tf.cast(tf.einsum("btnh,bsnh->bnts", query, key), wide) * scale
    if bias is not None:
        scores = scores + tf.cast(bias, wide)
    allowed = None if mask is None else tf.cast(mask, tf.bool)
    if is_causal:
        before = causal_mask(query.shape[1], key.shape[1])
        allowed = before if allowed is None else tf.logical_and(allowed, before)
    if allowed is not None:
        low = -0.7 * float(np.finfo(wide.as_numpy_dtype).max)
        scores = tf.where(allowed, scores, tf.constant(low, wide))
    weights = tf.cast(tf.nn.softmax(scores, axis=-1), key.dtype)
    return tf.einsum("bnts,bsnh->btnh", weights, value)


def causal_mask(queries: int, keys: int) -> Any:
    """(1, queries, keys), True where a key is not later than the query.

    >>> causal_mask(2, 2).numpy().tolist()
    [[[True, False], [True, True]]]
    """
    return tf.constant(np.arange(queries)[None, :, None] >= np.arange(keys)[None, None, :])


def _at_least_single(kind: Any) -> Any:
    return tf.float64 if kind == tf.float64 else tf.float32
