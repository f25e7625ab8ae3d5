"""Convolution and pooling: refusals, layouts, padding, ties, nothing at all."""

import sys
import threading

import numpy as np
import pytest

import gradtape as tf
from tests.support.exact import assert_sum, widened
from tests.support.refusals import refused

X = tf.ones((2, 5, 5, 3))
W = tf.ones((3, 3, 3, 4))
InvalidArgumentError = tf.errors.InvalidArgumentError


CONVOLUTIONS = {
    "depth": (
        InvalidArgumentError,
        "evenly divisible by filter depth: 3 vs 2",
        lambda: tf.nn.conv2d(X, tf.ones((3, 3, 2, 4)), 1, "SAME"),
    ),
    "input rank": (
        InvalidArgumentError,
        "input must be 4-dimensional: [5,5,3]",
        lambda: tf.nn.conv2d(X[0], W, 1, "SAME"),
    ),
    "filter rank": (
        InvalidArgumentError,
        "filter must be 4-dimensional: [3,3,4]",
        lambda: tf.nn.conv2d(X, W[0], 1, "SAME"),
    ),
    "strides": (
        ValueError,
        "strides should be of length 1, 2 or 4",
        lambda: tf.nn.conv2d(X, W, [1, 2, 3], "SAME"),
    ),
    "batch stride": (
        tf.errors.UnimplementedError,
        "batch and depth dimensions",
        lambda: tf.nn.conv2d(X, W, [2, 1, 1, 1], "SAME"),
    ),
    "zero stride": (
        InvalidArgumentError,
        "strides must be > 0, but got 0",
        lambda: tf.nn.conv2d(X, W, 0, "SAME"),
    ),
    "float stride": (TypeError, "strides takes integers", lambda: tf.nn.conv2d(X, W, 1.5, "SAME")),
    "padding": (InvalidArgumentError, '"SAME", "VALID"', lambda: tf.nn.conv2d(X, W, 1, "same")),
    "padding list": (
        ValueError,
        "must be of size 4",
        lambda: tf.nn.conv2d(X, W, 1, [[0, 0], [1, 1], [1, 1]]),
    ),
    "batch padding": (
        InvalidArgumentError,
        "batch or depth",
        lambda: tf.nn.conv2d(X, W, 1, [[1, 0], [1, 1], [1, 1], [0, 0]]),
    ),
    "layout": (
        InvalidArgumentError,
        '"NHWC", "NCHW"',
        lambda: tf.nn.conv2d(X, W, 1, "SAME", data_format="CHWN"),
    ),
    "dtypes": (
        InvalidArgumentError,
        "no promotion between tensor dtypes",
        lambda: tf.nn.conv2d(X, tf.cast(W, tf.float64), 1, "SAME"),
    ),
    "ragged": (
        ValueError,
        "non-rectangular",
        lambda: tf.nn.conv2d([[1.0], [1.0, 2.0]], W, 1, "SAME"),
    ),
    "text": (
        InvalidArgumentError,
        "string",
        lambda: tf.nn.conv2d([[[["a"]]]], [[[["b"]]]], 1, "SAME"),
    ),
    "output shape": (
        InvalidArgumentError,
        "would take output_shape [2, 13, 10, 4]",
        lambda: tf.nn.conv2d_transpose(X, tf.ones((3, 3, 4, 3)), [2, 13, 10, 4], 2),
    ),
    "two strides": (
        ValueError,
        "not supported in conjunction",
        lambda: tf.nn.convolution(X, W, strides=2, dilations=2),
    ),
    "pool rank": (
        InvalidArgumentError,
        "4-dimensional",
        lambda: tf.nn.max_pool2d(X[0], 2, 2, "SAME"),
    ),
    "pool size": (
        ValueError,
        "ksize should be of length",
        lambda: tf.nn.max_pool2d(X, [2, 2, 2], 2, "SAME"),
    ),
    "pool of nothing": (
        InvalidArgumentError,
        "must be > 0",
        lambda: tf.nn.avg_pool2d(X, 0, 2, "SAME"),
    ),
    "window too large": (
        InvalidArgumentError,
        "larger than the input's",
        lambda: tf.nn.max_pool2d(X, 6, 2, "VALID"),
    ),
    "mean of integers": (
        InvalidArgumentError,
        "not in the list of allowed values",
        lambda: tf.nn.avg_pool2d(tf.ones((1, 2, 2, 1), tf.int32), 2, 2, "SAME"),
    ),
    "mean with pairs": (
        TypeError,
        "Expected string",
        lambda: tf.nn.avg_pool2d(X, 2, 2, [[0, 0]] * 4),
    ),
    "pooling type": (ValueError, "'MAX' or 'AVG'", lambda: tf.nn.pool(X, [2, 2], "SUM")),
    "pointwise filter": (
        ValueError,
        "pointwise_filter",
        lambda: tf.nn.separable_conv2d(X, tf.ones((2, 2, 3, 1)), W, 1, "SAME"),
    ),
}


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolution_and_pooling_refuse(name):
    refused(*CONVOLUTIONS[name])


