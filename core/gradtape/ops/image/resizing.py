"""Resizing images: every method is a linear map per axis, y = H · x · Wᵀ.

A method is how its matrix of weights is made; value, derivative and second derivative follow from
the matrix. Pixel k covers [k, k + 1), so its centre is at k + ½.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from gradtape.ops.declaration import linear, unregistered
from gradtape.ops.nn.windows import Array, folded, unfolded

_REAL = frozenset("iuf")
_FLOAT = frozenset("f")
_f32 = np.float32


@lru_cache(maxsize=256)
def weights(method: str, n_in: int, n_out: int, antialias: bool) -> Array:
    """The matrix (n_out, n_in) of `method`, in float32; each row sums to 1."""
    made = _MATRICES[method] if method in _MATRICES else _kernel_matrix(*_KERNELS[method])
    matrix = made(n_in, n_out, antialias)
    matrix.setflags(write=False)
    return matrix


def _positions(n_in: int, n_out: int) -> Array:
    """Where the centre of each new pixel lies among the old ones (float32, as in TensorFlow)."""
    return (np.arange(n_out, dtype=_f32) + _f32(0.5)) * _f32(n_in / n_out)


def _nearest(n_in: int, n_out: int, _antialias: bool) -> Array:
    matrix = np.zeros((n_out, n_in), _f32)
    matrix[np.arange(n_out), nearest_index(n_in, n_out)] = 1
    return matrix


def nearest_index(n_in: int, n_out: int) -> Array:
    """The old pixel that each new one copies."""
    return np.minimum(np.floor(_positions(n_in, n_out)).astype(np.int64), n_in - 1)


def _bilinear(n_in: int, n_out: int, _antialias: bool) -> Array:
    at = _positions(n_in, n_out) - _f32(0.5)
    low = np.floor(at)
    part = at - low
    matrix, rows = np.zeros((n_out, n_in), _f32), np.arange(n_out)
    np.add.at(matrix, (rows, np.maximum(low, 0).astype(int)), 1 - part)
    np.add.at(matrix, (rows, np.minimum(np.ceil(at), n_in - 1).astype(int)), part)
    return matrix


def _keys(x: Array) -> Array:
    """Keys' cubic with a = −½, for x ≥ 0."""
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    y: Array = np.where(x < 1, near, np.where(x < 2, far, 0))
    return y


def _bicubic(n_in: int, n_out: int, _antialias: bool) -> Array:
    """Keys' cubic at 1/1024ths of a pixel, as in TensorFlow; missing neighbours do not count."""
    at = _positions(n_in, n_out) - _f32(0.5)
    low = np.floor(at).astype(int)
    part = np.rint((at - low) * _f32(1024)) / 1024
    matrix, rows = np.zeros((n_out, n_in), _f32), np.arange(n_out)
    for step in (-1, 0, 1, 2):
        place, weight = low + step, _keys(np.abs(part - step))
        inside = (place >= 0) & (place < n_in)
        matrix[rows[inside], place[inside]] += weight[inside]
    matrix /= matrix.sum(axis=1, keepdims=True)
    return matrix


def _area(n_in: int, n_out: int, _antialias: bool) -> Array:
    edges = np.arange(n_out + 1) * (n_in / n_out)
    low, high = edges[:-1, None], edges[1:, None]
    cells = np.arange(n_in)
    overlap = np.clip(np.minimum(high, cells + 1) - np.maximum(low, cells), 0, None)
    overlap = overlap / overlap.sum(axis=1, keepdims=True)
    return np.asarray(overlap, _f32)


def _kernel_matrix(
    kernel: Callable[[Array], Array], radius: float
) -> Callable[[int, int, bool], Array]:
    """Weights from a kernel around each centre; `antialias` widens it where the image shrinks."""

    def matrix(n_in: int, n_out: int, antialias: bool) -> Array:
        step = n_in / n_out
        wide = max(step, 1.0) if antialias else 1.0
        centre = (np.arange(n_out) + 0.5) * step
        distance = np.abs(np.arange(n_in) + 0.5 - centre[:, None]) / wide
        made = np.where(distance < radius, kernel(distance), 0)
        return np.asarray(made / made.sum(axis=1, keepdims=True), _f32)

    return matrix


