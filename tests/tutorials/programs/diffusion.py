"""Diffusion in miniature: a cosine schedule, noise predicted, averaged weights, sampling."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(68)
rng = np.random.default_rng(68)


def diffusion_schedule(times):
    start, end = tf.acos(0.95), tf.acos(0.02)
    angles = start + times * (end - start)
    return tf.sin(angles), tf.cos(angles)


def make():
    net = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(24, activation="swish"), keras.layers.Dense(2)]
    )
    return net


network, averaged = make(), make()
averaged.set_weights(network.get_weights())
optimizer = keras.optimizers.AdamW(learning_rate=5e-3, weight_decay=1e-4)
losses = []
for _ in range(6):
    images = tf.constant(rng.choice([-1.0, 1.0], (32, 2)), tf.float32)
    noises = tf.constant(rng.normal(size=(32, 2)), tf.float32)
    noise_rates, signal_rates = diffusion_schedule(tf.constant(rng.random((32, 1)), tf.float32))
    noisy = signal_rates * images + noise_rates * noises
    with tf.GradientTape() as tape:
        predicted = network(tf.concat([noisy, noise_rates**2], axis=1), training=True)
        loss = tf.reduce_mean(tf.abs(noises - predicted))
    gradients = tape.gradient(loss, network.trainable_weights)
    optimizer.apply_gradients(zip(gradients, network.trainable_weights))
    for weight, ema_weight in zip(network.weights, averaged.weights):
        ema_weight.assign(0.9 * ema_weight + 0.1 * weight)
    losses.append(float(loss))
x = tf.constant(rng.normal(size=(4, 2)), tf.float32)
for step in range(5):
    rate, signal = diffusion_schedule(tf.ones((4, 1)) * (1 - step / 5))
    noise = averaged(tf.concat([x, rate**2], axis=1), training=False)
    image = (x - rate * noise) / signal
    rate, signal = diffusion_schedule(tf.ones((4, 1)) * (1 - (step + 1) / 5))
    x = signal * image + rate * noise
results = {"losses": losses, "sampled": image}
