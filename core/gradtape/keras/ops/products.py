"""`keras.ops`: products and decompositions of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.ops.making import as_float, binary, floating, op, tensor, together

_M = __name__

matmul = binary(_M, "matmul", lambda a, b: _matmul(a, b), "The matrix product, of vectors too.")
cholesky = floating(_M, "cholesky", tf.linalg.cholesky, "L with L Lᵀ = x.")
det = floating(_M, "det", tf.linalg.det, "The determinant.")
inv = floating(_M, "inv", tf.linalg.inv, "The inverse matrix.")
pinv = floating(_M, "pinv", tf.linalg.pinv, "The Moore–Penrose inverse.")
eigh = floating(_M, "eigh", tf.linalg.eigh, "Eigenvalues and eigenvectors of symmetric matrices.")
logdet = floating(_M, "logdet", tf.linalg.logdet, "The logarithm of the determinant.")
slogdet = floating(_M, "slogdet", tf.linalg.slogdet, "Its sign and its logarithm.")
dot = binary(_M, "dot", lambda a, b: _dot(a, b), "Products of the last axis of x1 and one of x2.")
vdot = binary(
    _M, "vdot",
    lambda a, b: tf.reduce_sum(tf.math.conj(tf.reshape(a, [-1])) * tf.reshape(b, [-1])),
    "The product of both, flat.",
)  # fmt: skip
inner = binary(
    _M, "inner", lambda a, b: tf.tensordot(a, b, [[a.ndim - 1], [b.ndim - 1]])
    if a.ndim and b.ndim else a * b,
    "The sums of products along the last axes.",
)  # fmt: skip
outer = binary(
    _M, "outer", lambda a, b: tf.reshape(a, [-1, 1]) * tf.reshape(b, [1, -1]),
    "All products of an element of x1 and one of x2.",
)  # fmt: skip
kron = binary(_M, "kron", lambda a, b: _kron(a, b), "The Kronecker product.")


def _matmul(a: Any, b: Any) -> Any:
    if a.ndim == 1 and b.ndim == 1:
        return tf.reduce_sum(a * b)
    if a.ndim == 1:
        return tf.squeeze(tf.matmul(tf.expand_dims(a, 0), b), [-2])
    if b.ndim == 1:
        return tf.squeeze(tf.matmul(a, tf.expand_dims(b, -1)), [-1])
    return tf.matmul(a, b)


def _dot(a: Any, b: Any) -> Any:
    if not a.ndim or not b.ndim:
        return a * b
    return tf.tensordot(a, b, [[a.ndim - 1], [b.ndim - 2 if b.ndim > 1 else 0]])


def _kron(a: Any, b: Any) -> Any:
    rank = max(a.ndim, b.ndim)
    a, b = (tf.reshape(x, [1] * (rank - x.ndim) + [int(n) for n in x.shape]) for x in (a, b))
    wide = tf.reshape(a, [n for size in a.shape for n in (int(size), 1)])
    fine = tf.reshape(b, [n for size in b.shape for n in (1, int(size))])
    sizes = [int(m) * int(n) for m, n in zip(a.shape, b.shape, strict=True)]
    return tf.reshape(wide * fine, sizes)


@op
def tensordot(x1: Any, x2: Any, axes: Any = 2) -> Any:
    """The sums of products along axes of both."""
    a, b = together(x1, x2)
    return tf.tensordot(a, b, axes)


@op
def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Any:
    """Sums of products by the letters of axes."""
    return tf.einsum(subscripts, *together(*operands))


@op
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The norm of vectors, or of matrices over two axes."""
    order = "euclidean" if ord is None or ord == "fro" else ord
    if isinstance(axis, (list, tuple)):
        axis = axis[0] if len(axis) == 1 else list(axis)
    return tf.norm(as_float(x), ord=order, axis=axis, keepdims=keepdims)


@op
def solve(a: Any, b: Any) -> Any:
    """x with a x = b."""
    a, b = (as_float(x) for x in together(a, b))
    if b.ndim == a.ndim - 1:
        return tf.squeeze(tf.linalg.solve(a, tf.expand_dims(b, -1)), [-1])
    return tf.linalg.solve(a, b)


@op
def solve_triangular(a: Any, b: Any, lower: bool = False) -> Any:
    """x with a x = b, a triangular."""
    a, b = (as_float(x) for x in together(a, b))
    if b.ndim == a.ndim - 1:
        found = tf.linalg.triangular_solve(a, tf.expand_dims(b, -1), lower=lower)
        return tf.squeeze(found, [-1])
    return tf.linalg.triangular_solve(a, b, lower=lower)


@op
def qr(x: Any, mode: str = "reduced") -> Any:
    """Q with orthogonal columns and R triangular, Q R = x."""
    return tf.linalg.qr(as_float(x), full_matrices=mode == "complete")


@op
def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """U, the singular values, and Vᵀ; or the values alone."""
    x = as_float(x)
    if not compute_uv:
        return tf.linalg.svd(x, compute_uv=False)
    s, u, v = tf.linalg.svd(x, full_matrices=full_matrices)
    return u, s, tf.linalg.adjoint(v)


@op
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """x with the least ‖a x − b‖."""
    a, b = (as_float(x) for x in together(a, b))
    if b.ndim == 1:
        return tf.squeeze(tf.linalg.lstsq(a, tf.expand_dims(b, -1)), [-1])
    return tf.linalg.lstsq(a, b)


@op
def cross(
    x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None
) -> Any:
    """The cross product of vectors of three."""
    a, b = together(x1, x2)
    if axis is not None:
        axisa = axisb = axisc = axis
    moved = [
        tf.transpose(x, [*(i for i in range(x.ndim) if i != k % x.ndim), k % x.ndim])
        for x, k in ((a, axisa), (b, axisb))
    ]
    a, b = moved
    both = tf.zeros_like(a) + tf.zeros_like(b)
    found = tf.linalg.cross(a + both, b + both)
    place = axisc % found.ndim
    order = [*range(found.ndim - 1)]
    order.insert(place, found.ndim - 1)
    return tf.transpose(found, order)


@op
def matrix_rank(x: Any, tol: Any = None) -> Any:
    """The number of singular values above `tol`."""
    return tf.constant(np.int32(np.linalg.matrix_rank(np.asarray(tensor(x)), tol)))
