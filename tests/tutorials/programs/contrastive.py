"""Contrastive learning: two views, normalised projections, a temperature."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(54)
rng = np.random.default_rng(54)
encoder = keras.Sequential([keras.Input((10,)), keras.layers.Dense(16, "relu")])
head = keras.Sequential([keras.Input((16,)), keras.layers.Dense(8)])
accuracy = keras.metrics.SparseCategoricalAccuracy()
optimizer = keras.optimizers.SGD(0.5)


def contrastive_loss(first, second, temperature=0.2):
    first, second = tf.math.l2_normalize(first, axis=1), tf.math.l2_normalize(second, axis=1)
    similarities = tf.matmul(first, second, transpose_b=True) / temperature
    labels = tf.range(tf.shape(first)[0])
    accuracy.update_state(labels, similarities)
    accuracy.update_state(labels, tf.transpose(similarities))
    loss_1 = keras.losses.sparse_categorical_crossentropy(labels, similarities, from_logits=True)
    loss_2 = keras.losses.sparse_categorical_crossentropy(
        labels, tf.transpose(similarities), from_logits=True
    )
    return tf.reduce_mean(loss_1 + loss_2) / 2.0


base, losses = rng.normal(size=(24, 10)), []
for _ in range(6):
    one, two = ((base + 0.5 * rng.normal(size=base.shape)).astype("float32") for _ in range(2))
    with tf.GradientTape() as tape:
        loss = contrastive_loss(head(encoder(one)), head(encoder(two)))
    variables = encoder.trainable_weights + head.trainable_weights
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    losses.append(float(loss))
results = {"losses": losses, "accuracy": accuracy.result()}