def test_a_window_that_fits_nowhere_leaves_nothing():
    y = tf.nn.conv2d(X[:, :2, :2], W, 1, "VALID")
    assert y.shape == (2, 0, 0, 4)


def test_no_images_have_no_outputs_and_a_gradient_of_zero():
    images, filters = tf.zeros((0, 5, 5, 3)), tf.Variable(W)
    with tf.GradientTape() as tape:
        y = tf.nn.max_pool2d(tf.nn.conv2d(images, filters, 1, "SAME"), 2, 2, "SAME")
    assert y.shape == (0, 3, 3, 4)
    assert np.array_equal(tape.gradient(y, filters), np.zeros(W.shape))


def draws(*shapes):
    rng = np.random.default_rng(5)
    return [tf.constant(rng.standard_normal(shape)) for shape in shapes]


@pytest.mark.parametrize("call", ["conv2d", "max_pool2d", "avg_pool2d", "depthwise_conv2d"])
def test_channels_first_is_the_transposed_call(call):
    x, w = draws((2, 6, 5, 3), (2, 3, 3, 2))
    first = tf.transpose(x, (0, 3, 1, 2))
    for strides, padding in ((1, "SAME"), (2, "VALID")):
        if "pool" in call:
            last = getattr(tf.nn, call)(x, [2, 3], strides, padding)
            other = getattr(tf.nn, call)(first, [1, 1, 2, 3], strides, padding, data_format="NCHW")
        else:
            last = getattr(tf.nn, call)(x, w, strides, padding)
            other = getattr(tf.nn, call)(first, w, [1, 1, strides, strides], padding, "NCHW")
        assert np.allclose(tf.transpose(other, (0, 2, 3, 1)), last)


def test_padding_pairs_follow_the_layout():
    x, w = draws((1, 4, 5, 2), (2, 2, 2, 3))
    pairs = [[0, 0], [1, 2], [0, 1], [0, 0]]
    last = tf.nn.conv2d(x, w, 1, pairs)
    first = tf.nn.conv2d(
        tf.transpose(x, (0, 3, 1, 2)), w, 1, [pairs[k] for k in (0, 3, 1, 2)], "NCHW"
    )
    assert last.shape == (1, 6, 5, 3)
    assert np.allclose(tf.transpose(first, (0, 2, 3, 1)), last)


def test_many_images_at_a_time_give_what_each_gives_alone():
    # more than are laid out at once
    x, w = draws((40, 28, 28, 3), (5, 5, 3, 4))
    with tf.GradientTape() as tape:
        tape.watch(w)
        y = tf.nn.conv2d(x, w, 1, "SAME")
    gradient = tape.gradient(y, w)
    alone = []
    for k in range(40):
        with tf.GradientTape() as tape:
            tape.watch(w)
            part = tf.nn.conv2d(x[k : k + 1], w, 1, "SAME")
        assert np.allclose(part[0], y[k])
        alone.append(tape.gradient(part, w))
    assert np.allclose(gradient, tf.add_n(alone))


