"""Inverses, solutions and decompositions of matrices (the last two axes).

Derivatives: M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008); for the QR decomposition S. Walter and L. Lehmann, "Algorithmic
differentiation of linear algebra functions" (2010); for the singular value decomposition
J. Townsend, "Differentiating the singular value decomposition" (2016); of complex matrices
Z.-Q. Wan and S.-X. Zhang, "Automatic differentiation for complex valued SVD" (2019).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dispatch.batching import trailing
from gradtape.errors import InvalidArgumentError
from gradtape.ops.array.indexing import strided_slice
from gradtape.ops.array.selection import one
from gradtape.ops.array.shaping import concat, reshape, swap, zeros_like
from gradtape.ops.declaration import custom
from gradtape.ops.linalg.diagonals import band_part, diag, diag_part, set_diag
from gradtape.ops.linalg.products import matmul
from gradtape.ops.math.arithmetic import divide_no_nan
from gradtape.ops.math.complex_numbers import conj, imag, make_complex, real
from gradtape.primitives.op import FLOATING
from gradtape.tensors.tensor import EagerTensor


def _is_complex(x: Any) -> bool:
    return bool(np.dtype(getattr(x.dtype, "as_numpy_dtype", x.dtype)).kind == "c")


def adjoint(x: Any) -> EagerTensor:
    """The conjugate transpose of the last two axes."""
    return conj(swap(x)) if _is_complex(x) else swap(x)


def _square(x: Any, name: str) -> None:
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise InvalidArgumentError(
            f"Input matrix must be square, got shape {list(x.shape)} [Op:{name}]. The last two "
            "axes are rows and columns."
        )


def _wide(x: Any) -> Any:
    """LAPACK has no half precision."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def _spoilt(y: Any, x: Any) -> Any:
    """y, all nan where the matrix x that it was computed from holds a nan."""
    bad = np.isnan(x).any(axis=(-2, -1), keepdims=True)
    return np.where(bad, y.dtype.type(np.nan), y) if bad.any() else y


@custom(
    "MatrixInverse",
    lambda g, y, _x: -matmul(adjoint(y), matmul(g, adjoint(y))),
    jvp=lambda ts, y, xs, params: -matmul(y, matmul(ts[0], y)),
    batch=trailing,
    allowed=FLOATING,
)
def inverse(x: Any) -> Any:
    """The inverse: x·y = 1. Derivative: −yᵀ·g·yᵀ."""
    _square(x, "MatrixInverse")
    try:
        return _spoilt(np.linalg.inv(_wide(x)), x).astype(x.dtype)
    except np.linalg.LinAlgError:
        raise InvalidArgumentError(
            "Input is not invertible. [Op:MatrixInverse] Add a small multiple of tf.eye, or use "
            "tf.linalg.pinv."
        ) from None


def _solve_left(g: Any, y: Any, a: Any, _b: Any) -> Any:
    return -matmul(solve(adjoint(a), g), adjoint(y))


@custom(
    "MatrixSolve",
    _solve_left,
    lambda g, _y, a, _b: solve(adjoint(a), g),
    batch=trailing,
    allowed=FLOATING,
)
def solve(a: Any, b: Any) -> Any:
    """The y with a·y = b. Derivative: −a⁻ᵀ·g·yᵀ with respect to a and a⁻ᵀ·g with respect to b."""
    _square(a, "MatrixSolve")
    if b.ndim < 2 or b.shape[-2] != a.shape[-1]:
        raise InvalidArgumentError(
            f"Input matrix and rhs are incompatible: {list(a.shape)} and {list(b.shape)} "
            "[Op:MatrixSolve]. The right-hand side is (…, n, columns); add an axis to a vector "
            "with b[:, tf.newaxis]."
        )
    if not b.size:  # nothing is asked for, so that a singular matrix is no obstacle
        batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        return np.empty((*batch, *b.shape[-2:]), a.dtype)
    try:
        return _spoilt(np.linalg.solve(_wide(a), _wide(b)), a).astype(a.dtype)
    except np.linalg.LinAlgError:
        raise InvalidArgumentError(
            "Input matrix is not invertible. [Op:MatrixSolve] Add a small multiple of tf.eye."
        ) from None


def _triangle(x: Any, lower: bool) -> Any:
    return band_part(x, lower=-1 if lower else 0, upper=0 if lower else -1)


def _triangular_left(g: Any, y: Any, a: Any, _b: Any, *, lower: bool) -> Any:
    gb = triangular_solve(adjoint(a), g, lower=not lower)
    return -_triangle(matmul(gb, adjoint(y)), lower)


