"""Depthwise convolution: every channel has filters of its own.

    y[n, o, c·m + j] = Σ x[n, o·stride + k·dilation, c] · w[k, c, j]      (m filters per channel)

As in `convolution.py` the op and its two transposes are closed under differentiation.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import looped
from gradtape.ops.array.shaping import reshape
from gradtape.ops.declaration import linear
from gradtape.ops.nn.windows import (
    Pads,
    Sizes,
    folded,
    inside,
    into,
    out_of,
    output_size,
    padded,
    padded_zeros,
    taps,
    unfolded,
)  # fmt: skip

_FLOAT = frozenset("f")


def _batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    if flags[1]:
        return looped(op, xs, flags, size, params)
    return unfolded(op.call(folded(xs[0]), xs[1], **params), size)


@linear(
    "DepthwiseConv2dNative",
    lambda g, _y, x_like, w, **place: depthwise_input(w, g, shape=tuple(x_like.shape), **place),
    lambda g, _y, x, w_like, **place: depthwise_filter(x, g, shape=tuple(w_like.shape), **place),
    batch=_batch,
    allowed=_FLOAT,
)
def depthwise(x: Any, w: Any, *, strides: Sizes, pads: Pads, dilations: Sizes) -> Any:
    """The cross-correlation of each channel of x with its own filters.

    Derivative: g carried back through w with respect to x and x correlated with g with respect to
    w.
    """
    *window, channels, multiple = w.shape
    out = output_size(x.shape[1:-1], tuple(window), strides, pads, dilations)
    y = np.zeros((x.shape[0], *out, channels, multiple), x.dtype)
    if y.size:
        x = padded(x, pads)
        for place, at in taps(tuple(window), strides, dilations, out):
            y += x[at][..., None] * w[place]
    return y.reshape(*y.shape[:-2], channels * multiple)


def _input_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    if flags[0]:
        return looped(op, xs, flags, size, params)
    shape = params["shape"]
    params = {**params, "shape": (size * shape[0], *shape[1:])}
    return unfolded(op.call(xs[0], folded(xs[1]), **params), size)


@linear(
    "DepthwiseConv2dNativeBackpropInput",
    lambda g, _y, w_like, h, *, shape, **place: depthwise_filter(
        g, h, shape=tuple(w_like.shape), **place
    ),
    lambda g, _y, w, _h, *, shape, **place: depthwise(g, w, **place),
    batch=_input_batch,
    allowed=_FLOAT,
)  # fmt: skip
def depthwise_input(
    w: Any, g: Any, *, shape: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
) -> Any:
    """g carried back through the filters w to images of `shape`.

    Derivative: the cotangent correlated with g with respect to w and the cotangent correlated
    with w with respect to g.
    """
    *window, channels, multiple = w.shape
    x = padded_zeros(shape, pads, g.dtype)
    if g.size:
        parts = g.reshape(*g.shape[:-1], channels, multiple)
        for place, at in taps(tuple(window), strides, dilations, g.shape[1:-1]):
            x[at] += np.sum(parts * w[place], axis=-1)
    return x[inside(shape[1:-1], pads)]


def _filter_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    if flags[0]:
        return looped(op, xs, flags, size, params)
    *window, channels, multiple = params["shape"]
    x, g = xs
    lead = tuple(g.shape)[:-1]
    parts = into(reshape(g, shape=(*lead, channels, multiple)), -1)
    flat = reshape(parts, shape=(*lead[1:], channels * size * multiple))
    params = {**params, "shape": (*window, channels, size * multiple)}
    return out_of(op.call(x, flat, **params), size, -1)


@linear(
    "DepthwiseConv2dNativeBackpropFilter",
    lambda g, _y, x_like, h, *, shape, **place: depthwise_input(
        g, h, shape=tuple(x_like.shape), **place
    ),
    lambda g, _y, x, _h, *, shape, **place: depthwise(x, g, **place),
    batch=_filter_batch,
    allowed=_FLOAT,
)  # fmt: skip
def depthwise_filter(
    x: Any, g: Any, *, shape: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
) -> Any:
    """g correlated with the images x: the filters of `shape`.

    Derivative: g carried back through the cotangent with respect to x and x correlated with
    the cotangent with respect to g.
    """
    *window, channels, multiple = shape
    w = np.zeros(shape, x.dtype)
    if g.size:
        x = padded(x, pads)
        rows = g.reshape(-1, channels, multiple)
        for place, at in taps(tuple(window), strides, dilations, g.shape[1:-1]):
            w[place] = np.einsum("nc,ncm->cm", x[at].reshape(-1, channels), rows)
    return w
