"""tf.nn and tf.image on what they cannot take, on nothing, on special numbers; what tapes keep."""

import numpy as np
import pytest

import gradtape as tf

X = tf.ones((2, 5, 5, 3))
W = tf.ones((3, 3, 3, 4))
InvalidArgumentError = tf.errors.InvalidArgumentError


def refused(error, text, call, *args, **kwargs):
    with pytest.raises(error) as caught:
        call(*args, **kwargs)
    assert text in str(caught.value)


# -- convolution and pooling ---------------------------------------------------------------------

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


# -- activations and losses ----------------------------------------------------------------------

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
        "Received a label value of 5 which is outside the valid range of [0, 2).  Label values: 1 5",
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


# -- images --------------------------------------------------------------------------------------

IMAGE = tf.reshape(tf.range(12.0), (2, 2, 3))
IMAGES = {
    "rank": (ValueError, "3 or 4 dimensions", lambda: tf.image.resize([1.0], [2, 2])),
    "size": (ValueError, "2 elements", lambda: tf.image.resize(IMAGE, [2])),
    "size of 0": (ValueError, "positive", lambda: tf.image.resize(IMAGE, [0, 2])),
    "float size": (TypeError, "size takes integers", lambda: tf.image.resize(IMAGE, [2.0, 2.0])),
    "method": (
        ValueError,
        "knows the methods",
        lambda: tf.image.resize(IMAGE, [2, 2], method="cubist"),
    ),
    "text": (
        InvalidArgumentError,
        "",
        lambda: tf.image.resize([[["a"]]], [2, 2], method="nearest"),
    ),
    "crop": (ValueError, "reaches out", lambda: tf.image.crop_to_bounding_box(IMAGE, 1, 0, 2, 2)),
    "negative crop": (
        ValueError,
        "offsets must be >= 0",
        lambda: tf.image.crop_to_bounding_box(IMAGE, -1, 0, 2, 2),
    ),
    "pad": (ValueError, "does not fit", lambda: tf.image.pad_to_bounding_box(IMAGE, 1, 0, 2, 2)),
    "fraction": (ValueError, "(0, 1]", lambda: tf.image.central_crop(IMAGE, 0.0)),
    "channels": (
        InvalidArgumentError,
        "3 channels",
        lambda: tf.image.adjust_hue(tf.zeros((2, 2, 4)), 0.1),
    ),
    "hue": (ValueError, "[-1, 1]", lambda: tf.image.adjust_hue(IMAGE, 1.5)),
    "contrast": (
        InvalidArgumentError,
        "at least 3-D",
        lambda: tf.image.adjust_contrast(tf.zeros((2, 2)), 2.0),
    ),
    "gamma": (ValueError, "non-negative", lambda: tf.image.adjust_gamma(IMAGE, gamma=-1)),
    "gradients of one image": (ValueError, "4D", lambda: tf.image.image_gradients(IMAGE)),
    "gray": (ValueError, "size 1", lambda: tf.image.grayscale_to_rgb(IMAGE)),
    "dtype": (
        TypeError,
        "integer or floating",
        lambda: tf.image.convert_image_dtype(IMAGE, tf.string),
    ),
}


@pytest.mark.parametrize("name", IMAGES)
def test_images_refuse(name):
    refused(*IMAGES[name])


@pytest.mark.parametrize(
    ("op", "call"),
    [
        ("AdjustContrastv2", lambda x: tf.image.adjust_contrast(x, 2.0)),
        ("AdjustHue", lambda x: tf.image.adjust_hue(x, 0.1)),
        ("AdjustSaturation", lambda x: tf.image.adjust_saturation(x, 0.5)),
        ("ResizeArea", lambda x: tf.image.resize(x, [1, 1], method="area")),
    ],
)
def test_colours_and_areas_have_no_gradient_and_say_so(op, call):
    with tf.GradientTape() as tape:
        tape.watch(IMAGE)
        y = call(IMAGE)
    with pytest.raises(LookupError, match=f"gradient registry has no entry for: {op}"):
        tape.gradient(y, IMAGE)


@pytest.mark.parametrize(
    ("call", "method"),
    [
        ("resize_bilinear", "bilinear"),
        ("resize_nearest", "nearest"),
        ("resize_bicubic", "bicubic"),
        ("scale_and_translate", "triangle"),
    ],
)
@pytest.mark.parametrize("size", [(7, 3), (2, 9)])
def test_resizing_and_its_gradient_are_transposes_of_each_other(call, method, size):
    # in float64, where the public function would answer in float32
    from gradtape.ops import resize

    op = getattr(resize, call)
    x, g = draws((2, 4, 5, 3), (2, *size, 3))
    with tf.GradientTape() as outer:
        outer.watch(g)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = op(x, size=size, method=method, antialias=True)
        back = inner.gradient(y, x, output_gradients=g)
    assert np.allclose(tf.reduce_sum(y * g), tf.reduce_sum(back * x))
    assert np.allclose(outer.gradient(back, g, output_gradients=x), y)


def test_the_gradient_of_resizing_can_be_differentiated_again():
    (x,) = draws((1, 3, 4, 1))
    x = tf.cast(x, tf.float32)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_sum(tf.image.resize(x, [5, 6]) ** 3)
        gradient = inner.gradient(y, x)
    hessian = outer.jacobian(gradient, x).numpy().reshape(12, 12)
    assert np.allclose(hessian, hessian.T, atol=1e-4)
    assert np.abs(hessian).max() > 0.1