@custom(
    "MatrixTriangularSolve",
    _triangular_left,
    lambda g, _y, a, _b, *, lower: triangular_solve(adjoint(a), g, lower=not lower),
    batch=trailing,
    allowed=FLOATING,
)
def triangular_solve(a: Any, b: Any, *, lower: bool) -> Any:
    """The y with a·y = b, where a is triangular (its other triangle is not read).

    Derivative: the triangle of −a⁻ᵀ·g·yᵀ with respect to a and a⁻ᵀ·g with respect to b.
    Where a number of the diagonal is 0, y is infinite or nan, as in TensorFlow.
    """
    _square(a, "MatrixTriangularSolve")
    n = a.shape[-1]
    if b.ndim < 2 or b.shape[-2] != n:
        raise InvalidArgumentError(
            f"Input matrix and rhs are incompatible: {list(a.shape)} and {list(b.shape)} "
            "[Op:MatrixTriangularSolve]. The right-hand side is (…, n, columns)."
        )
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    y = np.array(np.broadcast_to(b, (*batch, *b.shape[-2:])))
    with np.errstate(divide="ignore", invalid="ignore"):
        for i in range(n) if lower else range(n - 1, -1, -1):
            known = slice(0, i) if lower else slice(i + 1, n)
            if known.start < known.stop:
                y[..., i : i + 1, :] -= a[..., i : i + 1, known] @ y[..., known, :]
            y[..., i, :] /= a[..., i, i, None]
    return y


def _cholesky_rule(g: Any, y: Any, _x: Any) -> Any:
    middle = _triangle(matmul(adjoint(y), g), True)
    middle = set_diag(middle, diag_part(middle, k=0) * 0.5, k=0)
    # L⁻ᴴ · middle · L⁻¹
    left = triangular_solve(adjoint(y), middle, lower=False)
    whole = adjoint(triangular_solve(adjoint(y), adjoint(left), lower=False))
    return (whole + adjoint(whole)) * 0.5


@custom("Cholesky", _cholesky_rule, batch=trailing, allowed=FLOATING)
def cholesky(x: Any) -> Any:
    """The lower triangular y with y·yᴴ = x; the lower triangle of x alone is read.

    Where x is not positive definite the result is nan, so that nothing built on it looks right.

    Derivative: the Hermitian part of y⁻ᵀ·Φ(yᵀ·g)·y⁻¹, where Φ keeps the lower triangle and half the
    diagonal.
    """
    _square(x, "Cholesky")
    return _cholesky(x)


def _cholesky(x: Any) -> Any:
    try:
        return np.linalg.cholesky(_wide(x)).astype(x.dtype)
    except np.linalg.LinAlgError:
        if x.ndim == 2:
            return np.full_like(x, np.nan)
        return np.stack([_cholesky(y) for y in x.reshape(-1, *x.shape[-2:])]).reshape(x.shape)


def _matrices(v: Any) -> Any:
    """A value per matrix with two axes of 1 behind it."""
    return reshape(v, shape=(*tuple(v.shape), 1, 1))


def _det_rule(g: Any, y: Any, x: Any) -> Any:
    y = conj(y) if _is_complex(y) else y
    return _matrices(g * y) * adjoint(inverse(x))


def _eliminated(x: Any) -> Any:
    """The pivots of one matrix, whose product is its determinant, where it is not finite.

    LAPACK looks for the largest pivot and does not see a nan, so that it may get lost.
    """
    a = np.array(x)
    pivots = []
    while len(a):
        if np.isnan(a).any():
            return np.full(len(x), np.nan, x.dtype)
        k = int(np.argmax(np.abs(a[:, 0])))
        pivots.append(a[k, 0] if not k else -a[k, 0])
        a[[0, k]] = a[[k, 0]]
        factor = a[1:, 0] / a[0, 0] if a[0, 0] else a[1:, 0]
        a = a[1:, 1:] - factor[:, None] * a[0, 1:]
    return np.array(pivots, x.dtype)


def _by_elimination(x: Any, of_pivots: Callable[[Any], Any], found: Any) -> None:
    """Write `of_pivots` of each matrix that is not finite into the arrays of `found`."""
    finite = np.isfinite(x).all(axis=(-2, -1))
    for place in np.argwhere(~finite):
        for array, value in zip(found, of_pivots(_eliminated(x[tuple(place)])), strict=True):
            array[tuple(place)] = value


@custom("MatrixDeterminant", _det_rule, batch=trailing, allowed=FLOATING)
def determinant(x: Any) -> Any:
    """det x, 0 where x is singular. Derivative: g·y·x⁻ᵀ, an error where x is singular."""
    _square(x, "MatrixDeterminant")
    det = np.asarray(np.linalg.det(_wide(x)))
    _by_elimination(_wide(x), lambda pivots: (np.prod(pivots),), (det,))
    return det.astype(x.dtype)


