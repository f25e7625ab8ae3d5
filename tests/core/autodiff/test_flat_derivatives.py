"""Second derivatives where the first jumps: zeros, as in TensorFlow, and never a missing path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf

FLAT: dict[str, Callable[[Any], Any]] = {
    "relu": tf.nn.relu,
    "relu6": tf.nn.relu6,
    "leaky_relu": tf.nn.leaky_relu,
    "hard_sigmoid": tf.keras.activations.hard_sigmoid,
    "ReLU": lambda x: tf.keras.layers.ReLU(max_value=1.0, negative_slope=0.1)(x),
    "LeakyReLU": lambda x: tf.keras.layers.LeakyReLU()(x),
    "max_pool2d": lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"),
    "max_pool_same": lambda x: tf.nn.max_pool2d(x, 3, 1, "SAME"),
    "max_pool1d": lambda x: tf.nn.max_pool1d(x[0], 2, 2, "VALID"),
    "max_pool3d": lambda x: tf.nn.max_pool3d(x[..., None], 2, 2, "VALID"),
    "MaxPool2D": lambda x: tf.keras.layers.MaxPool2D()(x),
    "abs": tf.abs,
}


def image() -> tf.Variable:
    return tf.Variable(np.random.default_rng(1).normal(size=(2, 4, 4, 2)).astype(np.float32))


@pytest.mark.parametrize("name", FLAT)
def test_the_second_derivative_is_zero(name: str) -> None:
    x = image()
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(FLAT[name](x))
        g = inner.gradient(y, x)
    np.testing.assert_array_equal(outer.gradient(g, x), np.zeros_like(x))


@pytest.mark.parametrize("name", FLAT)
def test_forward_over_reverse_is_zero(name: str) -> None:
    x = tf.constant(image())
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as accumulator:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(FLAT[name](x))
        g = tape.gradient(y, x)
    np.testing.assert_array_equal(accumulator.jvp(g), np.zeros_like(x))


def test_a_network_with_relu_learns_a_differential_equation() -> None:
    # the residual of u″ holds the second derivative of relu, which is 0
    tf.keras.utils.set_random_seed(1)
    model = tf.keras.Sequential(
        [tf.keras.layers.Dense(16, activation="relu"), tf.keras.layers.Dense(1)]
    )
    x = tf.constant(np.linspace(-1, 1, 32, dtype=np.float32)[:, None])
    model(x)
    optimizer = tf.keras.optimizers.Adam(0.01)
    losses = []
    for _ in range(60):
        with tf.GradientTape() as tape:
            with tf.GradientTape() as second:
                second.watch(x)
                with tf.GradientTape() as first:
                    first.watch(x)
                    u = model(x)
                slope = first.gradient(u, x)
            curvature = second.gradient(slope, x)
            loss = tf.reduce_mean((slope - 2.0 * x) ** 2) + tf.reduce_mean(curvature**2)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(
            (g, v) for g, v in zip(grads, model.trainable_variables, strict=True) if g is not None
        )
        losses.append(float(loss))
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize("normalized", [False, True])
def test_a_critic_with_gradient_penalty_learns(normalized: bool) -> None:
    tf.keras.utils.set_random_seed(2)
    layers = [
        tf.keras.layers.Conv2D(4, 3, strides=2),
        tf.keras.layers.LeakyReLU(negative_slope=0.2),
    ]
    if normalized:
        layers.append(tf.keras.layers.BatchNormalization())
    critic = tf.keras.Sequential([*layers, tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
    x = tf.constant(np.random.default_rng(3).normal(size=(8, 8, 8, 1)).astype(np.float32))
    critic(x)
    optimizer = tf.keras.optimizers.Adam(0.01)
    losses = []
    for _ in range(20):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                score = critic(x, training=True)
            g = inner.gradient(score, x)
            norm = tf.sqrt(tf.reduce_sum(g**2, axis=[1, 2, 3]) + 1e-12)
            loss = tf.reduce_mean((norm - 1.0) ** 2) + 0.1 * tf.reduce_mean(score) ** 2
        grads = outer.gradient(loss, critic.trainable_variables)
        assert all(g is not None and np.isfinite(g).all() for g in grads)
        optimizer.apply_gradients(zip(grads, critic.trainable_variables, strict=True))
        losses.append(float(loss))
    assert losses[-1] < losses[0]


def test_layers_take_a_variable() -> None:
    x = tf.Variable(np.random.default_rng(4).normal(size=(4, 3)).astype(np.float32))
    for layer in (
        tf.keras.layers.Dense(2),
        tf.keras.layers.BatchNormalization(),
        tf.keras.layers.LayerNormalization(),
        tf.keras.layers.Dropout(0.5),
        tf.keras.layers.Flatten(),
        tf.keras.Sequential([tf.keras.layers.Dense(2)]),
    ):
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(layer(x) ** 2)
        np.testing.assert_allclose(tape.gradient(y, x).shape, x.shape, err_msg=type(layer).__name__)
