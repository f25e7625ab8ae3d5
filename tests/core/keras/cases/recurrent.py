"""Recurrent layers: every setting, with gradients through all steps."""

from typing import Any

import numpy as np

from tests.core.keras.cases import built_and_differentiated, numbers, program, programs

INPUTS = numbers(2, 4, 3, seed=1)
KINDS = ("SimpleRNN", "LSTM", "GRU")


@programs(
    plain={},
    sequences={"return_sequences": True},
    states={"return_state": True, "return_sequences": True},
    backwards={"go_backwards": True, "return_sequences": True},
    without_bias={"use_bias": False, "activation": "relu"},
)
def recurrent(tf: Any, settings: Any) -> list[Any]:
    results = []
    for kind in KINDS:
        layer = getattr(tf.keras.layers, kind)(2, **settings)
        results += built_and_differentiated(tf, layer, INPUTS)
    return results


@program
def gru_reset_before(tf: Any) -> list[Any]:
    layer = tf.keras.layers.GRU(3, reset_after=False, recurrent_activation="hard_sigmoid")
    return built_and_differentiated(tf, layer, INPUTS)


@program
def recurrent_with_a_mask(tf: Any) -> list[Any]:
    mask = tf.constant([[True, True, False, True], [False, True, True, False]])
    results = []
    for kind in KINDS:
        layer = getattr(tf.keras.layers, kind)(2, return_sequences=True)
        results += built_and_differentiated(tf, layer, INPUTS, mask=mask)
    return results


@program
def recurrent_from_a_state(tf: Any) -> list[Any]:
    states = [tf.constant(numbers(2, 2, seed=s)) for s in (2, 3)]
    results = []
    for kind in KINDS:
        layer = getattr(tf.keras.layers, kind)(2)
        initial = states if kind == "LSTM" else states[:1]
        results += built_and_differentiated(tf, layer, INPUTS, initial_state=initial)
    return results


@program
def drawn_recurrent_weights(tf: Any) -> list[Any]:
    tf.keras.utils.set_random_seed(4)
    results = []
    for kind in KINDS:
        layer = getattr(tf.keras.layers, kind)(3, dropout=0.4, recurrent_dropout=0.3)
        results += [layer(INPUTS, training=True), *layer.get_weights(), layer(INPUTS)]
    return results


@program
def cells(tf: Any) -> list[Any]:
    results = []
    for kind in KINDS:
        cell = getattr(tf.keras.layers, f"{kind}Cell")(2)
        cell.build((None, 3))
        cell.set_weights([numbers(*w.shape, seed=i) for i, w in enumerate(cell.weights)])
        states = cell.get_initial_state(batch_size=2)
        output, states = cell(tf.constant(INPUTS[:, 0]), states)
        output, states = cell(tf.constant(INPUTS[:, 1]), states)
        results += [output, *tf.nest.flatten(states)]
    return results


@program
def an_rnn_of_a_cell(tf: Any) -> list[Any]:
    layer = tf.keras.layers.RNN(tf.keras.layers.GRUCell(2), return_state=True)
    return built_and_differentiated(tf, layer, INPUTS)


@programs(concat="concat", sum="sum", ave="ave")
def bidirectional(tf: Any, mode: str) -> list[Any]:
    inner = tf.keras.layers.LSTM(2, return_sequences=mode != "sum")
    layer = tf.keras.layers.Bidirectional(inner, merge_mode=mode)
    return built_and_differentiated(tf, layer, INPUTS)


@program
def a_stateful_layer(tf: Any) -> list[Any]:
    layer = tf.keras.layers.LSTM(2, stateful=True)
    layer(INPUTS)
    layer.set_weights([numbers(*w.shape, seed=i) for i, w in enumerate(layer.weights)])
    layer.reset_state()
    first, second = layer(INPUTS), layer(INPUTS)
    layer.reset_state()
    return [first, second, layer(INPUTS), np.float32(0.0)]