def _sign_and_log(pivots: Any) -> tuple[Any, Any]:
    log = np.sum(np.log(np.abs(pivots)))
    sign = np.sign(pivots) if pivots.dtype.kind == "f" else pivots / np.abs(pivots)
    return np.nan if np.isnan(log) else np.prod(sign), log


def _log_det_pull(g: Any, y: Any, x: Any) -> Any:
    by_sign, by_log = g
    if _is_complex(x):
        # d log |det| = Re tr(x⁻¹·dx), and d sign = i·sign·Im tr(x⁻¹·dx)
        by_log = make_complex(real(by_log), imag(by_sign * conj(y[0])))
    return _matrices(by_log) * adjoint(inverse(x))


@custom("LogMatrixDeterminant", pullback=_log_det_pull, batch=trailing, allowed=FLOATING)
def log_determinant(x: Any) -> Any:
    """(sign, log |det|) in the dtype of x; a real sign has no gradient, the logarithm x⁻ᴴ.

    Derivative: g·x⁻ᵀ, of the logarithm's g.
    """
    _square(x, "LogMatrixDeterminant")
    sign, log = map(np.asarray, np.linalg.slogdet(_wide(x)))
    _by_elimination(_wide(x), _sign_and_log, (sign, log))
    return sign.astype(x.dtype), log.astype(x.dtype)


def _by_gaps(t: Any, e: Any, squares: bool = False) -> Any:
    """t[i, j] / (e[j] − e[i]), 0 where they are equal; or by e[j]² − e[i]², without squaring."""
    shape = tuple(e.shape)
    rows, columns = reshape(e, shape=(*shape, 1)), reshape(e, shape=(*shape[:-1], 1, shape[-1]))
    t = divide_no_nan(t, columns - rows)
    return divide_no_nan(t, columns + rows) if squares else t


def _diagonal(v: Any) -> Any:
    n = v.shape[-1]
    return diag(v, k=0, shape=(n, n))


def _eigh_pull(g: Any, y: Any, _x: Any) -> Any:
    (ge, gv), (e, v) = g, y
    if _is_complex(ge):  # eigenvalues are real
        ge = make_complex(real(ge), zeros_like(real(ge)))
    middle = _diagonal(ge) + _by_gaps(matmul(adjoint(v), gv), e)
    whole = matmul(v, matmul(middle, adjoint(v)))
    # The lower triangle alone is read: what the upper one would get goes to its mirror.
    lower = _triangle(whole + adjoint(whole), True)
    return set_diag(lower, diag_part(lower, k=0) * 0.5, k=0)


@custom("SelfAdjointEigV2", pullback=_eigh_pull, batch=trailing, allowed=FLOATING)
def eigh(x: Any) -> Any:
    """(eigenvalues in rising order, eigenvectors as columns) of a Hermitian x.

    The lower triangle is read; all nan where it holds a nan or an infinity. Vectors of equal
    eigenvalues have no gradient: it is taken as 0.

    Derivative: v·(diag(g of e) + F∘(vᵀ·(g of v)))·vᵀ, where Fᵢⱼ = 1/(eⱼ − eᵢ).
    """
    _square(x, "SelfAdjointEigV2")
    lower = np.tril(_wide(x))
    finite = np.isfinite(lower).all(axis=(-2, -1), keepdims=True)
    e, v = np.linalg.eigh(np.where(finite, lower, lower.dtype.type(0)))
    if not finite.all():
        e, v = np.where(finite[..., 0], e, np.nan), np.where(finite, v, np.nan)
    return e.astype(x.dtype), v.astype(x.dtype)


def _columns(x: Any, start: int, stop: int) -> Any:
    return strided_slice(x, index=(Ellipsis, slice(None), slice(start, stop)))


def _reduced(u: Any, gu: Any, k: int) -> tuple[Any, Any]:
    """The first k vectors and what reaches them, also by the one that is left orthogonal to all."""
    n = u.shape[-1]
    if n == k:
        return u, gu
    u1, u2, g1, g2 = _columns(u, 0, k), _columns(u, k, n), _columns(gu, 0, k), _columns(gu, k, n)
    return u1, g1 - matmul(u2, matmul(adjoint(g2), u1))


