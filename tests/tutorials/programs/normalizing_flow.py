"""A real-valued flow: coupling layers, a log-determinant, an exact likelihood."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(67)
rng = np.random.default_rng(67)


def coupling():
    inputs = tf.keras.Input((2,))
    h = tf.keras.layers.Dense(12, activation="relu")(inputs)
    s = tf.keras.layers.Dense(2, activation="tanh")(h)
    return tf.keras.Model(inputs, [s, tf.keras.layers.Dense(2)(h)])


masks = tf.constant([[0.0, 1.0], [1.0, 0.0]] * 2)
nets = [coupling() for _ in range(4)]


def log_likelihood(x):
    log_det = 0.0
    for i in range(4)[::-1]:
        x_masked = x * masks[i]
        reversed_mask = 1.0 - masks[i]
        s, t = nets[i](x_masked)
        s, t = s * reversed_mask, t * reversed_mask
        x = reversed_mask * (x * tf.exp(-s) - t * tf.exp(-s)) + x_masked
        log_det -= tf.reduce_sum(s, axis=1)
    prior = -0.5 * tf.reduce_sum(x**2, axis=1) - tf.math.log(2.0 * np.pi)
    return prior + log_det


angle = rng.uniform(0, np.pi, 64)
data = np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.1 * rng.normal(size=(64, 2))
data = tf.constant(data, tf.float32)
optimizer, losses = tf.keras.optimizers.Adam(1e-2), []
for _ in range(6):
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(log_likelihood(data))
    variables = [v for net in nets for v in net.trainable_variables]
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    losses.append(float(loss))
results = {"losses": losses}
