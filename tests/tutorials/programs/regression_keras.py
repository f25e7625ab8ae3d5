"""Fuel consumption in miniature: a normalised input, two hidden layers, `fit`."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(3)
rng = np.random.default_rng(3)
features = rng.normal([3.0, 200.0, 90.0], [1.0, 80.0, 30.0], size=(160, 3)).astype("float32")
target = (40 - features[:, 1] / 15 - features[:, 2] / 30 + rng.normal(size=160)).astype("float32")
mean, spread = features.mean(0), features.std(0)
model = keras.Sequential(
    [
        keras.Input((3,)),
        layers.Lambda(lambda x: (x - mean) / spread),
        layers.Dense(16, activation="relu"),
        layers.Dense(16, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile(loss="mean_absolute_error", optimizer=tf.keras.optimizers.Adam(0.01))
history = model.fit(features, target, validation_split=0.25, epochs=6, verbose=0, shuffle=False)
results = {**history.history, "evaluated": model.evaluate(features, target, verbose=0)}
