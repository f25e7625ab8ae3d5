"""Convolutions: linear in the image and in the filter, each derivative an op of its own.

    conv(x, w)                 y[n, o, f] = Σ x[n, o·stride + k·dilation, c] · w[k, c, f]
    conv_input(w, g, shape)    its transpose with respect to x (also the "transposed convolution")
    conv_filter(x, g, shape)   its transpose with respect to w

The three are closed under differentiation: each is linear in both arguments, with the other two as
transposes. Images are (batch, *space, channels), padding is explicit.
"""

from __future__ import annotations

import threading
from math import prod
from typing import Any, NamedTuple

import numpy as np

from gradtape.dispatch.batching import looped
from gradtape.ops.declaration import linear
from gradtape.ops.linalg.products import product
from gradtape.ops.nn.windows import (
    Array,
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

_NUMBERS = frozenset("fi")

#: The patches of this many bytes are laid out at a time: they stay in the processor's cache.
_CHUNK = 1 << 21


class _Room(threading.local):
    """Memory that patches are laid out in, call after call.

    The system gives fresh memory page by page, which takes longer than the product made of it.
    """

    memory: Array

    def __init__(self) -> None:
        self.memory = np.empty(0, np.uint8)

    def array(self, shape: Sizes, dtype: Any) -> Array:
        """An array of this shape, with whatever stands there; the next one takes its place."""
        size = prod(shape) * np.dtype(dtype).itemsize
        if size > _CHUNK:  # one large image: too much to hold on to
            return np.empty(shape, dtype)
        if not self.memory.size:
            self.memory = np.empty(_CHUNK, np.uint8)
        return np.ndarray(shape, dtype, self.memory)


_room = _Room()


def _patches(x: Array, window: Sizes, strides: Sizes, dilations: Sizes, out: Sizes) -> Array:
    """What the window sees, one row per output: (batch·Π out, Π window · channels).

    The next call writes over it.
    """
    if all(k == 1 for k in window) and all(s == 1 for s in strides):
        return x.reshape(-1, x.shape[-1])
    first, *steps, last = x.strides
    view: Array = np.ndarray(
        (x.shape[0], *out, *window, x.shape[-1]),
        x.dtype,
        x,
        0,
        (
            first,
            *(step * s for step, s in zip(steps, strides, strict=True)),
            *(step * d for step, d in zip(steps, dilations, strict=True)),
            last,
        ),
    )
    rows = _room.array(view.shape, x.dtype)
    np.copyto(rows, view)
    return rows.reshape(x.shape[0] * prod(out), prod(window) * x.shape[-1])


def _images(n: int, row_bytes: int) -> int:
    """How many images are laid out at a time."""
    return max(1, min(n, _CHUNK // max(1, row_bytes)))


def _kernel(x: Any, w: Any, *, strides: Sizes, pads: Pads, dilations: Sizes) -> Any:
    window, filters = w.shape[:-2], w.shape[-1]
    out = output_size(x.shape[1:-1], window, strides, pads, dilations)
    y = np.zeros((x.shape[0], *out, filters), x.dtype)
    if not y.size or not w.size:
        return y
    x = np.ascontiguousarray(padded(x, pads))
    flat = w.reshape(-1, filters)
    step = _images(len(x), prod(out) * flat.shape[0] * x.itemsize)
    for k in range(0, len(x), step):
        part = y[k : k + step]
        rows = _patches(x[k : k + step], window, strides, dilations, out)
        product(rows, flat, out=part.reshape(-1, filters))
    return y


def _input_kernel(
    w: Any, g: Any, *, shape: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
) -> Any:
    *window, channels, filters = w.shape
    out = g.shape[1:-1]
    x = padded_zeros(shape, pads, g.dtype)
    if g.size and w.size:
        rows = g.reshape(-1, filters)
        for place, at in taps(tuple(window), strides, dilations, out):
            x[at] += product(rows, w[place].T).reshape(*g.shape[:-1], channels)
    return x[inside(shape[1:-1], pads)]


def _filter_kernel(
    x: Any, g: Any, *, shape: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
) -> Any:
    *window, channels, filters = shape
    out = g.shape[1:-1]
    w = np.zeros((prod(window) * channels, filters), x.dtype)
    if not g.size or not x.size:
        return w.reshape(shape)
    x = np.ascontiguousarray(padded(x, pads))
    step = _images(len(x), prod(out) * w.shape[0] * x.itemsize)
    for k in range(0, len(x), step):
        rows = _patches(x[k : k + step], tuple(window), strides, dilations, out)
        w += product(rows.T, g[k : k + step].reshape(-1, filters))
    return w.reshape(shape)


def _batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    x, w = xs
    if not flags[1]:
        return unfolded(op.call(folded(x), w, **params), size)
    if not flags[0]:
        return out_of(op.call(x, into(w, -1), **params), size, -1)
    return looped(op, xs, flags, size, params)


def _input_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    w, g = xs
    shape = params["shape"]
    if not flags[0]:
        params = {**params, "shape": (size * shape[0], *shape[1:])}
        return unfolded(op.call(w, folded(g), **params), size)
    if not flags[1]:
        params = {**params, "shape": (*shape[:-1], size * shape[-1])}
        return out_of(op.call(into(w, -2), g, **params), size, -1)
    return looped(op, xs, flags, size, params)


def _filter_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    x, g = xs
    *window, channels, filters = params["shape"]
    if not flags[1]:
        params = {**params, "shape": (*window, size * channels, filters)}
        return out_of(op.call(into(x, -1), g, **params), size, -2)
    if not flags[0]:
        params = {**params, "shape": (*window, channels, size * filters)}
        return out_of(op.call(x, into(g, -1), **params), size, -1)
    return looped(op, xs, flags, size, params)


class Family(NamedTuple):
    """A convolution and its two transposes."""

    conv: Any
    input: Any
    filter: Any


def _family(conv_type: str, input_type: str, filter_type: str) -> Family:
    @linear(
        conv_type,
        lambda g, _y, x_like, w, **place: conv_input(w, g, shape=tuple(x_like.shape), **place),
        lambda g, _y, x, w_like, **place: conv_filter(x, g, shape=tuple(w_like.shape), **place),
        batch=_batch,
        allowed=_NUMBERS,
    )
    def conv(x: Any, w: Any, *, strides: Sizes, pads: Pads, dilations: Sizes) -> Any:
        """The cross-correlation of images x with filters w.

        Derivative: g carried back through w with respect to x and x correlated with g with respect
        to w.
        """
        return _kernel(x, w, strides=strides, pads=pads, dilations=dilations)

    @linear(
        input_type,
        lambda g, _y, w_like, h, *, shape, **place: conv_filter(
            g, h, shape=tuple(w_like.shape), **place
        ),
        lambda g, _y, w, _h, *, shape, **place: conv(g, w, **place),
        batch=_input_batch,
        allowed=_NUMBERS,
    )
    def conv_input(
        w: Any, g: Any, *, shape: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
    ) -> Any:
        """g carried back through the filters w to images of `shape`.

        Derivative: the cotangent correlated with g with respect to w and the cotangent correlated
        with w with respect to g.
        """
        return _input_kernel(w, g, shape=shape, strides=strides, pads=pads, dilations=dilations)

    @linear(
        filter_type,
        lambda g, _y, x_like, h, *, shape, **place: conv_input(
            g, h, shape=tuple(x_like.shape), **place
        ),
        lambda g, _y, x, _h, *, shape, **place: conv(x, g, **place),
        batch=_filter_batch,
        allowed=_NUMBERS,
    )
    def conv_filter(
        x: Any, g: Any, *, shape: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
    ) -> Any:
        """g correlated with the images x: the filters of `shape`.

        Derivative: g carried back through the cotangent with respect to x and x correlated with
        the cotangent with respect to g.
        """
        return _filter_kernel(x, g, shape=shape, strides=strides, pads=pads, dilations=dilations)

    return Family(conv, conv_input, conv_filter)


CONV2D = _family("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter")
CONV3D = _family("Conv3D", "Conv3DBackpropInputV2", "Conv3DBackpropFilterV2")
