"""tf.gradients and tf.hessians inside a tf.function, as TensorFlow has them there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf

X = tf.constant(3.0)


def numbers(found: Any) -> list[Any]:
    return [None if g is None else g.numpy().tolist() for g in found]


def test_what_is_asked_for() -> None:
    f = tf.function
    assert numbers(f(lambda x: tf.gradients(x * x, x))(X)) == [6]
    assert numbers(f(lambda x: tf.gradients([x * x, x], [x]))(X)) == [7]
    assert numbers(f(lambda x: tf.gradients(x * x, x, grad_ys=[2.0]))(X)) == [12]
    assert numbers(f(lambda x: tf.gradients(tf.stop_gradient(x), x))(X)) == [None]
    assert numbers(f(lambda x, y: tf.gradients(x * x, [x, y]))(X, tf.constant(1.0))) == [6, None]
    zero = tf.UnconnectedGradients.ZERO
    unconnected = f(lambda x: tf.gradients(tf.stop_gradient(x), x, unconnected_gradients=zero))
    assert numbers(unconnected(X)) == [0]


def test_of_constants_intermediate_values_and_variables() -> None:
    variable = tf.Variable(3.0)

    @tf.function
    def slopes() -> Any:
        constant = tf.constant(2.0)
        middle = constant * variable
        return tf.gradients(middle * middle, [constant, middle, variable])

    assert numbers(slopes()) == [36, 12, 24]


def test_gradients_of_gradients() -> None:
    @tf.function
    def third(x: Any) -> Any:
        y = x**4
        for _ in range(3):
            (y,) = tf.gradients(y, x)
        return y

    assert third(tf.constant(2.0)).numpy() == 48


def test_what_counts_as_constant() -> None:
    @tf.function
    def partial(x: Any) -> Any:
        y = x * x
        return tf.gradients(x * y, [x, y], stop_gradients=[y])

    assert numbers(partial(X)) == [9, 3]

    @tf.function
    def twice(x: Any) -> Any:
        y = x * x
        (slope,) = tf.gradients(x * y, x, stop_gradients=[y])
        return tf.gradients(slope, x)

    assert numbers(twice(X)) == [6]


def test_hessians() -> None:
    x = tf.constant([1.0, 2.0])
    (h,) = tf.function(lambda x: tf.hessians(tf.reduce_sum(x**3), x))(x)
    assert h.numpy().tolist() == [[6, 0], [0, 12]]
    (h,) = tf.function(lambda x: tf.hessians(tf.reduce_sum(tf.gather(x, [1, 1]) ** 2), x))(x)
    assert h.numpy().tolist() == [[0, 0], [0, 4]]
    (h,) = tf.function(lambda x: tf.hessians(x[0, 0] * x[0, 1], x))(tf.ones([1, 2]))
    assert h.shape == (1, 2, 1, 2)


def slope_of(y: Any, x: Any) -> Any:
    return tf.gradients(y, x)[0]


def test_a_function_that_it_calls_asks() -> None:
    assert tf.function(lambda x: slope_of(x * x, x))(X).numpy() == 6

    class Model:
        @tf.function
        def slope(self, x: Any) -> Any:
            return slope_of(x * x, x)

    assert Model().slope(X).numpy() == 6
    inner = tf.function(lambda x: slope_of(x * x, x))
    assert tf.function(lambda x: inner(x) + slope_of(x, x))(X).numpy() == 7


def test_a_tape_around_it_goes_on() -> None:
    slope = tf.function(lambda x: slope_of(x**3, x))
    with tf.GradientTape() as tape:
        tape.watch(X)
        y = slope(X)
    assert np.allclose(tape.gradient(y, X), 18)


def test_nowhere_else() -> None:
    for ask in (tf.gradients, tf.hessians):
        with pytest.raises(RuntimeError, match="eager execution"):
            ask(X, X)
