"""A layer of one's own with a state, a loss and a config, and a model of them."""

import numpy as np
import tensorflow as tf
from tensorflow import keras


class Linear(keras.layers.Layer):
    def __init__(self, units=4, rate=1e-2, **kwargs):
        super().__init__(**kwargs)
        self.units, self.rate = units, rate

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_normal")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
        self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, inputs):
        self.seen.assign_add(tf.cast(tf.shape(inputs)[0], tf.float32))
        outputs = tf.matmul(inputs, self.w) + self.b
        self.add_loss(self.rate * tf.reduce_mean(tf.square(outputs)))
        return outputs

    def get_config(self):
        return {**super().get_config(), "units": self.units, "rate": self.rate}


class Stack(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = Linear(6), Linear(1)

    def call(self, x):
        return self.second(tf.nn.relu(self.first(x)))


keras.utils.set_random_seed(10)
x = np.random.default_rng(10).normal(size=(32, 3)).astype("float32")
model, optimizer, losses = Stack(), keras.optimizers.SGD(0.1), []
for _ in range(6):
    with tf.GradientTape() as tape:
        error = tf.reduce_mean((model(x) - x[:, :1]) ** 2)
        loss = error + sum(model.losses)
    gradients = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(gradients, model.trainable_weights))
    losses.append(float(loss))
again = Linear.from_config(model.first.get_config())
results = {"losses": losses, "seen": model.first.seen, "units": again.units}