def test_pools_of_volumes_have_their_derivatives():
    (x,) = draws((1, 4, 3, 4, 2))
    for pool in (tf.nn.max_pool3d, tf.nn.avg_pool3d):
        exact, numeric = tf.test.compute_gradient(lambda t, p=pool: p(t, 2, 2, "SAME"), [x])
        assert np.allclose(exact[0], numeric[0], atol=1e-6)


def test_a_tie_gives_the_gradient_to_the_first_in_reading_order():
    x = tf.ones((1, 2, 2, 1))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.max_pool2d(x, 2, 2, "VALID")
    assert tape.gradient(y, x).numpy().ravel().tolist() == [1.0, 0.0, 0.0, 0.0]


def test_nan_is_the_largest():
    x = tf.reshape([1.0, np.nan, 3.0, 0.0], (1, 2, 2, 1))
    assert np.isnan(tf.nn.max_pool2d(x, 2, 2, "SAME").numpy()).all()


def test_padding_counts_neither_as_largest_nor_in_a_mean():
    x = -tf.ones((1, 3, 3, 1))
    for pool in (tf.nn.max_pool2d, tf.nn.avg_pool2d):
        assert np.array_equal(pool(x, 2, 2, "SAME"), -np.ones((1, 2, 2, 1)))


def test_a_batched_jacobian_of_a_small_network_is_the_loop():
    x, w = draws((2, 5, 5, 1), (3, 3, 1, 2))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, w])
        y = tf.reshape(
            tf.nn.max_pool2d(tf.nn.elu(tf.nn.conv2d(x, w, 1, "SAME")), 2, 2, "SAME"), [-1]
        )
        parts = tf.unstack(y)
    for source in (x, w):
        loop = [tape.gradient(part, source).numpy() for part in parts]
        assert np.allclose(tape.jacobian(y, source), np.stack(loop))


def test_threads_convolve_without_disturbing_one_another() -> None:
    rng = np.random.default_rng(7)
    images = [tf.constant(rng.standard_normal((8, 20, 20, 8)).astype("f")) for _ in range(4)]
    filters = tf.constant(rng.standard_normal((3, 3, 8, 8)).astype("f"))
    exact, sizes = (
        [tf.nn.conv2d(of(widened(x)), of(widened(filters)), 1, "SAME").numpy() for x in images]
        for of in (np.positive, np.abs)
    )
    same: list[bool] = []

    def work(k: int) -> None:
        for _ in range(20):
            y = tf.nn.conv2d(images[k], filters, 1, "SAME").numpy()
            assert_sum(y, exact[k], sizes[k], terms=3 * 3 * 8)
            same.append(True)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert same == [True] * 80


def test_an_image_larger_than_the_room_for_patches() -> None:
    x = np.random.default_rng(8).standard_normal((1, 200, 200, 2))
    y = tf.nn.conv2d(x, tf.ones((3, 3, 2, 1), tf.float64), 1, "VALID").numpy()
    window = np.lib.stride_tricks.sliding_window_view(x.sum(-1)[0], (3, 3)).sum((-1, -2))
    np.testing.assert_allclose(y[0, :, :, 0], window)


def test_several_batch_axes() -> None:
    x = np.random.default_rng(9).standard_normal((2, 3, 5, 5, 2))
    w = tf.ones((2, 2, 2, 4), tf.float64)
    y = tf.nn.conv2d(x, w, 1, "SAME")
    assert y.shape == (2, 3, 5, 5, 4)
    np.testing.assert_allclose(y[1, 2], tf.nn.conv2d(x[1, 2:], w, 1, "SAME")[0])
