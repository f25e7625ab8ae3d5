"""Products of matrices: the dtypes that they take, and the one that they give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf

NARROW = ["int8", "uint8", "int16", "uint16", "uint32", "uint64"]


def test_bytes_are_multiplied_as_int32_where_that_is_asked_for() -> None:
    for one in ("int8", "uint8"):
        for other in ("int8", "uint8"):
            a, b = tf.constant([[100, 100]], one), tf.constant([[100], [100]], other)
            y = tf.matmul(a, b, output_type=tf.int32)
            assert y.dtype is tf.int32
            assert y.numpy().tolist() == [[20000]]
    turned = tf.matmul(a, tf.transpose(b), transpose_b=True, output_type=tf.int32)
    assert turned.numpy().tolist() == [[20000]]


@pytest.mark.parametrize("dtype", ["int32", "int64", "float16", "float32", "complex64"])
def test_output_type_may_be_the_operands_own(dtype: str) -> None:
    a = tf.cast([[2, 3]], dtype)
    y = tf.matmul(a, a, transpose_b=True, output_type=dtype)
    assert y.dtype.name == dtype
    assert y.numpy().tolist() == [[13]]


@pytest.mark.parametrize(
    ("dtype", "output"),
    [("int16", "int32"), ("int32", "int64"), ("float32", "float64"), ("float16", "float32"),
     ("int8", "int8"), ("int8", "float32")],
)  # fmt: skip
def test_another_output_type_is_refused(dtype: str, output: str) -> None:
    a = tf.ones([1, 1], dtype)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"output_type|allowed values"):
        tf.matmul(a, a, output_type=output)


@pytest.mark.parametrize("dtype", NARROW)
def test_dtypes_in_which_a_product_soon_wraps_are_refused(dtype: str) -> None:
    a = tf.cast([[100, 100], [100, 100]], dtype)
    calls: list[Any] = [
        lambda: tf.matmul(a, a),
        lambda: a @ a,
        lambda: tf.linalg.matvec(a, a[0]),
        lambda: tf.tensordot(a, a, 1),
        lambda: tf.einsum("ij,jk->ik", a, a),
        lambda: tf.einsum("ij->i", a),
    ]
    for call in calls:
        with pytest.raises(tf.errors.InvalidArgumentError, match=f"'T' of {dtype} is not in"):
            call()


def test_batches_of_int16_are_multiplied() -> None:
    a = tf.ones([1, 2, 2], "int16")
    assert tf.matmul(a, a).numpy().tolist() == [[[2, 2], [2, 2]]]


def test_a_matrix_with_a_nan_has_no_other_result() -> None:
    m = tf.constant([[np.nan, 1.0], [1.0, 2.0]])
    assert np.isnan(tf.linalg.inv(m)).all()
    assert np.isnan(tf.linalg.solve(m, [[1.0], [1.0]])).all()
    assert np.isnan(tf.linalg.eigvalsh(m)).all()
    for part in (*tf.linalg.eigh(m), *tf.linalg.slogdet(m), tf.linalg.qr(m)[0]):
        assert np.isnan(part).all()
    r = tf.linalg.qr([[np.inf, 1.0], [1.0, 2.0]])[1].numpy()
    assert np.isnan(r).tolist() == [[True, True], [False, True]]
    assert r[1, 0] == 0
    # The upper triangle of a symmetric matrix is not read.
    assert tf.linalg.eigvalsh([[1.0, np.nan], [0.0, 2.0]]).numpy().tolist() == [1, 2]


NAN, INF = np.nan, np.inf


@pytest.mark.parametrize(
    ("matrix", "det"),
    [
        ([[NAN]], NAN), ([[INF]], INF), ([[-INF]], -INF),
        ([[NAN, 1.0], [1.0, 2.0]], NAN), ([[1.0, 2.0], [2.0, NAN]], NAN),
        ([[0.0, 0.0], [0.0, NAN]], NAN), ([[INF, 0.0], [0.0, 0.0]], NAN),
        ([[INF, 0.0], [0.0, 2.0]], INF), ([[1.0, INF], [1.0, 2.0]], -INF),
        ([[INF, INF], [INF, INF]], NAN), ([[1.0, 2.0, 3.0], [2.0, INF, 1.0], [1.0, 2.0, 1.0]], NAN),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_determinants_of_what_is_not_finite(matrix: Any, det: float, dtype: str) -> None:
    m = tf.constant(matrix, dtype)
    assert np.array_equal(tf.linalg.det(m), det, equal_nan=True)
    sign, log = tf.linalg.slogdet(m)
    assert np.array_equal(sign, np.sign(det), equal_nan=True)
    assert np.array_equal(log, np.log(abs(det)), equal_nan=True)
    n = len(matrix)
    both = tf.linalg.det(tf.stack([m, tf.eye(n, dtype=dtype)]))
    assert np.array_equal(both, [det, 1.0], equal_nan=True)


def test_the_logarithm_of_a_determinant_is_real() -> None:
    m = tf.constant([[2, 1j], [-1j, 3]], tf.complex128)
    y = tf.linalg.logdet(m)
    assert y.dtype is tf.float64
    assert float(y) == pytest.approx(np.log(5))
    assert tf.linalg.logdet(tf.cast(m, tf.complex64)).dtype is tf.float32


@pytest.mark.parametrize(
    ("equation", "error", "match"),
    [
        ("...i->i", tf.errors.InvalidArgumentError, "no ellipsis"),
        ("...->", tf.errors.InvalidArgumentError, "no ellipsis"),
        ("...i...->i", ValueError, "incorrect format"),
        ("ij->...j...", ValueError, "incorrect format"),
        ("i.j->ij", ValueError, "incorrect format"),
        ("i1->i", ValueError, "incorrect format"),
        ("ij->ik", ValueError, "must name labels"),
    ],
)
def test_equations_that_are_none(equation: str, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        tf.einsum(equation, tf.ones([2, 3]))


def test_einsum_stretches_the_ellipsis_alone() -> None:
    a, b = tf.ones([1, 3]), tf.ones([2, 3])
    assert tf.einsum("...i,...i->...i", a, b).shape == (2, 3)
    assert tf.einsum("...i->...", b).numpy().tolist() == [3, 3]
    with pytest.raises(tf.errors.InvalidArgumentError, match="Expected dimension 1"):
        tf.einsum("ij,ij->ij", a, b)


@pytest.mark.parametrize("k", [3, -2, 5])
def test_a_diagonal_that_a_matrix_has_not(k: int) -> None:
    m = tf.ones([2, 3])
    for call in (lambda: tf.linalg.diag_part(m, k=k), lambda: tf.linalg.set_diag(m, [], k=k)):
        with pytest.raises(tf.errors.InvalidArgumentError, match="out of bound"):
            call()
    assert tf.linalg.diag_part(m, k=tf.constant([2, 2])).numpy().tolist() == [1]
    assert tf.linalg.diag_part(tf.ones([0, 3])).shape == 0


def test_diagonals_that_are_none() -> None:
    m = tf.ones([3, 3])
    for k, match in (((1, 0), "must not be larger"), ((0, 1, 2), "one or two")):
        with pytest.raises(tf.errors.InvalidArgumentError, match=match):
            tf.linalg.diag_part(m, k=k)
    with pytest.raises(TypeError, match="k takes integers"):
        tf.linalg.diag_part(m, k=1.0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="'align'"):
        tf.linalg.diag_part(m, align="MIDDLE")


@pytest.mark.parametrize(("lower", "upper"), [(3, 0), (0, 4)])
def test_a_band_wider_than_the_matrix(lower: int, upper: int) -> None:
    m = tf.ones([2, 3])
    with pytest.raises(tf.errors.InvalidArgumentError, match="negative or less or equal"):
        tf.linalg.band_part(m, lower, upper)
    assert np.array_equal(tf.linalg.band_part(m, 2, 3), m)
    with pytest.raises(TypeError, match="num_lower takes integers"):
        tf.linalg.band_part(m, 1.0, 0)


def test_qr_of_a_singular_matrix_has_no_derivative() -> None:
    x = tf.zeros((2, 2))
    with tf.GradientTape() as tape:
        tape.watch(x)
        r = tf.linalg.qr(x).r
    assert np.isnan(tape.gradient(r, x).numpy()).any()


def test_full_matrices() -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0], [1.0, 0.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        q, r = tf.linalg.qr(x, full_matrices=True)
        s, u, v = tf.linalg.svd(x, full_matrices=True)
    assert (q.shape, r.shape, u.shape, v.shape) == ((4, 4), (4, 2), (4, 4), (2, 2))
    assert np.allclose(q @ r, x, atol=1e-5)
    assert np.allclose(u[:, :2] * s @ tf.transpose(v), x, atol=1e-5)
    for y in (q, u):
        with pytest.raises(NotImplementedError, match="Leave full_matrices out"):
            tape.gradient(y, x)


def test_the_pseudo_inverse_of_nothing() -> None:
    assert tf.linalg.pinv(tf.zeros((0, 2))).shape == (2, 0)
