"""Activations, losses and dropout: what they refuse, keep and leave."""

from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.support.refusals import refused

InvalidArgumentError = tf.errors.InvalidArgumentError


ACTIVATIONS = {
    "relu of text": (InvalidArgumentError, "[Op:Relu]", lambda: tf.nn.relu("a")),
    "relu of truth": (InvalidArgumentError, "[Op:Relu]", lambda: tf.nn.relu([True])),
    "elu of integers": (InvalidArgumentError, "[Op:Elu]", lambda: tf.nn.elu([1, 2])),
    "gelu of integers": (ValueError, "floating point", lambda: tf.nn.gelu([1, 2])),
    "silu of integers": (InvalidArgumentError, "[Op:Sigmoid]", lambda: tf.nn.silu([1, 2])),
    "softmax of integers": (InvalidArgumentError, "[Op:Softmax]", lambda: tf.nn.softmax([1, 2])),
    "softmax of a scalar": (InvalidArgumentError, "at least 1 axis", lambda: tf.nn.softmax(1.0)),
    "softmax axis": (InvalidArgumentError, "[-1, 1)", lambda: tf.nn.softmax([1.0], axis=2)),
    "crelu axis": (InvalidArgumentError, "`axis`", lambda: tf.nn.crelu([1.0], axis=3)),
    "l2 of integers": (InvalidArgumentError, "[Op:L2Loss]", lambda: tf.nn.l2_loss([1, 2])),
    "bias size": (
        InvalidArgumentError,
        "[2] vs. [2,3]",
        lambda: tf.nn.bias_add(tf.zeros((2, 3)), tf.zeros(2)),
    ),
    "bias of a vector": (InvalidArgumentError, "at least 2D", lambda: tf.nn.bias_add([1.0], [1.0])),
    "bias rank": (
        InvalidArgumentError,
        "1D: [1,3]",
        lambda: tf.nn.bias_add(tf.zeros((2, 3)), tf.zeros((1, 3))),
    ),
    "bias layout": (
        ValueError,
        "`NC...`",
        lambda: tf.nn.bias_add(tf.zeros((2, 3)), tf.zeros(3), data_format="X"),
    ),
    "label too large": (
        InvalidArgumentError,
        "Received a label value of 5 which is outside the valid range of [0, 2).  Label values: 1 "
        "5",
        lambda: tf.nn.sparse_softmax_cross_entropy_with_logits([1, 5], [[0.0, 1.0]] * 2),
    ),
    "label below 0": (
        InvalidArgumentError,
        "value of -1",
        lambda: tf.nn.sparse_softmax_cross_entropy_with_logits([-1], [[0.0, 1.0]]),
    ),
    "labels that are floats": (
        InvalidArgumentError,
        "Tlabels",
        lambda: tf.nn.sparse_softmax_cross_entropy_with_logits([0.0], [[0.0]]),
    ),
    "label shape": (
        ValueError,
        "labels.shape=(2,)",
        lambda: tf.nn.sparse_softmax_cross_entropy_with_logits([0, 1], [[0.0, 1.0]]),
    ),
    "one-hot shape": (
        InvalidArgumentError,
        "logits_size=[1,3] labels_size=[1,2]",
        lambda: tf.nn.softmax_cross_entropy_with_logits([[1.0, 0.0]], [[0.0] * 3]),
    ),
    "scalar logits": (
        InvalidArgumentError,
        "scalar",
        lambda: tf.nn.softmax_cross_entropy_with_logits(1.0, 2.0),
    ),
    "sigmoid shapes": (
        ValueError,
        "must have the same shape",
        lambda: tf.nn.sigmoid_cross_entropy_with_logits([0.0], [[0.0, 1.0]]),
    ),
    "sigmoid labels": (
        InvalidArgumentError,
        "no promotion",
        lambda: tf.nn.sigmoid_cross_entropy_with_logits([0], [0.0]),
    ),
    "no labels": (
        ValueError,
        "must be provided",
        lambda: tf.nn.sigmoid_cross_entropy_with_logits(logits=[0.0]),
    ),
    "poisson shapes": (
        ValueError,
        "must have the same shape",
        lambda: tf.nn.log_poisson_loss([0.0, 1.0], [[0.0]]),
    ),
    "no such row": (
        InvalidArgumentError,
        "indices[0] = 3 is not in [0, 3)",
        lambda: tf.nn.embedding_lookup(tf.zeros((3, 2)), [3]),
    ),
    "no table": (ValueError, "params", lambda: tf.nn.embedding_lookup(None, [3])),
    "no tables": (ValueError, "Need at least one", lambda: tf.nn.embedding_lookup([], [3])),
    "rows that are floats": (
        InvalidArgumentError,
        "int32 or int64",
        lambda: tf.nn.embedding_lookup(tf.zeros((3, 2)), [1.0]),
    ),
    "moments axis": (InvalidArgumentError, "2 axes", lambda: tf.nn.moments([[1.0, 2.0]], [2])),
    "block size": (
        InvalidArgumentError,
        "at least minimum 2",
        lambda: tf.nn.space_to_depth(tf.zeros((1, 4, 4, 1)), 1),
    ),
    "block rank": (
        InvalidArgumentError,
        "rank should be: 4",
        lambda: tf.nn.depth_to_space(tf.zeros((4, 4, 4)), 2),
    ),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_losses_refuse(name):
    refused(*ACTIVATIONS[name])


def test_relu_keeps_one_array_on_the_tape():
    x = tf.constant(np.ones((3, 4), np.float32))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.nn.relu(x)
    assert tf.nn.relu.op.keep_for((True,)) == (2, 0)
    assert np.array_equal(tape.gradient(y, x), np.ones((3, 4)))


@pytest.mark.parametrize("labels", [[[0.0, 1.0]], [[3.0, 0.5]]])
def test_cross_entropy_has_its_gradient_for_labels_of_any_sum(labels):
    def loss(x):
        return tf.nn.softmax_cross_entropy_with_logits(tf.constant(labels, tf.float64), x)

    exact, numeric = tf.test.compute_gradient(loss, [tf.constant([[0.3, -0.7]], tf.float64)])
    assert np.allclose(exact[0], numeric[0], atol=1e-7)


def test_large_logits_neither_overflow_nor_cancel():
    far = tf.constant([[1000.0, -1000.0]])
    assert tf.nn.softmax_cross_entropy_with_logits([[0.0, 1.0]], far).numpy().tolist() == [2000.0]
    assert tf.nn.sparse_softmax_cross_entropy_with_logits([0], far).numpy().tolist() == [0.0]
    small = tf.nn.sigmoid_cross_entropy_with_logits([1.0], [20.0]).numpy()[0]
    assert small == pytest.approx(np.exp(-20.0), rel=1e-5)


def test_the_second_derivative_of_the_variance_knows_that_the_mean_moves():
    x = tf.constant([1.0, 2.0, 5.0], tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            _, variance = tf.nn.moments(x, [0])
        gradient = inner.gradient(variance, x)
    want = 2 / 3 * (np.eye(3) - 1 / 3)
    assert np.allclose(outer.jacobian(gradient, x), want)


def test_rows_of_a_variable_have_a_sparse_gradient():
    table = tf.Variable(tf.ones((4, 2)))
    with tf.GradientTape() as tape:
        y = tf.nn.embedding_lookup(table, [1, 1, 3])
    gradient = tape.gradient(y, table)
    assert isinstance(gradient, tf.IndexedSlices)
    assert np.array_equal(
        tf.convert_to_tensor(gradient), [[0.0, 0.0], [2.0, 2.0], [0.0, 0.0], [1.0, 1.0]]
    )


# -- dropout -------------------------------------------------------------------------------------

NUMBERS = np.arange(1.0, 9.0, dtype=np.float32).reshape(2, 4)


def test_dropout_drops_what_tensorflow_drops():
    # recorded from TensorFlow 2.21; a rate of 0 takes its place in the sequence too
    tf.random.set_seed(1)
    assert tf.nn.dropout(NUMBERS, 0.5).numpy().ravel().tolist() == [0, 4, 6, 0, 0, 12, 14, 0]
    seeded = tf.nn.dropout(NUMBERS, 0.25, seed=3).numpy().ravel()
    assert np.flatnonzero(seeded == 0).tolist() == [3, 5]
    assert np.array_equal(tf.nn.dropout(NUMBERS, 0), NUMBERS)
    fourth = tf.nn.dropout(NUMBERS, 0.25).numpy().ravel()
    assert np.flatnonzero(fourth == 0).tolist() == [5, 6]
    rows = tf.nn.dropout(NUMBERS, 0.5, noise_shape=[2, 1], seed=3)
    assert rows.numpy().tolist() == [[2, 4, 6, 8], [0, 0, 0, 0]]
    stateless = tf.nn.experimental.stateless_dropout(NUMBERS, 0.5, seed=[1, 0])
    assert stateless.numpy().ravel().tolist() == [2, 0, 6, 0, 0, 0, 0, 16]


def test_the_gradient_of_dropout_is_its_mask():
    x = tf.constant(NUMBERS)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.dropout(x, 0.5, seed=1)
    assert np.array_equal(tape.gradient(y, x), np.where(y.numpy() > 0, 2.0, 0.0))


DROPOUTS = {
    "rate": (ValueError, "[0, 1)", lambda: tf.nn.dropout([1.0], 1.5)),
    "rate of 1": (ValueError, "[0, 1)", lambda: tf.nn.dropout([1.0], 1)),
    "integers": (ValueError, "floating point", lambda: tf.nn.dropout([1, 2], 0.5)),
    "rate's dtype": (
        ValueError,
        "compatible",
        lambda: tf.nn.dropout([1.0], tf.constant(0.5, tf.float64)),
    ),
    "noise shape": (
        InvalidArgumentError,
        "noise_shape [3]",
        lambda: tf.nn.dropout([1.0, 2.0], 0.5, noise_shape=[3]),
    ),
    "seed": (
        InvalidArgumentError,
        "shape [2]",
        lambda: tf.nn.experimental.stateless_dropout([1.0], 0.5, seed=[1, 2, 3]),
    ),
}


@pytest.mark.parametrize("name", DROPOUTS)
def test_dropout_refuses(name):
    refused(*DROPOUTS[name])


def test_a_loss_for_every_row_of_logits() -> None:
    wide, row = [[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0]]
    assert tf.nn.softmax_cross_entropy_with_logits(labels=row, logits=wide).shape == 2
    with pytest.raises(tf.errors.InvalidArgumentError, match="2 losses for logits"):
        tf.nn.softmax_cross_entropy_with_logits(labels=wide, logits=row)
    with pytest.raises(ValueError, match="must have the same shape"):
        tf.keras.losses.binary_crossentropy(row, [[0.1, 0.2], [0.3, 0.4]])


@pytest.mark.parametrize(
    "pool",
    [
        lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"),
        lambda x: tf.nn.max_pool3d(x[tf.newaxis], [1, 2, 2], 1, "VALID"),
    ],
)
def test_the_gradient_of_a_maximum_that_is_nan_goes_to_the_nan(pool: Any) -> None:
    x = tf.constant([[[[1.0], [2.0]], [[np.nan], [0.0]]]])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = pool(x)
        gradient = tape.gradient(y, x)
    assert gradient.numpy().ravel().tolist() == [0, 0, 1, 0]
    second = outer.gradient(gradient, x)
    assert second is not None and not second.numpy().any()


def test_batch_normalization_takes_arrays_of_reals_beside_complex_tensors() -> None:
    x = tf.constant([[1 + 1j, 2 - 1j]], tf.complex64)
    real = np.array([1.0, 2.0], np.float32)
    y = tf.nn.batch_normalization(x, tf.cast(real, x.dtype), tf.cast(real, x.dtype), real, real, 0)
    np.testing.assert_allclose(y, [[1 + 1j, 2 - np.sqrt(2) * 1j]], rtol=1e-6)
    assert y.dtype == tf.complex64


def test_a_cross_entropy_takes_its_axis_from_the_end() -> None:
    x = tf.reshape(tf.range(6.0), (2, 3))
    z = tf.constant([[0.0, 1.0, 0.5], [1.0, 0.0, 0.5]])
    mine = tf.nn.softmax_cross_entropy_with_logits(z, x, axis=-2)
    np.testing.assert_array_equal(mine, tf.nn.softmax_cross_entropy_with_logits(z, x, axis=0))


@pytest.mark.parametrize("dtype", ["int16", "uint16", "uint32", "uint64"])
def test_one_hot_takes_every_integer(dtype: str) -> None:
    assert tf.one_hot(tf.cast([1], dtype), 2).numpy().tolist() == [[0.0, 1.0]]
