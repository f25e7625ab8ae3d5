"""Cosine transforms, types 1 to 4, by way of Fourier transforms of twice the length."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integer, shape_of
from gradtape.functions.signal.arguments import resized
from gradtape.functions.signal.fourier import as_complex
from gradtape.ops.array.indexing import strided_slice
from gradtape.ops.array.shaping import concat
from gradtape.ops.math import fourier as ops
from gradtape.ops.math.complex_numbers import real
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor


def dct(
    input: Any, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The cosine transform of type 1, 2, 3 or 4 along the last axis, first cut or filled to `n`.

    Type 2: yₖ = 2·Σⱼ xⱼ cos(πk(2j + 1)/2n). Type 3, its inverse but for 1/2n:
    yₖ = x₀ + 2·Σ_{j>0} xⱼ cos(πj(2k + 1)/2n). Type 4: yₖ = 2·Σⱼ xⱼ cos(π(2j + 1)(2k + 1)/4n).
    Type 1: yₖ = x₀ + (−1)ᵏ xₙ₋₁ + 2·Σ_{0<j<n−1} xⱼ cos(πjk/(n − 1)). With `norm="ortho"` types 2
    to 4 are orthogonal matrices. Derivative: the transposed matrix. float32 or float64.

    Raises: ValueError for another type, norm or n below 1, "ortho" or one sample with type 1;
    NotImplementedError for another axis; TypeError for other dtypes, ValueError for float16 and
    type 1.

    >>> [round(float(y), 4) for y in tf.signal.dct([1.0, 2.0, 3.0])]
    [12.0, -3.4641, 0.0]
    """
    if axis != -1:
        raise NotImplementedError(f"axis must be -1. Got: {axis}. Move the axis with tf.transpose.")
    size = None if n is None else integer(n, "n")
    if size is not None and size < 1:
        raise ValueError("n should be a positive integer or None")
    if type not in (1, 2, 3, 4):
        raise ValueError("Types I, II, III and IV (I)DCT are supported.")
    if type == 1 and norm == "ortho":
        raise ValueError("Normalization is not supported for the Type-I DCT.")
    if norm not in (None, "ortho"):
        raise ValueError(f"Unknown normalization. Expected None or 'ortho', got: {norm}")
    x = convert(input)
    if x.dtype.name not in ("float32", "float64"):
        error = ValueError if type == 1 and x.dtype.is_floating else TypeError
        raise error(f"tf.signal.dct takes float32 or float64, got {x.dtype.name}; use tf.cast")
    if not shape_of(x):
        raise ValueError("tf.signal.dct takes at least a vector, got a scalar")
    if type == 1 and shape_of(x)[-1] < 2:
        raise ValueError("Type-I DCT requires the dimension to be greater than one.")
    if size is not None:
        x = resized(x, (size,))
    if not shape_of(x)[-1]:
        return x
    return (_first, _second, _third, _fourth)[type - 1](x, norm == "ortho")


def idct(
    input: Any, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The transform that undoes `tf.signal.dct` of this type: 1 of 1, 3 of 2, 2 of 3, 4 of 4.

    Without `norm="ortho"` it does so but for a factor: divide by 2n, of type 1 by 2(n − 1). For the
    rest see `tf.signal.dct`.

    >>> x = tf.constant([1.0, 2.0, 3.0])
    >>> [round(float(y), 4) for y in tf.signal.idct(tf.signal.dct(x)) / 6]
    [1.0, 2.0, 3.0]
    """
    if type not in (1, 2, 3, 4):
        raise ValueError("Types I, II, III and IV (I)DCT are supported.")
    return dct(input, (1, 3, 2, 4)[type - 1], n, axis, norm)


def _turns(n: int, sign: int, x: EagerTensor) -> Any:
    """2·e^(±πik/2n), k < n, in the dtype that goes with x."""
    angles = np.arange(n) * (math.pi / (2 * n))
    return (2 * np.exp(sign * 1j * angles)).astype(np.result_type(x.dtype.numpy, np.complex64))


def _edge(first: float, rest: float, n: int, x: EagerTensor) -> Any:
    weights = np.full(n, rest, x.dtype.numpy)
    weights[0] = first
    return weights


def _first(x: EagerTensor, ortho: bool) -> EagerTensor:
    # the signal and its mirror image, without a second first and last sample
    mirrored = strided_slice(x, index=(..., slice(-2, 0, -1)))
    rank = len(shape_of(x))
    return real(ops.rfft(concat(x, mirrored, axis=rank - 1, rank=rank)))


def _second(x: EagerTensor, ortho: bool) -> EagerTensor:
    n = shape_of(x)[-1]
    spectrum = resized(ops.rfft(resized(x, (2 * n,))), (n,))
    y = real(spectrum * _turns(n, -1, x))
    return y * _edge(0.5 / math.sqrt(n), math.sqrt(0.5 / n), n, x) if ortho else y


def _third(x: EagerTensor, ortho: bool) -> EagerTensor:
    n = shape_of(x)[-1]
    x = x * (_edge(math.sqrt(n), math.sqrt(n / 2), n, x) if ortho else float(n))
    spectrum = resized(as_complex(x) * _turns(n, 1, x), (n + 1,))
    return resized(ops.irfft(spectrum, length=2 * n), (n,))


def _fourth(x: EagerTensor, ortho: bool) -> EagerTensor:
    n = shape_of(x)[-1]
    y = strided_slice(_second(resized(x, (2 * n,)), False), index=(..., slice(1, None, 2)))
    return y * math.sqrt(0.5 / n) if ortho else y


def check_even(n: int, what: str) -> None:
    """InvalidArgumentError unless n can be halved."""
    if n % 2:
        raise InvalidArgumentError(f"{what} must be even, got {n}")
