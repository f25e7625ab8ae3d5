"""Denoising: a subclassed model of an encoder and a decoder, and what it finds odd."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, losses
from tensorflow.keras.models import Model


class Denoise(Model):
    def __init__(self):
        super().__init__()
        self.encoder = tf.keras.Sequential(
            [
                layers.Input(shape=(12, 12, 1)),
                layers.Conv2D(8, (3, 3), activation="relu", padding="same", strides=2),
                layers.Conv2D(4, (3, 3), activation="relu", padding="same", strides=2),
            ]
        )
        self.decoder = tf.keras.Sequential(
            [
                layers.Conv2DTranspose(4, 3, strides=2, activation="relu", padding="same"),
                layers.Conv2DTranspose(8, 3, strides=2, activation="relu", padding="same"),
                layers.Conv2D(1, kernel_size=(3, 3), activation="sigmoid", padding="same"),
            ]
        )

    def call(self, x):
        return self.decoder(self.encoder(x))


tf.keras.utils.set_random_seed(30)
rng = np.random.default_rng(30)
clean = np.zeros((40, 12, 12, 1), "float32")
for image, row in zip(clean, rng.integers(0, 9, 40)):
    image[row : row + 3] = 1.0
noisy = np.clip(clean + 0.2 * rng.normal(size=clean.shape), 0, 1).astype("float32")
model = Denoise()
model.compile(optimizer="adam", loss=losses.MeanSquaredError())
history = model.fit(
    noisy, clean, epochs=3, batch_size=10, shuffle=False, validation_data=(noisy[:8], clean[:8]),
    verbose=0,
)  # fmt: skip
errors = tf.keras.losses.mae(model.predict(noisy, verbose=0), noisy)
threshold = np.mean(errors) + np.std(errors)
results = {**history.history, "threshold": threshold, "odd": np.sum(errors > threshold)}
