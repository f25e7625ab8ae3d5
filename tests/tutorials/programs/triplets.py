"""Siamese networks: one embedding called three times, a margin, a custom `train_step`."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import Model, layers, metrics


class DistanceLayer(layers.Layer):
    def call(self, anchor, positive, negative):
        ap_distance = tf.reduce_sum(tf.square(anchor - positive), -1)
        an_distance = tf.reduce_sum(tf.square(anchor - negative), -1)
        return ap_distance, an_distance


class SiameseModel(Model):
    def __init__(self, siamese_network, margin=0.5):
        super().__init__()
        self.siamese_network, self.margin = siamese_network, margin
        self.loss_tracker = metrics.Mean(name="loss")

    def call(self, inputs):
        return self.siamese_network(inputs)

    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss = self._compute_loss(data)
        gradients = tape.gradient(loss, self.siamese_network.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.siamese_network.trainable_weights))
        self.loss_tracker.update_state(loss)
        return {"loss": self.loss_tracker.result()}

    def _compute_loss(self, data):
        ap_distance, an_distance = self.siamese_network(data)
        return tf.maximum(ap_distance - an_distance + self.margin, 0.0)

    @property
    def metrics(self):
        return [self.loss_tracker]


tf.keras.utils.set_random_seed(53)
rng = np.random.default_rng(53)
embedding = tf.keras.Sequential(
    [layers.Input((6,)), layers.Dense(12, activation="relu"), layers.Dense(4)], name="Embedding"
)
inputs = [layers.Input(name=n, shape=(6,)) for n in ("anchor", "positive", "negative")]
network = Model(inputs=inputs, outputs=DistanceLayer()(*[embedding(i) for i in inputs]))
anchor = rng.normal(size=(48, 6)).astype("float32")
near = anchor + 0.3 * rng.normal(size=(48, 6)).astype("float32")
other = anchor[::-1].copy()
data = tf.data.Dataset.zip(
    tuple(tf.data.Dataset.from_tensor_slices(part) for part in (anchor, near, other))
)
model = SiameseModel(network)
model.compile(optimizer=tf.keras.optimizers.Adam(0.01))
history = model.fit(data.batch(16), epochs=4, verbose=0)
results = history.history
