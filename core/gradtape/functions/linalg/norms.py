"""Norms of vectors and matrices, and vectors made to length 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integers
from gradtape.functions.linalg.decompositions import svd
from gradtape.functions.math.reductions import axes_of
from gradtape.ops.array.shaping import reshape, transpose
from gradtape.ops.math import arithmetic, complex_numbers, roots
from gradtape.ops.math.reductions import reduce_max, reduce_sum
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor

_MATRIX = ("euclidean", "fro", 1, 2, np.inf)


def norm(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: bool | None = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The norm of a vector (`axis` None or a number) or of matrices (`axis` a pair).

    Vectors: "euclidean" or 2 √Σ|x|², 1 Σ|x|, np.inf max |x|, p > 0 (Σ|x|ᵖ)^(1/p); axis None takes
    all elements as one vector. Matrices: "fro" or "euclidean" √Σ|x|², 1 the largest column sum,
    np.inf the largest row sum, 2 the largest singular value. Derivative: x/norm for the Euclidean
    norm, nan at 0; the sign of x for ord 1; for np.inf shared equally by the largest.

    Raises: ValueError for another `ord` or `axis`, InvalidArgumentError for integers.

    >>> tf.norm([3.0, 4.0]).numpy()
    np.float32(5.0)
    """
    x = convert_operand(tensor)
    if is_tensor_like(axis) and axis.shape.rank:
        axis = list(integers(axis, "axis"))
    pair = isinstance(axis, (list, tuple, np.ndarray)) and len(axis) == 2
    if isinstance(axis, (list, tuple, np.ndarray)) and (
        len(axis) != 2 or len({int(k) for k in axis}) < 2
    ):
        raise ValueError(
            f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}"
        )
    if pair and not any(ord == known for known in _MATRIX):
        raise ValueError(
            f"'ord' must be a supported matrix norm in ['euclidean', 'fro', 1, 2, inf], got {ord}"
        )
    if not pair and (ord != "euclidean" if isinstance(ord, str) else not ord > 0):
        raise ValueError(
            f"'ord' must be a supported vector norm, got {ord}: 'euclidean' or a number above 0"
        )
    if not x.dtype.is_differentiable:
        error = InvalidArgumentError if x.dtype.is_integer else TypeError
        raise error(
            f"Value for attr 'T' of {x.dtype.word} is not in the list of allowed values: half, "
            "float, double, complex64, complex128 [Op:Sqrt]. Use tf.cast(x, tf.float32)."
        )
    axes = axes_of(axis, x.ndim, "Norm")
    if pair and ord == 2:
        y = _spectral(x, axes)
    elif ord in ("euclidean", "fro") or ord == 2:
        squares = x * complex_numbers.conj(x) if x.dtype.is_complex else x * x
        y = roots.sqrt(reduce_sum(squares, axis=axes, keepdims=True))
    else:
        size = x.__abs__()
        if pair:
            inner, outer = (axes[:1], axes[1:]) if ord == 1 else (axes[1:], axes[:1])
            y = reduce_max(reduce_sum(size, axis=inner, keepdims=True), axis=outer, keepdims=True)
        elif ord == np.inf:
            y = reduce_max(size, axis=axes, keepdims=True)
        elif ord == 1:
            y = reduce_sum(size, axis=axes, keepdims=True)
        else:
            y = reduce_sum(size ** float(ord), axis=axes, keepdims=True) ** (1.0 / float(ord))
    if keepdims:
        return y
    shape = tuple(x._value.shape)
    gone = {k + len(shape) for k in axes}
    return reshape(y, shape=tuple(n for k, n in enumerate(shape) if k not in gone))


def _spectral(x: EagerTensor, axes: tuple[int, ...]) -> EagerTensor:
    """The largest singular value of the matrices in `axes`, which stay with size 1."""
    rank = x.ndim
    order = (*(k for k in range(-rank, 0) if k not in axes), *axes)
    matrices = transpose(x, perm=order)
    values = reduce_max(svd(matrices, compute_uv=False), axis=(-1,), keepdims=False)
    shape = [1 if k in axes else n for k, n in zip(range(-rank, 0), x._value.shape, strict=True)]
    return reshape(values, shape=tuple(shape))


def l2_normalize(
    x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None, dim: Any = None
) -> EagerTensor:
    """x / √max(Σ|x|², epsilon) over `axis`: vectors of length 1.

    Derivative: the cotangent without its part along the result, over the length; where x is shorter
    than √epsilon it is divided by √epsilon. Floating point and complex. `dim` is the old name of
    `axis`.

    Raises: TypeError for integers, InvalidArgumentError for an axis that the tensor has not.

    >>> tf.math.l2_normalize([3.0, 4.0]).numpy()
    array([0.6, 0.8], dtype=float32)
    """
    t = convert_operand(x)
    axes = axes_of(dim if axis is None else axis, t.ndim, "Sum")
    if t.dtype.is_complex:
        a, b = complex_numbers.real(t), complex_numbers.imag(t)
        squared = reduce_sum(a * a + b * b, axis=axes, keepdims=True)
        inverse = roots.rsqrt(arithmetic.maximum(squared, convert(epsilon, squared.dtype)))
        return complex_numbers.make_complex(a * inverse, b * inverse)
    if t.dtype.is_integer:
        raise TypeError(f"l2_normalize takes floating-point numbers, got {t.dtype!r}; use tf.cast.")
    squared = reduce_sum(arithmetic.square(t), axis=axes, keepdims=True)
    return t * roots.rsqrt(arithmetic.maximum(squared, convert(epsilon, t.dtype)))
