"""A DCGAN in miniature: two optimizers, two tapes, one compiled step."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(26)
rng = np.random.default_rng(26)
generator = tf.keras.Sequential(
    [
        layers.Input((10,)),
        layers.Dense(3 * 3 * 8, use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(),
        layers.Reshape((3, 3, 8)),
        layers.Conv2DTranspose(4, 3, strides=2, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(),
        layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="tanh"),
    ]
)
discriminator = tf.keras.Sequential(
    [
        layers.Input((12, 12, 1)),
        layers.Conv2D(6, 5, strides=2, padding="same"),
        layers.LeakyReLU(),
        layers.Dropout(0.0),
        layers.Flatten(),
        layers.Dense(1),
    ]
)
cross_entropy = tf.keras.losses.BinaryCrossentropy(from_logits=True)
generator_optimizer = tf.keras.optimizers.Adam(1e-3)
discriminator_optimizer = tf.keras.optimizers.Adam(1e-3)


@tf.function
def train_step(images, noise):
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        generated = generator(noise, training=True)
        real = discriminator(images, training=True)
        fake = discriminator(generated, training=True)
        gen_loss = cross_entropy(tf.ones_like(fake), fake)
        disc_loss = cross_entropy(tf.ones_like(real), real)
        disc_loss += cross_entropy(tf.zeros_like(fake), fake)
    of_gen = gen_tape.gradient(gen_loss, generator.trainable_variables)
    of_disc = disc_tape.gradient(disc_loss, discriminator.trainable_variables)
    generator_optimizer.apply_gradients(zip(of_gen, generator.trainable_variables))
    discriminator_optimizer.apply_gradients(zip(of_disc, discriminator.trainable_variables))
    return gen_loss, disc_loss


losses = []
for _ in range(4):
    images = tf.constant(rng.random((8, 12, 12, 1)) * 2 - 1, tf.float32)
    losses.append(train_step(images, tf.constant(rng.normal(size=(8, 10)), tf.float32)))
results = {"losses": losses}
