"""All steps of an LSTM at once: what the cell does step by step, in values and derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.keras.layers import LSTM, RNN, LSTMCell
from gradtape.ops.nn.recurrence import lstm_sequence

RNG = np.random.default_rng(1)
X = RNG.normal(size=(3, 4, 2))
OPTIONS = [
    {},
    {"return_sequences": True, "return_state": True},
    {"go_backwards": True, "return_state": True},
    {"use_bias": False, "return_sequences": True, "go_backwards": True},
]


class OneByOne(LSTMCell):
    """A cell of another class, which is called step by step."""


def layers(options: dict[str, Any]) -> tuple[LSTM, RNN]:
    """An LSTM and a layer that goes step by step, with the same weights."""
    own = {key: value for key, value in options.items() if key == "use_bias"}
    rest = {key: value for key, value in options.items() if key not in own}
    both = (
        LSTM(5, dtype="float64", **options),
        RNN(OneByOne(5, dtype="float64", **own), dtype="float64", **rest),
    )
    for layer in both:
        layer(X)
    weights = [RNG.normal(size=w.shape) for w in both[0].get_weights()]
    for layer in both:
        layer.set_weights(weights)
    return both


def results(layer: Any, x: Any) -> list[Any]:
    y = layer(x)
    return list(y) if isinstance(y, tuple) else [y]


def derivatives(layer: Any) -> list[Any]:
    """Values, gradients, gradients of a gradient's norm, and a directional derivative."""
    x = tf.constant(X)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            values = results(layer, x)
            loss = sum(tf.reduce_sum(tf.sin(y)) for y in values)
        first = inner.gradient(loss, [x, *layer.trainable_variables])
        norm = sum(tf.reduce_sum(g * g) for g in first)
    second = outer.gradient(norm, [x, *layer.trainable_variables])
    with tf.autodiff.ForwardAccumulator(x, tf.cos(x)) as accumulator:
        pushed = [accumulator.jvp(y) for y in results(layer, x)]
    return [*values, *first, *second, *pushed]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_all_steps_at_once_are_the_steps_one_by_one(options: dict[str, Any]) -> None:
    at_once, one_by_one = layers(options)
    with tf.GradientTape() as tape:
        tape.watch(x := tf.constant(X))
        y = at_once(x)
    assert "LSTMSequence" in {node.op for node in tape.graph().nodes}, y
    for found, wanted in zip(derivatives(at_once), derivatives(one_by_one), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "unusual",
    [{"activation": "relu"}, {"recurrent_activation": "hard_sigmoid"}, {"dropout": 0.5}],
    ids=str,
)
def test_what_is_not_usual_goes_step_by_step(unusual: dict[str, Any]) -> None:
    layer = LSTM(5, **unusual)
    with tf.GradientTape() as tape:
        layer(tf.constant(X, tf.float32), training=True)
    assert "LSTMSequence" not in {node.op for node in tape.graph().nodes}


def test_every_result_of_the_op_has_its_gradient() -> None:
    """Against central differences, the gates too, which no layer shows."""
    arrays = [RNG.normal(size=shape) for shape in ((3, 2, 8), (2, 2), (2, 2), (2, 8))]
    weights = [RNG.normal(size=shape) for shape in ((3, 2, 2), (3, 2, 2), (3, 2, 8))]

    def loss(*operands: Any) -> Any:
        ys = lstm_sequence(*map(tf.convert_to_tensor, operands))
        return sum(tf.reduce_sum(y * w) for y, w in zip(ys, weights, strict=True))

    operands = [tf.constant(a) for a in arrays]
    with tf.GradientTape() as tape:
        tape.watch(operands)
        value = loss(*operands)
    for k, gradient in enumerate(tape.gradient(value, operands)):
        direction = RNG.normal(size=arrays[k].shape)
        ends = [
            float(loss(*arrays[:k], arrays[k] + step * direction, *arrays[k + 1 :]))
            for step in (1e-6, -1e-6)
        ]
        slope = (ends[0] - ends[1]) / 2e-6
        np.testing.assert_allclose(np.sum(gradient.numpy() * direction), slope, rtol=1e-6)
