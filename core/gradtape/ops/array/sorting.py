"""Stable orders by sorting whole numbers: the value in the upper half of each, its place below.

NumPy sorts numbers of 64 bits many times faster than it finds a stable order, and since no two keys
are equal, any way of sorting them, or of parting off the first k, keeps equal values in the order
in which they stand.
"""

from __future__ import annotations

from typing import Any

import numpy as np

#: Below so many numbers an order is found sooner than keys are made.
_FEW = 512
_LOW = 0xFFFFFFFF


def _keys(x: Any, downwards: bool) -> Any:
    """A key for each element along the last axis; None where value and place need over 64 bits."""
    n = x.shape[-1]
    if n >> 31 or x.size < _FEW:
        return None
    kind, size = x.dtype.kind, x.dtype.itemsize
    if kind == "f" and size <= 4:
        x = x.astype(np.float32) + np.float32(0)  # −0 equals 0
        unknown = np.isnan(x)
        if unknown.any():
            x[unknown] = np.nan  # of one sign: behind all numbers
        bits = x.view(np.int32)
        high = (bits ^ (bits >> 31 & np.int32(0x7FFFFFFF))).astype(np.int64)
    elif kind in "iu" and size <= 4:
        high = x.astype(np.int64)
        if kind == "u":
            high -= 1 << 31
    elif kind in "iu":
        least = x.min()
        if int(x.max()) - int(least) >> 31:
            return None
        high = (x - least).astype(np.int64)
    else:
        return None
    if downwards:
        np.invert(high, out=high)
    high <<= 32
    high |= np.arange(n)
    return high


def stable_order(x: Any) -> Any:
    """The places that sort x upwards along the last axis, of equal elements the first first."""
    keys = None if x.dtype.itemsize <= 2 else _keys(x, downwards=False)  # 2 bytes: by radix
    if keys is None:
        return np.argsort(x, axis=-1, kind="stable")
    keys.sort(axis=-1)
    keys &= _LOW
    return keys.astype(np.intp, copy=False)  # of 32 bits in a tab


def largest_order(x: Any, k: int) -> Any:
    """The places of the k largest along the last axis, downwards, of equal ones the first first."""
    n = x.shape[-1]
    if 0 < k <= n // 8 and x.size >= _FEW:
        places = _above_the_rest(x, k)
        if places is not None:
            return places
    keys = _keys(x, downwards=True)
    if keys is None:
        return _downwards(x)[..., :k]
    if 0 < k < n:
        keys.partition(k - 1, axis=-1)
    keys = keys[..., :k]
    keys.sort(axis=-1)
    return (keys & _LOW).astype(np.intp, copy=False)


def _downwards(x: Any) -> Any:
    """A stable order downwards: turn round, sort upwards, turn round."""
    turned = np.argsort(x[..., ::-1], axis=-1, kind="stable")
    return x.shape[-1] - 1 - turned[..., ::-1]


def _above_the_rest(x: Any, k: int) -> Any:
    """The places of the k largest, unless another equals the k-th or one is nan: None then."""
    n = x.shape[-1]
    if x.dtype.kind == "f" and np.isnan(x.max()):
        return None
    least = np.partition(x, n - k, axis=-1)[..., n - k, np.newaxis]
    places = np.flatnonzero(x >= least)
    if places.size != least.size * k:
        return None
    order = _downwards(x.reshape(-1).take(places).reshape((*x.shape[:-1], k)))
    places = places.reshape(order.shape) % n
    return np.take_along_axis(places, order, -1)


def inverted(order: Any) -> Any:
    """Where each place has gone: y with y[order[i]] = i."""
    y = np.empty_like(order)
    y[order] = np.arange(order.size, dtype=order.dtype)
    return y
