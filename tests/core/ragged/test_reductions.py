"""Reductions of ragged tensors beside TensorFlow's."""

import numpy as np
import pytest

import gradtape as tf

NAN = float("nan")
ROWS = {
    "r": [[1.0, 2.0], [], [3.0, 0.5, 4.0]],
    "r3": [[[1.0, 2.0], [3.0]], [], [[4.0, 5.0, 6.0]]],
    "i": [[1, 2], [], [3, 7, 5]],
    "b": [[True, False], [], [True, True, True]],
}
#: function, rows, axis, keepdims; what TensorFlow gives
RECORDED = [
    ("sum", "r", None, False, "float32", 10.5),
    ("sum", "r", 0, False, "float32", [4.0, 2.5, 4.0]),
    ("sum", "r3", 0, False, "float32", [[5.0, 7.0, 6.0], [3.0]]),
    ("sum", "r3", 1, False, "float32", [[4.0, 2.0], [], [4.0, 5.0, 6.0]]),
    ("sum", "i", 1, False, "int32", [3, 0, 15]),
    ("sum", "m", -1, False, "float32", [[3.0, 7.0], [], [11.0]]),
    ("mean", "r", 1, False, "float32", [1.5, NAN, 2.5]),
    ("mean", "r3", [0, 1], False, "float32", [2.6666667461395264, 3.5, 6.0]),
    ("mean", "i", None, False, "float64", 3.6),
    ("mean", "m", [1, 2], False, "float32", [2.5, NAN, 5.5]),
    ("mean", "r", 1, True, "float32", [[1.5], [NAN], [2.5]]),
    ("mean", "r3", 1, True, "float32", [[[2.0, 2.0]], [[]], [[4.0, 5.0, 6.0]]]),
    ("mean", "r", 0, True, "float32", [[2.0, 1.25, 4.0]]),
    ("mean", "r", None, True, "float32", [[2.0999999046325684]]),
    ("max", "r", 1, False, "float32", [2.0, -3.4028234663852886e38, 4.0]),
    ("max", "r3", 0, False, "float32", [[4.0, 5.0, 6.0], [3.0]]),
    ("max", "r", 1, True, "float32", [[2.0], [-3.4028234663852886e38], [4.0]]),
    ("max", "r3", 1, True, "float32", [[[3.0, 2.0]], [[]], [[4.0, 5.0, 6.0]]]),
    ("max", "r", 0, True, "float32", [[3.0, 2.0, 4.0]]),
    ("max", "r", None, True, "float32", [[4.0]]),
    ("min", "r3", 2, False, "float32", [[1.0, 3.0], [], [4.0]]),
    ("min", "i", 1, False, "int32", [1, 2147483647, 3]),
    ("prod", "r", 0, False, "float32", [3.0, 1.0, 4.0]),
    ("prod", "r3", [1, 2], False, "float32", [6.0, 1.0, 120.0]),
    ("any", "b", 0, False, "bool", [True, True, True]),
    ("any", "b", 1, False, "bool", [True, False, True]),
    ("all", "b", None, False, "bool", False),
    ("all", "b", 1, False, "bool", [False, True, True]),
]


def rows(name):
    if name == "m":  # rows of pairs
        return tf.RaggedTensor.from_row_splits([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0, 2, 2, 3])
    return tf.ragged.constant(ROWS[name])


def plain(value):
    return value.to_list() if isinstance(value, tf.RaggedTensor) else value.numpy().tolist()


def numbers(value):
    return [n for part in value for n in numbers(part)] if isinstance(value, list) else [value]


def form(value):
    return [form(part) for part in value] if isinstance(value, list) else 0


@pytest.mark.parametrize(("how", "name", "axis", "keepdims", "dtype", "want"), RECORDED)
def test_values_are_tensorflows(how, name, axis, keepdims, dtype, want):
    y = getattr(tf, f"reduce_{how}")(rows(name), axis=axis, keepdims=keepdims)
    assert y.dtype.name == dtype and form(plain(y)) == form(want)
    np.testing.assert_allclose(numbers(plain(y)), numbers(want), rtol=1e-6)


@pytest.mark.parametrize("axis", [None, 0, 1, [0, 1]])
@pytest.mark.parametrize("how", ["sum", "max", "min", "prod", "mean"])
def test_gradients_are_those_of_the_rows(how, axis):
    """Of rows of one length a ragged tensor is a tensor."""
    reduce = getattr(tf, f"reduce_{how}")
    x = tf.Variable([[1.0, -2.0, 3.0], [2.5, 0.5, 4.0]])
    flat = tf.Variable(tf.reshape(x, [6]))
    with tf.GradientTape() as tape:
        dense = tf.reduce_sum(reduce(x, axis=axis) ** 2)
    want = tape.gradient(dense, x)
    with tf.GradientTape() as tape:
        ragged = tf.RaggedTensor.from_row_splits(flat, [0, 3, 6])
        y = tf.reduce_sum(reduce(ragged, axis=axis) ** 2)
    np.testing.assert_allclose(y, dense, rtol=1e-6)
    np.testing.assert_allclose(tape.gradient(y, flat), tf.reshape(want, [6]), rtol=1e-6)


def test_an_axis_that_is_not_there():
    with pytest.raises(ValueError, match="axis=2 out of bounds: expected -2<=axis<2"):
        tf.reduce_sum(rows("r"), axis=2)
    assert plain(tf.reduce_sum(rows("r")[1:2], axis=0)) == []
