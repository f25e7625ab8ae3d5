"""Gradients by one's own rule: clipped on the way back, straight through, reversed."""

import tensorflow as tf


@tf.custom_gradient
def clip_gradients(y):
    def backward(dy):
        return tf.clip_by_norm(dy, 0.5)

    return y, backward


@tf.custom_gradient
def straight_through(x):
    return tf.round(x), lambda dy: dy


@tf.custom_gradient
def reversed_gradient(x, strength):
    return tf.identity(x), lambda dy: (-strength * dy, tf.zeros_like(strength))


@tf.custom_gradient
def log1pexp(x):
    e = tf.exp(x)
    return tf.math.log(1 + e), lambda upstream: upstream * (1 - 1 / (1 + e))


v = tf.Variable(2.0)
x = tf.Variable([0.3, 1.7, 100.0])
with tf.GradientTape(persistent=True) as t:
    output = clip_gradients(v * v)
    rounded = tf.reduce_sum(straight_through(x[:2]) * [2.0, 3.0])
    turned = tf.reduce_sum(reversed_gradient(x[:2], tf.constant(0.5)) ** 2)
    stable = tf.reduce_sum(log1pexp(x))
results = {
    "clipped": t.gradient(output, v),
    "rounded": t.gradient(rounded, x),
    "turned": t.gradient(turned, x),
    "stable": t.gradient(stable, x),
}
