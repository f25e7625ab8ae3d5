"""`tf.linalg`: matrices, their products and decompositions."""

from __future__ import annotations

from gradtape.functions.clipping import global_norm
from gradtape.functions.creation import eye
from gradtape.functions.diagonals import (
    adjoint,
    band_part,
    diag,
    diag_part,
    matrix_transpose,
    set_diag,
    tensor_diag,
    tensor_diag_part,
    trace,
)
from gradtape.functions.linear_algebra import (
    cholesky,
    cholesky_solve,
    det,
    eigh,
    eigvalsh,
    inv,
    logdet,
    lstsq,
    pinv,
    qr,
    slogdet,
    solve,
    svd,
    triangular_solve,
)
from gradtape.functions.norms import l2_normalize, norm
from gradtape.functions.products import cross, einsum, matmul, matvec, tensordot

__all__ = [
    "adjoint", "band_part", "cholesky", "cholesky_solve", "cross", "det", "diag", "diag_part",
    "eigh", "eigvalsh", "einsum", "eye", "global_norm", "inv", "l2_normalize", "logdet", "lstsq",
    "matmul", "matrix_transpose", "matvec", "norm", "pinv", "qr", "set_diag", "slogdet", "solve",
    "svd", "tensor_diag", "tensor_diag_part", "tensordot", "trace", "triangular_solve",
]  # fmt: skip
