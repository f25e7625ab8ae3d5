"""A training loop written out: batches, metrics, validation, a compiled step."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(12)
rng = np.random.default_rng(12)
x = rng.normal(size=(120, 10)).astype("float32")
y = (x[:, :3].sum(axis=1) > 0).astype("int64")
train = tf.data.Dataset.from_tensor_slices((x[:96], y[:96])).shuffle(96, seed=1).batch(16)
held_out = tf.data.Dataset.from_tensor_slices((x[96:], y[96:])).batch(16)
model = keras.Sequential(
    [keras.Input((10,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(2)]
)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.Adam(1e-2)
train_metric = keras.metrics.SparseCategoricalAccuracy()
val_metric = keras.metrics.SparseCategoricalAccuracy()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss_value = loss_fn(y, logits)
    grads = tape.gradient(loss_value, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    train_metric.update_state(y, logits)
    return loss_value


results = {"loss": [], "train": [], "val": []}
for _ in range(3):
    for x_batch, y_batch in train:
        loss_value = train_step(x_batch, y_batch)
    for x_batch, y_batch in held_out:
        val_metric.update_state(y_batch, model(x_batch, training=False))
    results["loss"].append(float(loss_value))
    results["train"].append(float(train_metric.result()))
    results["val"].append(float(val_metric.result()))
    train_metric.reset_state()
    val_metric.reset_state()
