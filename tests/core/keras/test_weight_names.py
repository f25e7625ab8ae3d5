"""Weights under Keras's own names: `layer._kernel`, and `variable.value`, bare and called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf

LAYERS: dict[str, tuple[Any, tuple[int, ...], str]] = {
    "Dense": (tf.keras.layers.Dense(2, use_bias=False), (1, 3), "_kernel"),
    "Conv1D": (tf.keras.layers.Conv1D(2, 1, use_bias=False), (1, 3, 2), "_kernel"),
    "Conv2D": (tf.keras.layers.Conv2D(1, 1, use_bias=False), (1, 2, 2, 1), "_kernel"),
    "Embedding": (tf.keras.layers.Embedding(3, 2), (2,), "_embeddings"),
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_tensor_in_place_of_the_weight_is_used(name: str) -> None:
    layer, shape, attribute = LAYERS[name]
    x = tf.ones(shape, tf.int32 if name == "Embedding" else tf.float32)
    layer(x)
    weight = getattr(layer, attribute)
    assert weight is layer.weights[0]
    made = tf.Variable(np.ones(weight.shape, np.float32))
    with tf.GradientTape() as tape:
        setattr(layer, attribute, 2.0 * made)
        y = tf.reduce_sum(layer(x))
    gradient = tf.convert_to_tensor(tape.gradient(y, made))
    assert float(y) == float(tf.reduce_sum(gradient))  # the output is linear in the weight


def test_value_is_the_variable_and_called_a_tensor() -> None:
    v = tf.keras.layers.Dense(1).add_weight(shape=(2,), initializer="ones", name="scale")
    np.testing.assert_array_equal(v.value + 1.0, [2.0, 2.0])
    np.testing.assert_array_equal(v.value(), [1.0, 1.0])
    np.testing.assert_array_equal(np.asarray(v.value), [1.0, 1.0])
    assert v.value.shape == (2,) and v.value.dtype == tf.float32 and v.value.name == "scale"
    assert isinstance(v.value(), tf.Tensor) and tf.is_tensor(v.value)
    for value in (lambda: v.value, lambda: v.value()):
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(value() ** 2)
        np.testing.assert_array_equal(tape.gradient(y, v), [2.0, 2.0])
    v.value.assign([3.0, 4.0])
    np.testing.assert_array_equal(v.numpy(), [3.0, 4.0])
