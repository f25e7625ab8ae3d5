"""Arguments that Keras 3 still takes with a warning, and cells of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf

layers, Sequential = tf.keras.layers, tf.keras.Sequential
X = np.full((2, 3, 4), 0.1, np.float32)
ONES: dict[str, Any] = {"kernel_initializer": "ones", "recurrent_initializer": "ones"}


@pytest.mark.parametrize(
    ("make", "weights", "input_shape"),
    [
        (lambda: layers.Dense(2, input_shape=(3,)), 2, (None, 3)),
        (lambda: layers.Dense(2, input_dim=3), 2, (None, 3)),
        (lambda: layers.Flatten(input_shape=(2, 2)), 0, (None, 2, 2)),
        (lambda: layers.LSTM(2, input_shape=(3, 1)), 3, (None, 3, 1)),
        (lambda: layers.Conv2D(2, 3, input_shape=(5, 5, 1)), 2, (None, 5, 5, 1)),
    ],
)
def test_the_shape_of_the_first_layer(make: Any, weights: int, input_shape: Any) -> None:
    with pytest.warns(UserWarning, match="prefer using an `Input"):
        layer = make()
    model = Sequential([layer])
    assert model.built
    assert len(model.weights) == weights
    assert model.input_shape == input_shape


def test_it_builds_nothing_behind_the_first() -> None:
    with pytest.warns(UserWarning, match="Input"):
        second = layers.Dense(2, input_shape=(7,))
    model = Sequential([layers.Dense(3), second])
    assert not model.weights
    assert model(tf.ones([1, 5])).shape == (1, 2)


def test_names_of_old() -> None:
    with pytest.warns(UserWarning, match="negative_slope"):
        assert np.allclose(layers.LeakyReLU(alpha=0.5)(tf.constant([-1.0])), -0.5)
    with pytest.warns(UserWarning, match="Just remove it"):
        assert layers.Embedding(3, 2, input_length=4)(tf.constant([[1]])).shape == (1, 1, 2)
    with pytest.warns(UserWarning, match="`decay` is no longer supported"):
        assert float(tf.keras.optimizers.Adam(decay=0.1).learning_rate) == pytest.approx(1e-3)
    for refused in (
        lambda: layers.Dense(2, batch_input_shape=(1, 3)),
        lambda: layers.ReLU(alpha=0.1),
        lambda: tf.keras.optimizers.SGD(lr=0.1),
    ):
        with pytest.raises(ValueError, match=r"(?i)recogni[sz]ed"):
            refused()


def test_one_layer_twice() -> None:
    dense = layers.Dense(4, kernel_initializer="ones")
    for model in (Sequential([dense, dense]), Sequential()):
        if not model.layers:
            model.add(dense)
            model.add(dense)
        assert np.allclose(model(tf.ones([1, 4])), 16)
        assert (len(model.weights), len(model.layers)) == (2, 2)
    with pytest.raises(ValueError, match="unique name"):
        Sequential([layers.Dense(1, name="a"), layers.Dense(1, name="a")])


class Minimal(layers.Layer):
    """A cell with `state_size` and `call` alone."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = self.state_size = units

    def build(self, input_shape: Any) -> None:
        """One kernel for the inputs, one for the state."""
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units), initializer="ones", name="kernel"
        )
        self.recurrent = self.add_weight(
            shape=(self.units, self.units), initializer="ones", name="recurrent"
        )

    def call(self, inputs: Any, states: Any) -> Any:
        """x·K + h·R."""
        output = tf.matmul(inputs, self.kernel) + tf.matmul(states[0], self.recurrent)
        return output, [output]


class Pair(layers.Layer):
    """Two states of different widths."""

    state_size = (3, 2)

    def call(self, inputs: Any, states: Any) -> Any:
        """Both go on by one."""
        a, b = states
        return a + 1.0, [a + 1.0, b * 2.0]


def test_cells_of_ones_own() -> None:
    layer = layers.RNN(Minimal(2))
    assert np.allclose(layer(X), 2.8)
    assert len(layer.trainable_weights) == 2
    assert np.allclose(layers.RNN(Pair())(X), 3.0)
    with pytest.raises(ValueError, match="state_size"):
        layers.RNN(layers.Dense(2))


def test_cells_upon_cells() -> None:
    layer = layers.RNN([Minimal(2), Minimal(3)])
    assert np.allclose(layer(X), 20.0)
    assert len(layer.weights) == 4
    mixed = layers.RNN([layers.LSTMCell(2, **ONES), layers.GRUCell(3, **ONES)], return_state=True)
    output, *states = mixed(X)
    assert np.allclose(output, 0.355982)
    assert [round(float(state[0, 0]), 5) for state in states] == [0.60121, 1.10902, 0.35598]
    assert len(mixed.weights) == 6
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(X))
    assert all(g is not None for g in tape.gradient(loss, layer.trainable_weights))
    assert layers.LSTMCell(3).state_size == [3, 3]
    assert layers.GRUCell(3).state_size == 3
