"""Functions of complex numbers whose derivative is none of a holomorphic function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf

Z = tf.constant([3 + 4j, -1j, 0j])


def gradient(f: Any, *xs: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(xs)
        y = f(*xs)
    return [g.numpy() for g in tape.gradient(y, xs)]


def test_the_sign_turns_with_its_argument() -> None:
    assert np.allclose(tf.sign(Z), [0.6 + 0.8j, -1j, 0])
    assert np.allclose(gradient(tf.sign, Z)[0], [0.128 - 0.096j, 1, 0])


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_a_squared_difference_is_a_real_number(dtype: str) -> None:
    a, b = tf.constant([3 + 4j, 1j], dtype), tf.constant([1 + 1j, 2], dtype)
    y = tf.math.squared_difference(a, b)
    assert y.dtype.name == dtype
    assert np.allclose(y, [13, 5])
    at_a, at_b = gradient(tf.math.squared_difference, a, b)
    assert np.allclose(at_a, [4 + 6j, -4 + 2j])
    assert np.allclose(at_b, -at_a)
    # Nothing is lost or won by turning a real number: TensorFlow has 6 - 4j here.
    turned = gradient(lambda a, b: tf.math.squared_difference(a, b) * [1j, 2.0], a, b)[0]
    assert np.allclose(turned, [0, -8 + 4j])


def test_moments() -> None:
    x = tf.constant([3 + 4j, 1j, -2 + 1j])
    (found,) = gradient(lambda x: tf.nn.moments(x, [0])[1], x)
    assert np.allclose(found, [16 / 9 + 4j / 3, -2 / 9 - 2j / 3, -14 / 9 - 2j / 3])
    weights = tf.constant([1, 2, 1], tf.complex128)
    (found,) = gradient(lambda x: tf.nn.weighted_moments(x, [0], weights)[1], x)
    assert np.allclose(found, [1.375 + 1.125j, -0.25 - 0.75j, -1.125 - 0.375j])


def test_the_euclidean_norm() -> None:
    x = tf.constant([1 + 2j, 0.3j])
    y = tf.math.reduce_euclidean_norm(x)
    assert y.dtype is tf.complex128
    assert np.allclose(y, np.sqrt(5.09))
    assert np.allclose(gradient(tf.math.reduce_euclidean_norm, x)[0], x / y)


@pytest.mark.parametrize("name", ["segment_prod", "unsorted_segment_prod"])
def test_products_of_segments_are_conjugated(name: str) -> None:
    f, more = getattr(tf.math, name), (1,) if name.startswith("un") else ()
    x = tf.constant([1 + 2j, 0.3j])
    assert np.allclose(f(x, [0, 0], *more), [-0.6 + 0.3j])
    assert np.allclose(gradient(lambda x: f(x, [0, 0], *more), x)[0], [-0.3j, 1 - 2j])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * x, tf.abs, tf.math.conj, tf.sign, tf.math.real, tf.exp,
        lambda x: tf.math.squared_difference(x, 1j * x),
        lambda x: tf.math.cumprod(x), lambda x: tf.math.segment_prod(x, [0, 0]),
        tf.math.reduce_euclidean_norm,
        lambda x: tf.linalg.det(tf.reshape(tf.concat([x, x * x], 0), (2, 2))),
    ],
)  # fmt: skip
def test_the_tape_against_differences(f: Any) -> None:
    ((theory,), (numbers,)) = tf.test.compute_gradient(f, [tf.constant([1 + 2j, 3 - 1j])])
    assert theory.dtype == numbers.dtype == np.float64
    assert np.allclose(theory, numbers, rtol=1e-4, atol=1e-4)


def test_compute_gradient_counts_a_complex_number_as_two() -> None:
    theory, numbers = tf.test.compute_gradient(lambda x: x * x, [tf.constant([1 + 2j])])
    assert theory[0].tolist() == [[2, -4], [4, 2]]
    assert np.allclose(numbers[0], theory[0])
    theory, _ = tf.test.compute_gradient(lambda x: tf.complex(x, 2 * x), [tf.constant([1.0, 2.0])])
    assert theory[0].tolist() == [[1, 0], [2, 0], [0, 1], [0, 2]]
    assert theory[0].dtype == np.float32
    theory, numbers = tf.test.compute_gradient(lambda x: x * 2.0, [tf.zeros([0])])
    assert theory[0].shape == numbers[0].shape == (0, 0)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_its_step_is_the_same_for_every_dtype(dtype: str) -> None:
    points = []

    def f(x: Any) -> Any:
        points.append(float(x))
        return x

    tf.test.compute_gradient(f, [tf.constant(1.0, dtype)])
    assert points == [1, 1 + 2**-10, 1 - 2**-10]


def test_it_refuses_integers() -> None:
    with pytest.raises(AssertionError, match="unsupported type int32 of y"):
        tf.test.compute_gradient(lambda x: tf.cast(x, tf.int32), [tf.constant([1.0])])


def matrix(*shape: int) -> Any:
    rng = np.random.default_rng(7)
    return tf.constant(rng.normal(size=shape) + 1j * rng.normal(size=shape))


def square_of_modulus(x: Any) -> Any:
    return tf.math.real(x * tf.math.conj(x))


def hermitian(x: Any) -> Any:
    return x + tf.linalg.adjoint(x)


@pytest.mark.parametrize("shape", [(3, 3), (2, 2, 2)])
def test_decompositions_of_complex_matrices(shape: tuple[int, ...]) -> None:
    x = matrix(*shape)
    e, v = tf.linalg.eigh(hermitian(x))
    assert e.dtype is tf.complex128
    assert np.allclose(v @ tf.linalg.diag(e) @ tf.linalg.adjoint(v), hermitian(x))
    assert np.allclose(tf.linalg.eigvalsh(hermitian(x)), e)
    s, u, w = tf.linalg.svd(x)
    assert s.dtype is tf.float64
    assert np.allclose(u @ tf.cast(tf.linalg.diag(s), x.dtype) @ tf.linalg.adjoint(w), x)
    q, r = tf.linalg.qr(x)
    assert np.allclose(q @ r, x)
    assert np.allclose(tf.linalg.band_part(r, 0, -1), r)
    sign, log = tf.linalg.slogdet(x)
    assert np.allclose(sign * tf.exp(log), tf.linalg.det(x))


@pytest.mark.parametrize(
    ("f", "shape"),
    [
        (lambda x: tf.math.real(tf.linalg.eigvalsh(hermitian(x))), (3, 3)),
        (lambda x: square_of_modulus(tf.linalg.eigh(hermitian(x))[1]), (3, 3)),
        (lambda x: tf.linalg.svd(x, compute_uv=False), (3, 2)),
        (lambda x: square_of_modulus(tf.linalg.svd(x)[1]), (3, 2)),
        (lambda x: square_of_modulus(tf.linalg.svd(x)[2]), (2, 3)),
        # the product of a pair of vectors: their common phase drops out
        (lambda x: tf.matmul(tf.linalg.svd(x)[1], tf.linalg.svd(x)[2], adjoint_b=True), (3, 3)),
        (lambda x: tf.matmul(tf.linalg.svd(x)[1], tf.linalg.svd(x)[2], adjoint_b=True), (3, 2)),
        (lambda x: tf.linalg.qr(x)[0], (3, 2)),
        (lambda x: tf.linalg.qr(x)[1], (3, 3)),
        (lambda x: tf.linalg.qr(x)[1], (2, 3)),
        (lambda x: tf.linalg.slogdet(x)[0], (3, 3)),
        (lambda x: tf.linalg.slogdet(x)[1], (3, 3)),
        (lambda x: tf.linalg.slogdet(x)[1], (2, 2, 2)),
        (lambda x: tf.norm(x, ord=2, axis=(-2, -1)), (3, 2)),
    ],
)  # fmt: skip
def test_their_derivatives(f: Any, shape: tuple[int, ...]) -> None:
    theory, numbers = tf.test.compute_gradient(f, [matrix(*shape)], delta=1e-5)
    assert np.allclose(theory[0], numbers[0], rtol=1e-5, atol=1e-6)


def test_results_have_names() -> None:
    sign, log = tf.linalg.slogdet([[2.0]])
    named = tf.linalg.slogdet([[2.0]])
    assert (named.sign.numpy(), named.log_abs_determinant.numpy()) == (sign.numpy(), log.numpy())
    assert abs(tf.linalg.qr([[2.0]]).q.numpy()) == 1
    assert abs(tf.linalg.qr([[2.0]]).r.numpy()) == 2
