"""`tf.function`: a traced step with branches, a loop and a count of traces."""

import tensorflow as tf

traces = []


@tf.function
def collatz_like(x, turns):
    traces.append(1)
    for _ in tf.range(turns):
        x = x / 2.0 if tf.reduce_sum(x) > 10.0 else 3.0 * x + 1.0
    return x


@tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
def root(x):
    guess = tf.ones_like(x)
    while tf.reduce_max(tf.abs(guess * guess - x)) > 1e-4:
        guess = 0.5 * (guess + x / guess)
    return guess


x = tf.constant([1.0, 2.0])
with tf.GradientTape() as tape:
    tape.watch(x)
    y = collatz_like(x, tf.constant(7))
results = {
    "value": y,
    "gradient": tape.gradient(y, x),
    "roots": [root(tf.constant([2.0, 9.0])), root(tf.constant([16.0]))],
}
