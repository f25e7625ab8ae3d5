"""A convolutional variational autoencoder: the reparameterisation, the ELBO, a free sample."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(31)
rng = np.random.default_rng(31)


class CVAE(tf.keras.Model):
    def __init__(self, latent_dim):
        super().__init__()
        self.encoder = tf.keras.Sequential(
            [
                tf.keras.layers.InputLayer(shape=(12, 12, 1)),
                tf.keras.layers.Conv2D(8, 3, strides=(2, 2), activation="relu"),
                tf.keras.layers.Flatten(),
                tf.keras.layers.Dense(latent_dim + latent_dim),
            ]
        )
        self.decoder = tf.keras.Sequential(
            [
                tf.keras.layers.InputLayer(shape=(latent_dim,)),
                tf.keras.layers.Dense(units=6 * 6 * 4, activation=tf.nn.relu),
                tf.keras.layers.Reshape(target_shape=(6, 6, 4)),
                tf.keras.layers.Conv2DTranspose(1, 3, strides=2, padding="same"),
            ]
        )


def log_normal_pdf(sample, mean, logvar):
    log2pi = tf.math.log(2.0 * np.pi)
    return tf.reduce_sum(
        -0.5 * ((sample - mean) ** 2.0 * tf.exp(-logvar) + logvar + log2pi), axis=1
    )


def compute_loss(model, x, eps):
    mean, logvar = tf.split(model.encoder(x), num_or_size_splits=2, axis=1)
    z = eps * tf.exp(logvar * 0.5) + mean
    logits = model.decoder(z)
    cross_ent = tf.nn.sigmoid_cross_entropy_with_logits(logits=logits, labels=x)
    logpx_z = -tf.reduce_sum(cross_ent, axis=[1, 2, 3])
    logpz, logqz_x = log_normal_pdf(z, 0.0, 0.0), log_normal_pdf(z, mean, logvar)
    return -tf.reduce_mean(logpx_z + logpz - logqz_x)


model, optimizer, losses = CVAE(2), tf.keras.optimizers.Adam(1e-2), []
for _ in range(5):
    x = tf.constant(rng.random((8, 12, 12, 1)) > 0.7, tf.float32)
    eps = tf.constant(rng.normal(size=(8, 2)), tf.float32)
    with tf.GradientTape() as tape:
        loss = compute_loss(model, x, eps)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    losses.append(float(loss))
sampled = tf.sigmoid(model.decoder(tf.random.stateless_normal([1, 2], seed=[1, 2])))
results = {"losses": losses, "sample": tf.reduce_mean(sampled)}
