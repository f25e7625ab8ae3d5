"""`fit` with a `train_step` of one's own, its metrics and sample weights."""

import numpy as np
import tensorflow as tf
from tensorflow import keras


class CustomModel(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tracker = keras.metrics.Mean(name="loss")
        self.mae = keras.metrics.MeanAbsoluteError(name="mae")

    def train_step(self, data):
        x, y, weight = data
        with tf.GradientTape() as tape:
            predicted = self(x, training=True)
            loss = tf.reduce_mean(weight[:, None] * tf.square(y - predicted))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        self.tracker.update_state(loss)
        self.mae.update_state(y, predicted, sample_weight=weight)
        return {m.name: m.result() for m in self.metrics}

    @property
    def metrics(self):
        return [self.tracker, self.mae]


keras.utils.set_random_seed(11)
rng = np.random.default_rng(11)
inputs = keras.Input(shape=(8,))
model = CustomModel(inputs, keras.layers.Dense(1)(inputs))
model.compile(optimizer="adam")
x, y = rng.random((60, 8)).astype("float32"), rng.random((60, 1)).astype("float32")
weight = rng.random(60).astype("float32")
history = model.fit(x, y, sample_weight=weight, epochs=3, verbose=0, shuffle=False)
results = history.history
