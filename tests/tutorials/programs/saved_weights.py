"""Training broken off and gone on with: weights and whole models in files."""

import os
import tempfile

import numpy as np
import tensorflow as tf


def create_model():
    model = tf.keras.Sequential(
        [tf.keras.layers.Input((4,)), tf.keras.layers.Dense(8, "tanh"), tf.keras.layers.Dense(1)]
    )
    model.compile(optimizer=tf.keras.optimizers.SGD(0.05, momentum=0.9), loss="mse")
    return model


tf.keras.utils.set_random_seed(7)
x = np.random.default_rng(7).normal(size=(64, 4)).astype("float32")
y = x.sum(axis=1, keepdims=True)
model = create_model()
first = model.fit(x, y, epochs=3, verbose=0, shuffle=False).history["loss"]
with tempfile.TemporaryDirectory() as folder:
    model.save_weights(os.path.join(folder, "kept.weights.h5"))
    model.save(os.path.join(folder, "kept.keras"))
    fresh = create_model()
    fresh.load_weights(os.path.join(folder, "kept.weights.h5"))
    whole = tf.keras.models.load_model(os.path.join(folder, "kept.keras"))
results = {
    "first": first,
    "fresh": fresh.evaluate(x, y, verbose=0),
    "on": whole.fit(x, y, epochs=2, verbose=0, shuffle=False).history["loss"],
}
