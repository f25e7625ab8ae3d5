"""The measured works with a gradient tape: one text for gradtape and for TensorFlow (run eagerly).

The worker's first word says which of the two is `tf` here.
"""

import importlib
import sys
from collections.abc import Callable
from typing import Any

import problems
from problems import Array, Step

tf = importlib.import_module(sys.argv[1])


def square() -> Step:
    x = tf.Variable(problems.SCALAR)

    def step() -> Any:
        with tf.GradientTape() as tape:
            y = x**2
        return tape.gradient(y, x)

    return step


def chain() -> Step:
    x = tf.Variable(problems.chain())

    def step() -> Any:
        with tf.GradientTape() as tape:
            y = x
            for _ in range(problems.CHAIN_ROUNDS):
                y = tf.sin(tf.tanh(y) * 1.5 + 0.1)
        return tape.gradient(y, x)

    return step


def chain_traced() -> Step:
    return traced(chain())


def perceptron_traced() -> Step:
    return traced(perceptron())


def traced(step: Step) -> Step:
    """A step as `tf.function`."""
    function: Step = tf.function(step)
    return function


def wide() -> Step:
    x = tf.constant(problems.wide())
    return lambda: _total(x)


def wide_traced() -> Step:
    x, total = tf.constant(problems.wide()), tf.function(_total)
    return lambda: total(x)


def wide_gradient() -> Step:
    x = tf.constant(problems.wide())
    return lambda: _gradient(x)


def wide_gradient_traced() -> Step:
    x, gradient = tf.constant(problems.wide()), tf.function(_gradient)
    return lambda: gradient(x)


def _total(x: Any) -> Any:
    return tf.reduce_sum(tf.sigmoid(tf.tanh(x) * 2.0 + 1.0))


def _gradient(x: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = _total(x)
    return tape.gradient(y, x)


def perceptron() -> Step:
    weights, images, labels = problems.perceptron()
    w1, b1, w2, b2 = variables = [tf.Variable(w) for w in weights]
    images, labels = tf.constant(images), tf.constant(labels)

    def step() -> Any:
        with tf.GradientTape() as tape:
            hidden = tf.nn.relu(images @ w1 + b1)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, hidden @ w2 + b2)
            loss = tf.reduce_mean(losses)
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            variable.assign_sub(problems.LEARNING_RATE * gradient)
        return loss

    return step


def batch_jacobian() -> Step:
    x, w = (tf.constant(array) for array in problems.layer())

    def step() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.tanh(x @ w)
        return tape.batch_jacobian(y, x)

    return step


def hessian() -> Step:
    x, weights = problems.small_net()
    x = tf.constant(x)
    w1, b1, w2, b2 = (tf.Variable(w) for w in weights)

    def step() -> Any:
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                y = tf.nn.relu(tf.nn.relu(x @ w1 + b1) @ w2 + b2)
                loss = tf.reduce_mean(y**2)
            gradient = inner.gradient(loss, w1)
        return outer.jacobian(gradient, w1)

    return step


def deep(persistent: bool = False) -> Callable[[int], Any]:
    x, w = (tf.constant(array) for array in problems.deep())

    def forward(layers: int) -> Any:
        variable = tf.Variable(w)
        with tf.GradientTape(persistent=persistent) as tape:
            y = x
            for _ in range(layers):
                y = tf.nn.relu(y @ variable)
        return tape, y

    return forward


def deep_persistent() -> Callable[[int], Any]:
    return deep(persistent=True)


def array(result: Any) -> Array:
    return result.numpy()
