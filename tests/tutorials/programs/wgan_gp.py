"""WGAN-GP: a gradient inside the loss, differentiated once more."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(28)
rng = np.random.default_rng(28)
critic = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(16),
        keras.layers.LeakyReLU(0.2),
        keras.layers.Dense(1),
    ]
)
generator = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(2)]
)
d_optimizer = keras.optimizers.SGD(2e-3)
g_optimizer = keras.optimizers.SGD(2e-3)


def gradient_penalty(real, fake, alpha):
    between = real + alpha * (fake - real)
    with tf.GradientTape() as tape:
        tape.watch(between)
        judged = critic(between, training=True)
    grads = tape.gradient(judged, [between])[0]
    norm = tf.sqrt(tf.reduce_sum(tf.square(grads), axis=1))
    return tf.reduce_mean((norm - 1.0) ** 2)


def drawn(*shape):
    return tf.constant(rng.normal(size=shape), tf.float32)


losses = []
for _ in range(4):
    real, alpha = drawn(16, 2) + 2.0, tf.constant(rng.random((16, 1)), tf.float32)
    with tf.GradientTape() as tape:
        fake = generator(drawn(16, 3), training=True)
        cost = tf.reduce_mean(critic(fake)) - tf.reduce_mean(critic(real))
        d_loss = cost + 10.0 * gradient_penalty(real, fake, alpha)
    grads = tape.gradient(d_loss, critic.trainable_variables)
    d_optimizer.apply_gradients(zip(grads, critic.trainable_variables))
    with tf.GradientTape() as tape:
        g_loss = -tf.reduce_mean(critic(generator(drawn(16, 3), training=True)))
    grads = tape.gradient(g_loss, generator.trainable_variables)
    g_optimizer.apply_gradients(zip(grads, generator.trainable_variables))
    losses.append([float(d_loss), float(g_loss)])
results = {"losses": losses}
