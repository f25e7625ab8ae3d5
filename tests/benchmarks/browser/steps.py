"""The programs of the benchmarks that run the whole Python stack, natively and in a tab.

Each makes its data and gives a function that takes one step and returns a scalar tensor; a step is
done when that scalar is on the CPU. The numbers are the same for every contender: see `problems`.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import problems
from problems import numbers

import gradtape as tf

Step = Callable[[], Any]
#: elements of the element-wise rows
ELEMENTS = 1_000_000
#: ops of the chain on which the time per op is measured, and their elements
CHAIN, SMALL = 200, 16


def elementwise() -> Step:
    """sum(sigmoid(tanh(x) * 2 + 1))."""
    x = tf.constant(np.linspace(-3, 3, ELEMENTS, dtype=np.float32))
    return lambda: tf.reduce_sum(tf.sigmoid(tf.tanh(x) * 2.0 + 1.0))


def elementwise_gradient() -> Step:
    """Its gradient, summed."""
    x = tf.constant(np.linspace(-3, 3, ELEMENTS, dtype=np.float32))

    def step() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(tf.sigmoid(tf.tanh(x) * 2.0 + 1.0))
        return tf.reduce_sum(tape.gradient(y, x))

    return step


def descent(parameters: list[Any], loss: Callable[[], Any], rate: float) -> Step:
    """One step of gradient descent; the loss before it."""

    def step() -> Any:
        with tf.GradientTape() as tape:
            value = loss()
        for parameter, gradient in zip(parameters, tape.gradient(value, parameters), strict=True):
            parameter.assign_sub(rate * gradient)
        return value

    return step


def cross_entropy(labels: Any, logits: Any) -> Any:
    """The mean over the batch."""
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    )


def mlp() -> Step:
    """A training step of the 784-128-10 perceptron, batch 128."""
    weights, images, labels = problems.digits_mlp()
    w1, b1, w2, b2 = variables = [tf.Variable(w) for w in weights]
    x, labels = tf.constant(images), tf.constant(labels)

    def loss() -> Any:
        return cross_entropy(labels, tf.nn.relu(x @ w1 + b1) @ w2 + b2)

    return descent(variables, loss, problems.LEARNING_RATE)


def cnn() -> Step:
    """A training step of a small network on 28 × 28 images, batch 64."""
    weights, images, labels = problems.digits_cnn()
    k1, k2, w, b = variables = [tf.Variable(w) for w in weights]
    x, labels = tf.constant(images), tf.constant(labels)

    def loss() -> Any:
        y = tf.nn.relu(tf.nn.conv2d(x, k1, strides=1, padding="SAME"))
        y = tf.nn.max_pool2d(y, 2, 2, "VALID")
        y = tf.nn.relu(tf.nn.conv2d(y, k2, strides=1, padding="SAME"))
        y = tf.nn.max_pool2d(y, 2, 2, "VALID")
        return cross_entropy(labels, tf.reshape(y, (len(images), -1)) @ w + b)

    return descent(variables, loss, problems.LEARNING_RATE)


def product(side: int) -> Step:
    """The product of two square matrices: not a scalar, and it stays where it is."""
    a, b = (tf.constant(square) for square in problems.squares(side))
    return lambda: tf.matmul(a, b)


def matmul(side: int) -> Step:
    """The last element of a product of two square matrices."""
    made = product(side)
    return lambda: made()[-1, -1]


def scalar() -> Step:
    """The gradient of x²."""
    x = tf.Variable(3.0)

    def step() -> Any:
        with tf.GradientTape() as tape:
            y = x * x
        return tape.gradient(y, x)

    return step


def chain() -> Step:
    """The gradient through 200 element-wise ops on 32 numbers, summed."""
    x = tf.Variable(numbers(32, 1))

    def step() -> Any:
        with tf.GradientTape() as tape:
            y = x
            for _ in range(100):
                y = tf.tanh(y) + x
        return tf.reduce_sum(tape.gradient(y, x))

    return step


def hessian() -> Step:
    """The Hessian of a small network's loss by its weights, summed."""
    x = tf.constant(numbers(35, 1).reshape(7, 5))
    w = tf.Variable(problems.weight(2, 5, 8))
    v = tf.constant(problems.weight(3, 8, 6))

    def step() -> Any:
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                loss = tf.reduce_mean((tf.nn.relu(x @ w) @ v) ** 2)
            gradient = inner.gradient(loss, w)
        return tf.reduce_sum(outer.jacobian(gradient, w))

    return step


STEPS: dict[str, Callable[[], Step]] = {
    "elementwise": elementwise,
    "elementwise gradient": elementwise_gradient,
    "mlp": mlp,
    "cnn": cnn,
    "scalar": scalar,
    "chain": chain,
    "hessian": hessian,
    "matmul 64": lambda: matmul(64),
    "matmul 128": lambda: matmul(128),
    "matmul 256": lambda: matmul(256),
    "matmul 512": lambda: matmul(512),
    "matmul 1024": lambda: matmul(1024),
}


def per_op(rounds: int, taped: bool = False) -> float:
    """Microseconds of Python for an op of a chain on small arrays, the median of the rounds.

    `taped` lets a tape watch the chain; neither its making nor the way back is a part of the time.
    """
    x = tf.constant(numbers(SMALL, 1))
    times = []
    for _ in range(rounds):
        with tf.GradientTape() if taped else contextlib.nullcontext() as tape:
            if tape is not None:
                tape.watch(x)
            y = x
            began = time.perf_counter()
            for _ in range(CHAIN):
                y = tf.tanh(y)
            times.append((time.perf_counter() - began) / CHAIN * 1e6)
        float(y[0])
    return float(np.median(times))


def measured(name: str, device: str, rounds: int) -> dict[str, Any]:
    """Milliseconds of every step but the first three, and the scalar of the last."""
    with tf.device(device):
        step = STEPS[name]()
        values, times = [], []
        for _ in range(rounds + 3):
            began = time.perf_counter()
            values.append(float(step()))
            times.append((time.perf_counter() - began) * 1e3)
    return {"name": name, "device": device, "ms": times[3:], "values": values}


def report(device: str, rounds: int, names: list[str] | None = None) -> str:
    """All of them on a device, as JSON."""
    rows = [measured(name, device, rounds) for name in names or STEPS]
    with tf.device(device):
        recorded = per_op(rounds)
    return json.dumps({"rows": rows, "us_per_op": recorded})
