"""What random calls beside TensorFlow 2.21 found to differ: its values, gradients and refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.errors import InvalidArgumentError

inf, nan = np.inf, np.nan


def gradient(f: Callable[[Any], Any], x: Any) -> Any:
    """df/dx as an array."""
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return np.asarray(tf.convert_to_tensor(tape.gradient(y, x)))


@pytest.mark.parametrize(
    ("x", "share"),
    [
        ([1e30, 1e30, 1.0], [0.5, 0.5, 0.0]),
        ([1e6, 1e6, 1e6], [1 / 3] * 3),  # 1e6 + log 3 has no more digits in float32
        ([-inf, 1.0, 2.0], [0.0, 0.2689414322376251, 0.7310585975646973]),
        ([inf, 1.0, 2.0], [nan, 0.0, 0.0]),
        ([nan, 1.0, 2.0], [nan, nan, nan]),
        ([-inf, -inf], [nan, nan]),
    ],
)
def test_the_shares_of_a_logsumexp_sum_to_one_however_large_it_is(x: Any, share: Any) -> None:
    for rows in (x, [x, x]):
        found = gradient(lambda x: tf.reduce_logsumexp(x, axis=-1), rows)
        np.testing.assert_allclose(np.atleast_2d(found)[-1], np.float32(share), rtol=1e-6)
    x, share = tf.constant(x), np.float32(share)
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as forward:
        y = tf.reduce_logsumexp(x)
    np.testing.assert_allclose(forward.jvp(y).numpy(), share.sum(), rtol=1e-6)


@pytest.mark.parametrize("scale", [1e-20, 1.0, 1e30])
def test_singular_values_have_a_gradient_where_their_squares_have_none(scale: float) -> None:
    found = gradient(lambda x: tf.linalg.svd(x, compute_uv=False), [[0.0, scale], [2 * scale, 0.0]])
    np.testing.assert_allclose(found, [[0.0, 1.0], [1.0, 0.0]], atol=1e-6)
    found = gradient(tf.linalg.pinv, [[-100.0], [1e30], [0.0]])
    np.testing.assert_array_equal(found, np.zeros((3, 1)))


def test_eigenvectors_of_values_that_lie_close_have_a_gradient() -> None:
    x = tf.constant([[1e-40, 0.0], [0.0, 3e-40]])
    found = gradient(lambda x: tf.linalg.eigh(x)[0], x)
    np.testing.assert_array_equal(found, np.eye(2))


def test_a_triangle_with_a_zero_on_its_diagonal_gives_infinities() -> None:
    for matrix, y in (
        ([[0.0, 0.0], [0.0, 0.0]], [[inf], [nan]]),
        ([[1.0, 0.0], [1.0, 0.0]], [[1.0], [nan]]),
        ([[0.0, 0.0], [1.0, 1.0]], [[inf], [-inf]]),
    ):
        found = tf.linalg.triangular_solve(tf.constant(matrix), tf.ones((2, 1)))
        np.testing.assert_array_equal(found, np.float32(y))
    assert np.isnan(tf.linalg.cholesky_solve(tf.zeros((2, 2)), tf.ones((2, 1))).numpy()).all()


def test_nothing_is_solved_by_any_matrix() -> None:
    assert tf.linalg.solve(tf.zeros((2, 2)), tf.zeros((2, 0))).shape == (2, 0)
    assert tf.linalg.solve(tf.zeros((3, 2, 2)), tf.zeros((3, 2, 0))).shape == (3, 2, 0)
    with pytest.raises(InvalidArgumentError, match="not invertible"):
        tf.linalg.solve(tf.zeros((2, 2)), tf.zeros((2, 1)))


@pytest.mark.parametrize(
    ("x", "summarize", "text"),
    [
        (tf.zeros((1, 0)), 3, "[\n ...]"),
        (tf.zeros((2, 2, 0)), -1, "[\n\n ...]"),
        (tf.zeros((0, 2)), 1, "[]"),
        (tf.zeros((3, 2)), 0, "[\n ...]"),
        (tf.zeros((3,)), 0, "[ ...]"),
        (tf.zeros(()), 0, "..."),
        (tf.constant([1.2e-07, 1 / 3], tf.float16), 3, "[1.1920929e-07 0.333251953]"),
        (tf.constant(0.1, tf.float16), 3, "0.0999755859"),
        (tf.constant([0.1, 65504.0]), 3, "[0.1 65504]"),
    ],
)
def test_texts_of_nothing_and_of_half_precision(x: Any, summarize: int, text: str) -> None:
    assert tf.strings.format("{}", [x], summarize=summarize).numpy().decode() == text


def test_rows_of_nothing_may_have_any_index() -> None:
    rows = tf.zeros((1, 0))
    assert tf.convert_to_tensor(tf.IndexedSlices(rows, [2], [2, 0])).shape == (2, 0)
    dense = lambda x: tf.convert_to_tensor(tf.IndexedSlices(x, [2], [2, 0]))  # noqa: E731
    assert gradient(dense, rows).shape == (1, 0)
    with pytest.raises(InvalidArgumentError, match="Tindices"):
        tf.convert_to_tensor(tf.IndexedSlices(rows, tf.constant([0.0]), [2, 0]))
    for mean in (tf.math.unsorted_segment_mean, tf.math.unsorted_segment_sqrt_n):
        with pytest.raises(InvalidArgumentError, match="out of range"):  # how many there are
            mean(rows, [2], 2)
    with pytest.raises(InvalidArgumentError, match="uint16"):
        tf.math.unsorted_segment_sqrt_n(tf.zeros((1, 0), tf.uint16), [-1], 0)


def test_no_losses_are_zero_on_average() -> None:
    assert tf.nn.compute_average_loss(tf.zeros((0,))).numpy() == 0.0
    assert tf.nn.compute_average_loss(tf.zeros((0, 2))).numpy() == 0.0


def test_a_function_that_no_slice_reaches_may_be_any() -> None:
    assert tf.map_fn(lambda x: (x, -x), tf.zeros((0,))).shape == (0,)
    assert tf.map_fn(lambda x: x[..., None] + x, tf.zeros((0, 0, 2))).shape == (0,)
    assert tf.map_fn(lambda x: x[..., None], tf.zeros((0, 2))).shape == (0, 2, 1)


def test_no_class_is_among_the_first_of_a_row_that_is_not_finite() -> None:
    labels = [[-2.5, 2.5], [-0.125, -2.5]]
    for scores, right in (
        ([[2.0, -2.0], [-100.0, inf]], [1.0, 0.0]),
        ([[nan, -2.0], [-100.0, nan]], [0.0, 0.0]),
    ):
        y = tf.constant(scores)
        found = tf.keras.metrics.top_k_categorical_accuracy(labels, y, k=2)
        assert found.numpy().tolist() == right
        found = tf.keras.metrics.sparse_top_k_categorical_accuracy([1, 0], y, k=2)
        assert found.numpy().tolist() == right


def test_dtypes_of_complex_numbers_in_raw_ops() -> None:
    assert tf.raw_ops.Conj(input=1 + 1j).dtype == tf.complex128
    assert tf.raw_ops.Conj(input=np.array([1 + 1j])).dtype == tf.complex64
    assert tf.raw_ops.Real(input=1.0).dtype == tf.float32
    with pytest.raises(InvalidArgumentError, match="Tout"):
        tf.raw_ops.Real(input=1 + 1j)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: tf.raw_ops.Add(x=tf.constant(1, tf.uint32), y=tf.constant(1, tf.uint32)),
            InvalidArgumentError, "AddV2",
        ),
        (
            lambda: tf.slice(tf.zeros((2,)), tf.constant([0]), tf.constant([1], tf.int64)),
            InvalidArgumentError, "Use tf.cast",
        ),
        (lambda: tf.math.bincount([0.5], axis=1), ValueError, "Only 0 and -1"),
        (lambda: tf.eye(-1, dtype=tf.string), TypeError, "text has no identity"),
        (lambda: tf.einsum("ij->iji", tf.constant(1.0)), ValueError, "more than once"),
        (lambda: tf.nn.silu(tf.constant([1]), 0.5), InvalidArgumentError, "int32"),
        (
            lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(0.0, tf.zeros((1, 1))),
            ValueError, "labels.shape",
        ),
        (
            lambda: tf.nn.sparse_softmax_cross_entropy_with_logits([0.0], tf.zeros((1, 1))),
            InvalidArgumentError, "class numbers",
        ),
        (
            lambda: tf.nn.weighted_cross_entropy_with_logits(
                tf.ones(2), tf.ones(2), tf.constant(1.0, tf.float64)
            ),
            InvalidArgumentError, "pos_weight",
        ),
        (
            lambda: tf.concat([[1.0], tf.zeros(1), tf.zeros(1, tf.float64)], 0),
            ValueError, "Use tf.cast",
        ),
        (
            lambda: tf.concat([tf.zeros(1), tf.zeros(1, tf.float64)], 0),
            InvalidArgumentError, "Use tf.cast",
        ),
    ],
)  # fmt: skip
def test_the_exceptions_are_tensorflows(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        call()
    assert type(caught.value) is error
