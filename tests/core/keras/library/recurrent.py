"""Recurrent layers that hold others: weights and draws by seed, states, merged outputs."""

from typing import Any

import numpy as np

from tests.core.keras.cases import numbers
from tests.core.keras.library import program, programs

STEPS = numbers(2, 5, 3, seed=9)


def seeded(tf: Any) -> Any:
    tf.keras.utils.set_random_seed(4)
    return tf.keras.layers


@programs(
    concat={}, pair={"merge_mode": None}, total={"merge_mode": "sum"}, mean={"merge_mode": "ave"},
    product={"merge_mode": "mul"},
)  # fmt: skip
def both_directions(tf: Any, settings: Any) -> list[Any]:
    layers, results = seeded(tf), []
    for kind in ("SimpleRNN", "LSTM", "GRU"):
        for of_layer in ({}, {"return_sequences": True}, {"return_state": True}):
            layer = layers.Bidirectional(getattr(layers, kind)(2, **of_layer), **settings)
            outputs = layer(tf.constant(STEPS))
            results += outputs if isinstance(outputs, (list, tuple)) else [outputs]
            paths = ["/".join(v.path.split("/")[1:]) for v in layer.weights]
            results += [*layer.get_weights(), np.array(paths)]
    return results


@program
def both_directions_with_states(tf: Any) -> list[Any]:
    layers, x = seeded(tf), tf.constant(STEPS)
    states = [tf.constant(numbers(2, 2, seed=i)) for i in range(4)]
    lstm = layers.Bidirectional(layers.LSTM(2, return_state=True))
    going_on = layers.Bidirectional(layers.GRU(2, stateful=True, return_sequences=True))
    results = [*lstm(x, initial_state=states), going_on(x), going_on(x)]
    going_on.reset_state()
    other = layers.Bidirectional(layers.GRU(2), backward_layer=layers.GRU(3, go_backwards=True))
    cells = layers.RNN([layers.GRUCell(2), layers.LSTMCell(3)], return_sequences=True)
    stacked = layers.Bidirectional(cells)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(stacked(x) ** 2)
    gradients = tape.gradient(loss, stacked.trainable_variables)
    zeros = layers.LSTM(3).get_initial_state(batch_size=2)
    return [*results, going_on(x), other(x), stacked(x), *gradients, *zeros]


@program
def masks_and_dropout_in_both_directions(tf: Any) -> list[Any]:
    layers = seeded(tf)
    words = tf.constant([[1, 2, 3, 0], [4, 5, 0, 0]])
    embedded = layers.Embedding(9, 3, mask_zero=True)(words)
    first = layers.Bidirectional(layers.LSTM(2, return_sequences=True))(embedded)
    results = [first, layers.Bidirectional(layers.GRU(2))(first)]
    for kind in ("LSTM", "GRU"):
        for further in ({}, {"recurrent_dropout": 0.2}):
            layer = getattr(layers, kind)(2, return_sequences=True, dropout=0.3, seed=3, **further)
            results += [layer(STEPS, training=True)]
            results += [layers.Bidirectional(layer)(STEPS, training=True)]
    return results
