"""What layers, regularizers and initializers refuse, and how they say so."""

import numpy as np
import pytest

import gradtape as tf

keras = tf.keras
layers = tf.keras.layers


def dense():
    """A layer called `dense` that takes three columns."""
    layer = layers.Dense(2)
    layer.build((None, 3))
    return layer


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: dense()(tf.ones((3,))),
            ValueError,
            "incompatible with the layer: expected min_ndim=2, found ndim=1. Full shape received: "
            "(3,)",
        ),
        (
            lambda: dense()(tf.ones((2, 4))),
            ValueError,
            "expected axis -1 of input shape to have value 3, but received input with shape (2, 4)",
        ),
        (
            lambda: dense()([[1.0, 2.0, 3.0]]),
            ValueError,
            "Only input tensors may be passed as positional arguments",
        ),
        (
            lambda: dense()(None),
            ValueError,
            "Inputs to a layer should be tensors. Got 'None' (of type <class 'NoneType'>) as "
            "input for layer 'dense'.",
        ),
        (
            lambda: dense()("a"),
            ValueError,
            "Only input tensors may be passed as positional arguments",
        ),
        (
            lambda: layers.Dense(0),
            ValueError,
            "Received an invalid value for `units`, expected a positive integer. Received: units=0",
        ),
        (lambda: layers.Dense(2.5), ValueError, "Received: units=2.5"),
        (
            lambda: layers.Dense(2, activation="foo"),
            ValueError,
            "Could not interpret activation function identifier: foo",
        ),
        (
            lambda: layers.Dense(2, kernel_initializer="foo"),
            ValueError,
            "Could not interpret initializer identifier: foo",
        ),
        (
            lambda: layers.Dense(2, foo=1),
            ValueError,
            "Unrecognized keyword arguments passed to Dense: {'foo': 1}",
        ),
        (
            lambda: layers.Dense(2, dtype="foo"),
            ValueError,
            "A layer's dtype is a floating-point type, such as 'float32', got 'foo'",
        ),
        (
            lambda: layers.Layer()(tf.ones(2)),
            NotImplementedError,
            "Layer Layer does not have a `call` method implemented.",
        ),
        (
            lambda: layers.Layer().add_weight("kernel", (2,)),
            ValueError,
            "Use: add_weight(shape=..., name='kernel')",
        ),
        (
            lambda: layers.Layer().add_weight(shape=3),
            ValueError,
            "Cannot convert '3' to a shape. Write (3,).",
        ),
        (
            lambda: dense().set_weights([np.ones((3, 2))]),
            ValueError,
            "with a weight list of length 1, but the layer was expecting 2 weights",
        ),
        (
            lambda: dense().set_weights([np.ones((3, 3)), np.ones(2)]),
            ValueError,
            "Layer dense weight shape (3, 2) is not compatible with provided weight shape (3, 3).",
        ),
        (lambda: layers.Dense(2).count_params(), ValueError, "the layer isn't built"),
        (lambda: layers.Conv2D(0, 3), ValueError, "Invalid value for argument `filters`"),
        (
            lambda: layers.Conv2D(2, 0),
            ValueError,
            "The `kernel_size` argument must be a tuple of 2 integers",
        ),
        (lambda: layers.Conv2D(2, (1, 2, 3)), ValueError, "Received kernel_size=(1, 2, 3)"),
        (
            lambda: layers.Conv2D(2, 3, padding="foo"),
            ValueError,
            "The `padding` argument must be a list/tuple or one of",
        ),
        (
            lambda: layers.Conv2D(2, 3, strides=2, dilation_rate=2),
            ValueError,
            "`strides > 1` not supported in conjunction with `dilation_rate > 1`",
        ),
        (
            lambda: layers.Conv2D(3, 3, groups=2),
            ValueError,
            "evenly divisible by the number of groups",
        ),
        (
            lambda: layers.Conv2D(2, 3)(tf.ones((1, 2, 2, 1))),
            ValueError,
            "Computed output size would be zero or negative",
        ),
        (
            lambda: layers.Conv2D(2, 3)(tf.ones((2, 5, 5))),
            ValueError,
            "expected min_ndim=4, found ndim=3",
        ),
        (
            lambda: layers.MaxPooling2D()(tf.ones((4, 4, 1))),
            ValueError,
            "expected ndim=4, found ndim=3",
        ),
        (
            lambda: layers.Dropout(1.5),
            ValueError,
            "Expected a float value between 0 and 1. Received: rate=1.5",
        ),
        (
            lambda: layers.Dropout(0.5, seed="a"),
            ValueError,
            "Argument `seed` must be an integer. Received: seed=a",
        ),
        (
            lambda: layers.Dropout(0.5)(tf.constant([1, 2]), training=True),
            ValueError,
            "must be a floating point tensor",
        ),
        (
            lambda: layers.BatchNormalization(axis=3)(tf.ones((2, 2))),
            ValueError,
            "which have the axes -2 to 1",
        ),
        (
            lambda: layers.LayerNormalization(axis="a"),
            TypeError,
            "Expected an int or a list/tuple of ints for the argument 'axis'",
        ),
        (lambda: layers.Embedding(0, 3), ValueError, "`input_dim` must be a positive integer"),
        (
            lambda: layers.Embedding(2, 3)(tf.constant([5])),
            tf.errors.InvalidArgumentError,
            "is not in [0, 2)",
        ),
        (
            lambda: layers.Add().compute_mask([tf.ones((1, 2))] * 2, [None]),
            ValueError,
            "The lists `inputs` and `mask` should have the same length",
        ),
        (
            lambda: layers.Concatenate().compute_mask(tf.ones((1, 2)), [None]),
            ValueError,
            "`inputs` and `mask` should be lists",
        ),
        (lambda: layers.Reshape((-1, -1)), ValueError, "at most one unknown dimension (-1)"),
        (
            lambda: layers.Reshape((4, 2))(tf.ones((2, 6))),
            ValueError,
            "input_shape=(6,), target_shape=(4, 2)",
        ),
        (
            lambda: layers.ReLU(max_value=-1),
            ValueError,
            "max_value of a ReLU layer cannot be a negative value",
        ),
        (lambda: layers.LSTM(0), ValueError, "Received an invalid value for argument `units`"),
        (lambda: layers.LSTM(2)(tf.ones((2, 3))), ValueError, "expected ndim=3, found ndim=2"),
        (lambda: layers.LSTM(2)(tf.ones((2, 0, 3))), ValueError, "got a sequence without steps"),
        (
            lambda: layers.LSTM(2)(tf.ones((1, 2, 3)), initial_state=tf.ones((1, 2))),
            ValueError,
            "has 2 states, but initial_state gave 1",
        ),
        (lambda: layers.Add()([]), ValueError, "a list of at least 1 input"),
        (
            lambda: layers.Add()([tf.ones((2, 1)), tf.ones(1)]),
            ValueError,
            "Cannot merge tensors with different batch sizes",
        ),
        (
            lambda: layers.Add()([tf.ones((3, 4, 2)), tf.ones((3, 4))]),
            ValueError,
            "Inputs have incompatible shapes",
        ),
        (lambda: layers.Add()([tf.ones(2), tf.ones(())]), ValueError, "Cannot merge a scalar"),
        (lambda: keras.regularizers.L2(-1.0), ValueError, "expected a non-negative float"),
        (
            lambda: keras.initializers.GlorotUniform(seed="a"),
            ValueError,
            "`seed` argument should be an instance of",
        ),
        (
            lambda: keras.initializers.VarianceScaling(-1.0),
            ValueError,
            "Argument `scale` must be positive float",
        ),
        (
            lambda: keras.initializers.Identity()((2, 2, 2)),
            ValueError,
            "can only be used for 2D matrices",
        ),
    ],
)
def test_refusals(call, error, text):
    keras.utils.clear_session()
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)


def test_a_layer_called_on_a_layer_says_what_to_call():
    layer = tf.keras.layers.Dense(2)
    for call in (lambda x: layer(x), lambda x: tf.keras.layers.Add()([x, x])):
        with pytest.raises(ValueError, match=r"a layer and no tensor.*keras\.Input"):
            call(tf.keras.layers.Flatten())
