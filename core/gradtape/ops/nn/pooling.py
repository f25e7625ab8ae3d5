"""Pooling: the largest or the mean value of every window.

The gradient of a maximum goes to the first of the largest values of a window, in reading order. A
mean is over the values that are there: padding does not count. Windows do not see the padding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from gradtape.dispatch.batching import full
from gradtape.ops.array.shaping import zeros_like
from gradtape.ops.declaration import custom, linear
from gradtape.ops.nn.windows import (
    Array,
    Pads,
    Sizes,
    folded,
    inside,
    output_size,
    padded,
    padded_zeros,
    taps,
    unfolded,
)  # fmt: skip

_FLOAT = frozenset("f")
_REAL = frozenset("iuf")


def _lowest(dtype: Any) -> Any:
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _largest(x: Any, *, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes) -> Any:
    out = output_size(x.shape[1:-1], window, strides, pads, dilations)
    y = np.full((x.shape[0], *out, x.shape[-1]), _lowest(x.dtype), x.dtype)
    if y.size:
        x = padded(x, pads, _lowest(x.dtype))
        for _, at in taps(window, strides, dilations, out):
            np.maximum(y, x[at], out=y)
    return y


def _first(
    x: Array, y: Array, *, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
) -> Iterator[tuple[tuple[slice, ...], Array]]:
    """Per tap, where it holds the first of the largest values, or the first nan."""
    free = np.ones(y.shape, bool)
    nans = np.isnan(y)
    spoilt = nans if nans.any() else None
    x = padded(x, pads, _lowest(x.dtype))
    for _, at in taps(window, strides, dilations, y.shape[1:-1]):
        here = x[at] == y
        if spoilt is not None:
            here |= spoilt & np.isnan(x[at])
        here &= free
        free ^= here
        yield at, here


def _spread(g: Any, x: Any, y: Any, **place: Any) -> Any:
    pads = place["pads"]
    dx = padded_zeros(x.shape, pads, g.dtype)
    if g.size:
        for at, here in _first(x, y, **place):
            dx[at] += np.where(here, g, g.dtype.type(0))
    return dx[inside(x.shape[1:-1], pads)]


def _collected(t: Any, x: Any, y: Any, **place: Any) -> Any:
    out = np.zeros(y.shape, t.dtype)
    if out.size:
        t = padded(t, place["pads"])
        for at, here in _first(x, y, **place):
            np.copyto(out, t[at], where=here)
    return out


def _batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    """All inputs are images: the leading axis joins their batch axis."""
    same = (x if flag else full(x, size) for x, flag in zip(xs, flags, strict=True))
    return unfolded(op.call(*map(folded, same), **params), size)


class Maxima(NamedTuple):
    """Max pooling, its transpose and its tangent."""

    pool: Any
    grad: Any
    grad_grad: Any


#: how the place of a maximum depends on the image and on the maxima: not at all, but where it jumps
_FLAT = (
    lambda _g, _y, _t, x, _maxima, **_place: zeros_like(x),
    lambda _g, _y, _t, _x, maxima, **_place: zeros_like(maxima),
)


def _along(function: Any, tangents: Any, xs: Any, params: Any) -> Any:
    """The tangent of a function that is linear in its first input and flat in the others."""
    t, *_ = tangents
    return zeros_like(function(*xs, **params)) if t is None else function(t, *xs[1:], **params)


def _max_family(pool_type: str, grad_type: str, grad_grad_type: str) -> Maxima:
    @custom(
        pool_type,
        lambda g, y, x, **place: grad(g, x, y, **place),
        jvp=lambda tangents, y, xs, params: grad_grad(tangents[0], xs[0], y, **params),
        batch=_batch,
        allowed=_REAL,
    )
    def pool(x: Any, *, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes) -> Any:
        """The largest value of every window.

        Derivative: g at the first largest value of every window, 0 elsewhere.
        """
        return _largest(x, window=window, strides=strides, pads=pads, dilations=dilations)

    @custom(
        grad_type,
        lambda g, _y, _g, x, y, **place: grad_grad(g, x, y, **place),
        *_FLAT,
        jvp=lambda tangents, _y, xs, params: _along(grad, tangents, xs, params),
        batch=_batch,
        allowed=_REAL,
    )
    def grad(
        g: Any, x: Any, y: Any, *, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
    ) -> Any:
        """g put back at the first largest value of every window of x.

        Derivative: the cotangent at the largest values with respect to g, 0 with respect to x and 0
        with respect to y.
        """
        return _spread(g, x, y, window=window, strides=strides, pads=pads, dilations=dilations)

    @custom(
        grad_grad_type,
        lambda g, _y, _t, x, y, **place: grad(g, x, y, **place),
        *_FLAT,
        jvp=lambda tangents, _y, xs, params: _along(grad_grad, tangents, xs, params),
        batch=_batch,
        allowed=_REAL,
    )
    def grad_grad(
        t: Any, x: Any, y: Any, *, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
    ) -> Any:
        """t taken at the first largest value of every window of x.

        Derivative: the cotangent put back at the largest values with respect to t, 0 with respect
        to x and 0 with respect to y.
        """
        return _collected(t, x, y, window=window, strides=strides, pads=pads, dilations=dilations)

    return Maxima(pool, grad, grad_grad)


def _counts(
    space: Sizes, out: Sizes, *, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
) -> Any:
    """How many values of the input each window sees."""
    count: Any = 1
    for n, o, k, s, (before, _), d in zip(
        space, out, window, strides, pads, dilations, strict=True
    ):
        at = (np.arange(o) * s - before)[:, None] + np.arange(k) * d
        count = np.multiply.outer(count, np.sum((at >= 0) & (at < n), axis=1))
    return count[..., None]


class Means(NamedTuple):
    """Average pooling and its transpose."""

    pool: Any
    grad: Any


def _grad_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    shape = params["shape"]
    params = {**params, "shape": (size * shape[0], *shape[1:])}
    return _batch(op, xs, flags, size, params)


def _mean_family(pool_type: str, grad_type: str) -> Means:
    @linear(
        pool_type,
        lambda g, _y, x_like, **place: grad(g, shape=tuple(x_like.shape), **place),
        batch=_batch,
        allowed=_FLOAT,
    )
    def pool(x: Any, *, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes) -> Any:
        """The mean of the values in every window.

        Derivative: g shared out among the values of every window.
        """
        space = x.shape[1:-1]
        out = output_size(space, window, strides, pads, dilations)
        y = np.zeros((x.shape[0], *out, x.shape[-1]), x.dtype)
        if y.size:
            x = padded(x, pads)
            for _, at in taps(window, strides, dilations, out):
                y += x[at]
            y /= _counts(
                space, out, window=window, strides=strides, pads=pads, dilations=dilations
            ).astype(y.dtype)
        return y

    @linear(
        grad_type,
        lambda g, _y, _g, *, shape, **place: pool(g, **place),
        batch=_grad_batch,
        allowed=_FLOAT,
    )
    def grad(
        g: Any, *, shape: Sizes, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
    ) -> Any:
        """g shared out among the values of every window.

        Derivative: the mean of the cotangent in every window.
        """
        dx, out = padded_zeros(shape, pads, g.dtype), g.shape[1:-1]
        if g.size:
            share = g / _counts(
                shape[1:-1], out, window=window, strides=strides, pads=pads, dilations=dilations
            ).astype(g.dtype)
            for _, at in taps(window, strides, dilations, out):
                dx[at] += share
        return dx[inside(shape[1:-1], pads)]

    return Means(pool, grad)


MAX_POOL = _max_family("MaxPool", "MaxPoolGrad", "MaxPoolGradGrad")
MAX_POOL_3D = _max_family("MaxPool3D", "MaxPool3DGrad", "MaxPool3DGradGrad")
AVG_POOL = _mean_family("AvgPool", "AvgPoolGrad")
AVG_POOL_3D = _mean_family("AvgPool3D", "AvgPool3DGrad")
