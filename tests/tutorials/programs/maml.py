"""Learning to learn: a step of descent inside the loss, and a derivative through it."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(49)
shapes = [(1, 16), (16,), (16, 1), (1,)]
weights = [tf.Variable((rng.normal(size=s) * 0.3).astype("float32")) for s in shapes]
optimizer = tf.keras.optimizers.Adam(0.01)


def net(x, w):
    return tf.tanh(x @ w[0] + w[1]) @ w[2] + w[3]


def sine_task():
    amplitude, phase = rng.uniform(0.5, 2.0), rng.uniform(0, np.pi)
    x = rng.uniform(-3, 3, (20, 1)).astype("float32")
    y = (amplitude * np.sin(x + phase)).astype("float32")
    return (x[:10], y[:10]), (x[10:], y[10:])


losses = []
for _ in range(5):
    with tf.GradientTape() as outer:
        total = 0.0
        for (x, y), (x_test, y_test) in [sine_task() for _ in range(3)]:
            with tf.GradientTape() as inner:
                loss = tf.reduce_mean((net(x, weights) - y) ** 2)
            fast = [w - 0.05 * g for w, g in zip(weights, inner.gradient(loss, weights))]
            total += tf.reduce_mean((net(x_test, fast) - y_test) ** 2) / 3.0
    optimizer.apply_gradients(zip(outer.gradient(total, weights), weights))
    losses.append(float(total))
results = {"losses": losses}
