"""A network that gives a distribution: a mixture's likelihood, quantiles by a pinball loss."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(70)
rng = np.random.default_rng(70)
y = rng.uniform(-2, 2, (64, 1)).astype("float32")
x = (y + 0.5 * np.sin(3 * y) + 0.1 * rng.normal(size=y.shape)).astype("float32")
network = tf.keras.Sequential(
    [tf.keras.Input((1,)), tf.keras.layers.Dense(12, "tanh"), tf.keras.layers.Dense(9)]
)
quantiles = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(3)])
optimizer, losses = tf.keras.optimizers.Nadam(0.02), []


def likelihood(outputs):
    logits, means, raw = tf.split(outputs, 3, axis=-1)
    scale = tf.nn.softplus(raw) + 1e-3
    parts = -0.5 * ((y - means) / scale) ** 2 - tf.math.log(scale) - 0.5 * np.log(2 * np.pi)
    return tf.reduce_mean(tf.reduce_logsumexp(tf.nn.log_softmax(logits) + parts, axis=-1))


for _ in range(6):
    with tf.GradientTape() as tape:
        error = y - quantiles(x)
        pinball = tf.reduce_mean(tf.maximum([0.1, 0.5, 0.9] * error, [-0.9, -0.5, -0.1] * error))
        loss = pinball - likelihood(network(x))
    variables = network.trainable_variables + quantiles.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    losses.append([float(loss), float(pinball)])
results = {"losses": losses}
