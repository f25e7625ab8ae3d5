"""Matrices: inverses, solutions, determinants, decompositions."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.linalg.diagonals import matrix_of
from gradtape.functions.linalg.products import pair
from gradtape.functions.public import unary
from gradtape.ops.array import shaping as shapes
from gradtape.ops.array.selection import masked, one
from gradtape.ops.linalg import decompositions as ops
from gradtape.ops.linalg import diagonals
from gradtape.ops.linalg.products import matmul as product
from gradtape.ops.math.arithmetic import divide_no_nan
from gradtape.ops.math.complex_numbers import real
from gradtape.ops.math.exponential import log
from gradtape.ops.math.reductions import reduce_sum
from gradtape.tensors.conversion import is_tensor_like
from gradtape.tensors.tensor import EagerTensor, wrap

det = unary(ops.determinant, "input")
_slogdet = unary(ops.log_determinant, "input")


class LogMatrixDeterminant(NamedTuple):
    """What `tf.linalg.slogdet` returns."""

    sign: Any
    log_abs_determinant: Any


class Qr(NamedTuple):
    """What `tf.linalg.qr` returns."""

    q: Any
    r: Any


def slogdet(input: Any, name: str | None = None) -> LogMatrixDeterminant:
    """(sign, log |det|) of square matrices; a singular one has (0, −inf).

    det = sign·exp(log_abs_determinant), where the determinant itself may overflow. The sign of a
    complex determinant is det/|det|. The sign has no gradient, the logarithm x⁻ᴴ.

    >>> import gradtape as tf
    >>> sign, log = tf.linalg.slogdet([[-2.0, 0.0], [0.0, 1.0]])
    >>> float(sign), round(float(log), 4)
    (-1.0, 0.6931)
    """
    sign, log = _slogdet(input)
    return LogMatrixDeterminant(sign, log)


def inv(input: Any, adjoint: bool = False, name: str | None = None) -> EagerTensor:
    """The inverse of square matrices (of the conjugate transpose, where asked).

    y = x⁻¹;  ∂x = −yᴴ·g·yᴴ. Raises: InvalidArgumentError where x is singular or not square.

    >>> import gradtape as tf
    >>> tf.linalg.inv([[2.0, 0.0], [0.0, 4.0]]).numpy()
    array([[0.5 , 0.  ],
           [0.  , 0.25]], dtype=float32)
    """
    x = convert_operand(input)
    return ops.inverse(ops.adjoint(x) if adjoint else x)


def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> EagerTensor:
    """The y with matrix·y = rhs.

    ∂rhs = matrix⁻ᴴ·g, ∂matrix = −∂rhs·yᴴ.

    Shapes: (…, n, n), (…, n, k) → (…, n, k); a vector needs an axis: b[:, tf.newaxis].
    Raises: InvalidArgumentError where the matrix is singular or the shapes do not fit.

    >>> import gradtape as tf
    >>> tf.linalg.solve([[2.0, 0.0], [0.0, 4.0]], [[2.0], [4.0]]).numpy()
    array([[1.],
           [1.]], dtype=float32)
    """
    a, b = pair(matrix, rhs)
    if a._value.shape[:-2] != b._value.shape[:-2]:
        raise InvalidArgumentError(
            f"All input tensors must have the same outer dimensions, got {list(a._value.shape)} "
            f"and {list(b._value.shape)} [Op:MatrixSolve]; tf.broadcast_to repeats one."
        )
    return ops.solve(ops.adjoint(a) if adjoint else a, b)


def triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> EagerTensor:
    """The y with matrix·y = rhs for a triangular matrix, whose other triangle is not read.

    >>> import gradtape as tf
    >>> tf.linalg.triangular_solve([[2.0, 9.0], [1.0, 1.0]], [[2.0], [3.0]]).numpy()
    array([[1.],
           [2.]], dtype=float32)
    """
    a, b = pair(matrix, rhs)
    return ops.triangular_solve(ops.adjoint(a) if adjoint else a, b, lower=lower != adjoint)


def cholesky(input: Any, name: str | None = None) -> EagerTensor:
    """The lower triangular y with y·yᴴ = x, for symmetric positive definite x.

    The lower triangle of x alone is read; the gradient is symmetric. Where x is not positive
    definite the result is nan.

    Source: M. Giles (2008), Collected matrix derivative results.

    >>> import gradtape as tf
    >>> tf.linalg.cholesky([[4.0, 0.0], [0.0, 9.0]]).numpy()
    array([[2., 0.],
           [0., 3.]], dtype=float32)
    """
    return ops.cholesky(matrix_of(input))


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> EagerTensor:
    """The y with A·y = rhs, from the Cholesky factor of A.

    >>> import gradtape as tf
    >>> tf.linalg.cholesky_solve([[2.0, 0.0], [0.0, 3.0]], [[4.0], [9.0]]).numpy()
    array([[1.],
           [1.]], dtype=float32)
    """
    a, b = pair(chol, rhs)
    half = ops.triangular_solve(a, b, lower=True)
    return ops.triangular_solve(ops.adjoint(a), half, lower=False)


def logdet(matrix: Any, name: str | None = None) -> EagerTensor:
    """log det of Hermitian positive definite matrices, by their Cholesky factor: real numbers.

    >>> import gradtape as tf
    >>> round(float(tf.linalg.logdet([[4.0, 0.0], [0.0, 9.0]])), 4)
    3.5835
    """
    factor = ops.cholesky(matrix_of(matrix))
    diagonal = diagonals.diag_part(factor, k=0)
    if diagonal.dtype.is_complex:
        diagonal = real(diagonal)
    return reduce_sum(log(diagonal), axis=(-1,), keepdims=False) * 2.0


def eigh(tensor: Any, name: str | None = None) -> tuple[EagerTensor, EagerTensor]:
    """(eigenvalues in rising order, eigenvectors as columns) of symmetric matrices.

    The lower triangle alone is read, and gets the whole gradient. Vectors are defined up to sign.

    >>> import gradtape as tf
    >>> tf.linalg.eigh([[2.0, 0.0], [0.0, 1.0]])[0].numpy()
    array([1., 2.], dtype=float32)
    """
    values, vectors = ops.eigh(matrix_of(tensor))
    return values, vectors


def eigvalsh(tensor: Any, name: str | None = None) -> EagerTensor:
    """The eigenvalues of symmetric matrices in rising order.

    >>> import gradtape as tf
    >>> tf.linalg.eigvalsh([[2.0, 0.0], [0.0, 1.0]]).numpy()
    array([1., 2.], dtype=float32)
    """
    return ops.eigh(matrix_of(tensor))[0]


def svd(
    tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """(s, u, v) with tensor = u·diag(s)·vᵀ, or s alone; singular values in falling order.

    Vectors are defined up to sign. With `full_matrices` u and v are square, and there is a gradient
    where rows and columns differ by no more than 1 (NotImplementedError elsewhere).

    >>> import gradtape as tf
    >>> tf.linalg.svd([[3.0, 0.0], [0.0, 4.0]], compute_uv=False).numpy()
    array([4., 3.], dtype=float32)
    """
    x = matrix_of(tensor)
    return ops.svd(x, full=bool(full_matrices)) if compute_uv else ops.svd(x, full=False)[0]


def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> Any:
    """(q, r) with input = q·r, q with orthonormal columns, r upper triangular.

    With `full_matrices` q is square; with more rows than columns there is no gradient then. Raises:
    NotImplementedError when one is asked for.

    >>> import gradtape as tf
    >>> q, r = tf.linalg.qr([[3.0], [4.0]])
    >>> abs(r).numpy()
    array([[5.]], dtype=float32)
    """
    return Qr(*ops.qr(matrix_of(input), full=bool(full_matrices)))


def lstsq(
    matrix: Any, rhs: Any, l2_regularizer: float = 0.0, fast: bool = True, name: str | None = None
) -> EagerTensor:
    """The x that minimises |matrix·x − rhs|² + l2·|x|² (of least norm, where there are many).

    By the normal equations, for matrices of full rank. Raises: ValueError for `fast=False`, which
    has no gradient in TensorFlow either.

    >>> import gradtape as tf
    >>> tf.linalg.lstsq([[1.0], [1.0]], [[1.0], [3.0]]).numpy()
    array([[2.]], dtype=float32)
    """
    if not fast:
        raise ValueError(
            "Gradient not defined for fast=False; leave it out, or use tf.linalg.pinv."
        )
    if is_tensor_like(matrix) and matrix.dtype.name in ("string", "bool"):
        raise TypeError(f"lstsq takes numbers, got {matrix.dtype!r}; use tf.cast.")
    a, b = pair(matrix, rhs)
    m, n = a._value.shape[-2:]
    adj = ops.adjoint(a)
    ridge = wrap((np.eye(min(m, n)) * l2_regularizer).astype(a._value.dtype))
    if m >= n:
        return cholesky_solve(ops.cholesky(product(adj, a) + ridge), product(adj, b))
    return product(adj, cholesky_solve(ops.cholesky(product(a, adj) + ridge), b))


def pinv(
    a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None
) -> EagerTensor:
    """The Moore–Penrose inverse, by the singular value decomposition.

    Singular values below `rcond` times the largest count as 0 (10·max(m, n)·ε by default).

    >>> import gradtape as tf
    >>> tf.linalg.pinv([[2.0, 0.0], [0.0, 4.0]]).numpy()
    array([[0.5 , 0.  ],
           [0.  , 0.25]], dtype=float32)
    """
    x = matrix_of(a, ValueError)
    if not x.dtype.is_floating:
        raise TypeError(f"pinv takes real floating-point numbers, got {x.dtype!r}; use tf.cast.")
    if rcond is None:
        rcond = 10.0 * max(x._value.shape[-2:]) * float(np.finfo(x._value.dtype).eps)
    s, u, v = ops.svd(x, full=False)
    largest = np.max(np.asarray(s._value), axis=-1, keepdims=True, initial=0)
    top = wrap(largest * x._value.dtype.type(rcond))
    inverse = divide_no_nan(one(s), masked(s > top, s))
    shape = tuple(inverse._value.shape)
    scaled = v * shapes.reshape(inverse, shape=(*shape[:-1], 1, shape[-1]))
    return product(scaled, shapes.swap(u))
