"""Sliding windows over (batch, *space, channels): what convolution and pooling share.

A tap is one place of the window: the slice of the padded input that this place sees at all outputs
at once. Walking over the taps costs as many passes as the window has places, each of them a plain
strided NumPy operation.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from gradtape.ops.array.shaping import reshape, transpose

Sizes = tuple[int, ...]
Pads = tuple[tuple[int, int], ...]
Array = np.ndarray[Any, Any]


def span(size: int, dilation: int) -> int:
    """How much of the input a dilated window covers."""
    return (size - 1) * dilation + 1


def output_size(space: Sizes, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes) -> Sizes:
    """How many places the window has along each spatial axis."""
    return tuple(
        max(0, (n + before + after - span(k, d)) // s + 1)
        for n, k, s, (before, after), d in zip(space, window, strides, pads, dilations, strict=True)
    )


def taps(
    window: Sizes, strides: Sizes, dilations: Sizes, out: Sizes
) -> Iterator[tuple[Sizes, tuple[slice, ...]]]:
    """Every place of the window, and the slice of the padded input that it sees."""
    for place in product(*map(range, window)):
        yield (
            place,
            (
                slice(None),
                *(
                    slice(k * d, k * d + (n - 1) * s + 1, s)
                    for k, d, s, n in zip(place, dilations, strides, out, strict=True)
                ),
            ),
        )


def padded(x: Array, pads: Pads, value: Any = 0) -> Array:
    """x with `value` around its spatial axes; x itself where there is nothing to add."""
    if not any(before or after for before, after in pads):
        return x
    space = [n + a + b for n, (a, b) in zip(x.shape[1:-1], pads, strict=True)]
    out = np.full((x.shape[0], *space, x.shape[-1]), value, x.dtype)
    out[inside(x.shape[1:-1], pads)] = x
    return out


def inside(space: Sizes, pads: Pads) -> tuple[slice, ...]:
    """Where the input lies in its padded form."""
    return (
        slice(None),
        *(slice(before, before + n) for n, (before, _) in zip(space, pads, strict=True)),
    )


def padded_zeros(shape: Sizes, pads: Pads, dtype: Any) -> Array:
    """Zeros of the padded form of an input of this shape."""
    space = (n + a + b for n, (a, b) in zip(shape[1:-1], pads, strict=True))
    return np.zeros((shape[0], *space, shape[-1]), dtype)


# -- batches: the leading axis goes into an axis that the op leaves alone ------------------------


def folded(x: Any) -> Any:
    """(size, n, …) as (size·n, …)."""
    shape = tuple(x.shape)
    return reshape(x, shape=(shape[0] * shape[1], *shape[2:]))


def unfolded(x: Any, size: int) -> Any:
    """(size·n, …) as (size, n, …)."""
    shape = tuple(x.shape)
    return reshape(x, shape=(size, shape[0] // size, *shape[1:]))


def into(x: Any, axis: int) -> Any:
    """Axis 0 moved into the (negative) axis, in front of what is there."""
    shape = tuple(x.shape)
    rank = len(shape)
    at = rank + axis
    order = (*range(1, at), 0, *range(at, rank))
    merged = (*shape[1:at], shape[0] * shape[at], *shape[at + 1 :])
    return reshape(transpose(x, perm=tuple(k - rank for k in order)), shape=merged)


def out_of(x: Any, size: int, axis: int) -> Any:
    """What `into` did, undone."""
    shape = tuple(x.shape)
    at = len(shape) + axis
    parted = reshape(x, shape=(*shape[:at], size, shape[at] // size, *shape[at + 1 :]))
    rank = len(shape) + 1
    order = (at, *range(at), *range(at + 1, rank))
    return transpose(parted, perm=tuple(k - rank for k in order))
