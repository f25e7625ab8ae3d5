"""Discrete Fourier transforms along the last one, two or three axes.

A transform is a symmetric matrix, F_kj = e^(−2πi·jk/n), so the complex ones are their own
transposes. A real signal has a spectrum of which one half says all: there a cotangent of the half
counts for the mirrored bins too, and the real transforms are each other's transposes but for that
weight.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import trailing
from gradtape.ops.declaration import Call, custom, linear, unregistered

_COMPLEX, _REAL = frozenset("c"), frozenset("f")


def _named(kernel: Any, name: str, text: str) -> Any:
    kernel.__name__, kernel.__doc__ = name, text
    return kernel


def _complex_pair(rank: int, suffix: str) -> tuple[Call, Call]:
    axes = tuple(range(-rank, 0))

    def transform(x: Any) -> Any:
        return np.fft.fftn(x, axes=axes) if x.size else x.copy()

    def back(x: Any) -> Any:
        return np.fft.ifftn(x, axes=axes) if x.size else x.copy()

    text = f"along the last {rank} axes."
    options: Any = {"batch": trailing, "allowed": _COMPLEX}
    forward = linear(f"FFT{suffix}", lambda g, _y, _x: forward(g), **options)(
        _named(
            transform,
            f"fft{suffix.lower()}",
            f"y_k = Σ x_j e^(−2πi·jk/n) {text} Derivative: n·ifft(g).",
        )
    )
    inverse = linear(f"IFFT{suffix}", lambda g, _y, _x: inverse(g), **options)(
        _named(
            back,
            f"ifft{suffix.lower()}",
            f"y_k = 1/n · Σ x_j e^(2πi·jk/n) {text} Derivative: fft(g)/n.",
        )
    )
    return forward, inverse


def _half(x: Any, rank: int) -> Any:
    n = x.shape[-1]
    if not x.size:
        kind = np.result_type(x.dtype, np.complex64)
        return np.zeros((*x.shape[:-1], n // 2 + 1 if n else 0), kind)
    return np.fft.rfftn(x, axes=tuple(range(-rank, 0)))


def _whole(x: Any, length: int, rank: int) -> Any:
    if not x.size:
        return np.zeros((*x.shape[:-1], length), x.real.dtype)
    # The parts of an inverse transform, one after the other: NumPy's own rounds in another order.
    if rank > 1:
        x = np.fft.ifftn(x, axes=tuple(range(-rank, -1)))
    return np.fft.irfft(x, length)


def _weights(length: int, dtype: Any) -> Any:
    """How many bins of the whole spectrum each of the half stands for: 1, 2, …, 2, and 1."""
    weights = np.full(length // 2 + 1, 2, np.dtype(getattr(dtype, "as_numpy_dtype", dtype)))
    weights[0] = 1
    if length % 2 == 0:
        weights[-1] = 1
    return weights


def _size(shape: Any, rank: int) -> float:
    return float(np.prod(shape[len(shape) - rank :]))


def _real_pair(rank: int, suffix: str) -> tuple[Call, Call]:
    def half(x: Any) -> Any:
        return _half(x, rank)

    def whole(x: Any, *, length: int) -> Any:
        return _whole(x, length, rank)

    def half_rule(g: Any, _y: Any, x_like: Any) -> Any:
        n = x_like.shape[-1]
        return inverse(g / _weights(n, g.dtype), length=n) * _size(tuple(x_like.shape), rank)

    def whole_rule(g: Any, y_like: Any, x_like: Any, *, length: int) -> Any:
        weights = _weights(length, x_like.dtype)
        return forward(g) * (weights / weights.dtype.type(_size(tuple(y_like.shape), rank)))

    def pushed(tangents: Any, _y: Any, _xs: Any, params: Any) -> Any:
        return (inverse if params else forward)(tangents[0], **params)

    texts = (
        f"The half with k ≤ n/2 of the transform of real numbers along the last {rank} axes. "
        "Derivative: n·irfft(g/w), where w bins of the whole transform are one of the half.",
        f"The real numbers, `length` along the last of {rank} axes, of which x is half the "
        "transform. Derivative: w·rfft(g)/n, where w bins of the whole are one of the half.",
    )
    names = f"RFFT{suffix}", f"IRFFT{suffix}"
    half, whole = (
        _named(kernel, name.lower(), text)
        for kernel, name, text in zip((half, whole), names, texts, strict=True)
    )
    if rank > 2:  # as in TensorFlow
        return (
            unregistered(names[0], batch=trailing, allowed=_REAL)(half),
            unregistered(names[1], batch=trailing, allowed=_COMPLEX)(whole),
        )
    forward = custom(names[0], half_rule, jvp=pushed, batch=trailing, allowed=_REAL)(half)
    inverse = custom(names[1], whole_rule, jvp=pushed, batch=trailing, allowed=_COMPLEX)(whole)
    return forward, inverse


fft, ifft = _complex_pair(1, "")
fft2d, ifft2d = _complex_pair(2, "2D")
fft3d, ifft3d = _complex_pair(3, "3D")
rfft, irfft = _real_pair(1, "")
rfft2d, irfft2d = _real_pair(2, "2D")
rfft3d, irfft3d = _real_pair(3, "3D")