def _lanczos(radius: float) -> Callable[[Array], Array]:
    return lambda x: np.sinc(x) * np.sinc(x / radius)


def _mitchell(x: Array) -> Array:
    near = ((7 * x - 12) * x * x + 16 / 3) / 6
    far = (((-7 / 3 * x + 12) * x - 20) * x + 32 / 3) / 6
    y: Array = np.where(x < 1, near, np.where(x < 2, far, 0))
    return y


_MATRICES: dict[str, Callable[[int, int, bool], Array]] = {
    "nearest": _nearest,
    "bilinear": _bilinear,
    "bicubic": _bicubic,
    "area": _area,
}
_KERNELS: dict[str, tuple[Callable[[Array], Array], float]] = {
    "triangle": (lambda x: np.maximum(1 - x, 0), 1.0),
    "keyscubic": (_keys, 2.0),
    "lanczos3": (_lanczos(3.0), 3.0),
    "lanczos5": (_lanczos(5.0), 5.0),
    "gaussian": (lambda x: np.exp(-2 * x * x), 1.5),
    "mitchellcubic": (_mitchell, 2.0),
}


def _applied(x: Any, rows: Array, columns: Array) -> Any:
    """rows · x · columnsᵀ for every image and channel."""
    n, height, _, channels = x.shape
    y = np.matmul(columns.astype(x.dtype), x)
    y = np.matmul(rows.astype(x.dtype), y.reshape(n, height, len(columns) * channels))
    return y.reshape(n, len(rows), len(columns), channels)


def _resized(x: Any, size: tuple[int, int], method: str, antialias: bool) -> Any:
    _, height, width, _ = x.shape
    return _applied(
        x, weights(method, height, size[0], antialias), weights(method, width, size[1], antialias)
    )


def _returned(g: Any, size: tuple[int, int], method: str, antialias: bool) -> Any:
    _, height, width, _ = g.shape
    return _applied(
        g,
        weights(method, size[0], height, antialias).T,
        weights(method, size[1], width, antialias).T,
    )


def _batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return unfolded(op.call(folded(xs[0]), **params), size)


def _family(forward: str, backward: str) -> Any:
    @linear(
        forward,
        lambda g, _y, x_like, *, size, method, antialias: back(
            g, size=tuple(x_like.shape[1:3]), method=method, antialias=antialias
        ),
        batch=_batch,
        allowed=_REAL,
    )
    def resize(x: Any, *, size: tuple[int, int], method: str, antialias: bool) -> Any:
        """Images (n, h, w, c) in another size.

        Derivative: g carried back by the weights of the new pixels.
        """
        if method == "nearest":
            rows, columns = (nearest_index(a, b) for a, b in zip(x.shape[1:3], size, strict=True))
            return x[:, rows][:, :, columns]
        return _resized(x, size, method, antialias)

    @linear(
        backward,
        lambda g, _y, x_like, *, size, method, antialias: resize(
            g, size=tuple(x_like.shape[1:3]), method=method, antialias=antialias
        ),
        batch=_batch,
        allowed=_FLOAT,
    )
    def back(g: Any, *, size: tuple[int, int], method: str, antialias: bool) -> Any:
        """The transpose: cotangents of resized images carried back to images of `size`.

        Derivative: the cotangent resized.
        """
        return _returned(g, size, method, antialias)

    return resize


resize_bilinear = _family("ResizeBilinear", "ResizeBilinearGrad")
resize_nearest = _family("ResizeNearestNeighbor", "ResizeNearestNeighborGrad")
resize_bicubic = _family("ResizeBicubic", "ResizeBicubicGrad")
scale_and_translate = _family("ScaleAndTranslate", "ScaleAndTranslateGrad")


@unregistered("ResizeArea", allowed=_FLOAT)
def resize_area(x: Any, *, size: tuple[int, int], method: str, antialias: bool) -> Any:
    """Every new pixel is the mean of the old ones under it; TensorFlow has no gradient here."""
    return _resized(x, size, method, antialias)
