"""Text from pictures in miniature: convolutions, a recurrent layer, the CTC loss."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(64)
rng = np.random.default_rng(64)
images = tf.constant(rng.random((6, 16, 8, 1)), tf.float32)
labels = tf.constant(rng.integers(0, 5, (6, 3)), tf.int32)
model = tf.keras.Sequential(
    [
        layers.Input((16, 8, 1)),
        layers.Conv2D(6, 3, activation="relu", padding="same"),
        layers.MaxPooling2D((2, 2)),
        layers.Reshape((8, 24)),
        layers.LSTM(10, return_sequences=True),
        layers.Dense(6),
    ]
)
optimizer, losses = tf.keras.optimizers.SGD(0.05), []
for _ in range(5):
    with tf.GradientTape() as tape:
        logits = model(images, training=True)
        loss = tf.reduce_mean(
            tf.nn.ctc_loss(
                labels, logits, label_length=tf.fill([6], 3), logit_length=tf.fill([6], 8),
                logits_time_major=False, blank_index=5,
            )
        )  # fmt: skip
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    losses.append(float(loss))
results = {"losses": losses}