def _svd_pull(g: Any, y: Any, x: Any, *, full: bool) -> Any:
    (gs, gu, gv), (s, u, v) = g, y
    rank = s.shape[-1]
    if full and abs(x.shape[-2] - x.shape[-1]) > 1:
        raise NotImplementedError(
            "svd gradient is not implemented for full_matrices=True where rows and columns differ "
            f"by more than 1, got {list(x.shape)}: the vectors that are left are not determined. "
            "Leave full_matrices out."
        )
    (u, gu), (v, gv) = _reduced(u, gu, rank), _reduced(v, gv, rank)
    if _is_complex(x):
        s, gs = make_complex(s, zeros_like(s)), make_complex(gs, zeros_like(gs))
    sigma, inverse_s = _diagonal(s), _diagonal(divide_no_nan(one(s), s))
    uu, vv = matmul(adjoint(u), gu), matmul(adjoint(v), gv)
    turn, other = uu - adjoint(uu), vv - adjoint(vv)
    inner = matmul(_by_gaps(turn, s, squares=True), sigma) + _diagonal(gs)
    inner = inner + matmul(sigma, _by_gaps(other, s, squares=True))
    if _is_complex(x):  # the phase that both vectors of a pair have in common is free
        inner = inner + matmul(_diagonal(diag_part(turn, k=0) * 0.5), inverse_s)
    whole = matmul(u, matmul(inner, adjoint(v)))
    m, n, k = u.shape[-2], v.shape[-2], s.shape[-1]
    if m > k:
        whole = whole + matmul(matmul(gu - matmul(u, uu), inverse_s), adjoint(v))
    if n > k:
        whole = whole + matmul(matmul(u, inverse_s), adjoint(gv - matmul(v, vv)))
    return whole


@custom("Svd", pullback=_svd_pull, batch=trailing, allowed=FLOATING)
def svd(x: Any, *, full: bool) -> Any:
    """(s, u, v) with x = u·diag(s)·vᴴ, min(m, n) singular values in falling order; they are real.

    All nan where a matrix holds a nan or an infinity. Where `full`, u and v are square.

    Derivative: u·diag(g of s)·vᵀ plus the part of u and of v.
    """
    wide = _wide(x)
    finite = np.isfinite(wide).all(axis=(-2, -1), keepdims=True)
    u, s, vt = np.linalg.svd(np.where(finite, wide, wide.dtype.type(0)), full_matrices=full)
    if not finite.all():
        u, vt = np.where(finite, u, np.nan), np.where(finite, vt, np.nan)
        s = np.where(finite[..., 0], s, np.nan)
    v = np.swapaxes(vt, -1, -2).conj()
    return s.astype(x.real.dtype), u.astype(x.dtype), v.astype(x.dtype)


def _qr_pull(g: Any, y: Any, x: Any, *, full: bool) -> Any:
    (gq, gr), (q, r) = g, y
    m, n = x.shape[-2], x.shape[-1]
    if full and m > n:
        raise NotImplementedError(
            f"qr gradient is not implemented for full_matrices=True and {m} rows of {n} columns: "
            "the columns that are left are not determined. Leave full_matrices out."
        )
    if m >= n:
        return _qr_tall(gq, gr, q, r)
    first = (Ellipsis, slice(None), slice(0, m))
    rest = (Ellipsis, slice(None), slice(m, n))
    right, gright = strided_slice(x, index=rest), strided_slice(gr, index=rest)
    left = _qr_tall(
        gq + matmul(right, adjoint(gright)),
        strided_slice(gr, index=first),
        q,
        strided_slice(r, index=first),
    )
    rank = len(x.shape)
    return concat(left, matmul(q, gright), axis=rank - 1, rank=rank)


def _qr_tall(gq: Any, gr: Any, q: Any, r: Any) -> Any:
    d = diag_part(r, k=0)
    r = set_diag(r, d * (d / d), k=0)  # nan where r is singular: there is no derivative
    upper = _triangle(matmul(gr, adjoint(r)) - matmul(adjoint(q), gq), False)
    whole = upper + adjoint(upper)
    middle = set_diag(whole, diag_part(whole, k=0) * 0.5, k=0)
    return adjoint(triangular_solve(r, adjoint(gq + matmul(q, middle)), lower=False))


@custom("Qr", pullback=_qr_pull, batch=None, allowed=FLOATING)
def qr(x: Any, *, full: bool) -> Any:
    """(q, r) with x = q·r, q with orthonormal columns, r upper triangular.

    All nan where a matrix holds a nan or an infinity. Where `full`, q is square.

    Derivative: (g of q + q·M)·r⁻ᵀ, where M is r·(g of r)ᵀ − (g of q)ᵀ·q, made symmetric by its
    lower triangle.
    """
    wide = _wide(x)
    finite = np.isfinite(wide).all(axis=(-2, -1), keepdims=True)
    mode: Any = "complete" if full else "reduced"
    q, r = np.linalg.qr(np.where(finite, wide, wide.dtype.type(0)), mode=mode)
    if not finite.all():
        q, r = np.where(finite, q, np.nan), np.where(finite, r, np.triu(np.full_like(r, np.nan)))
    return q.astype(x.dtype), r.astype(x.dtype)
