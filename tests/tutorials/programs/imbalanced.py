"""Rare cases: an initial bias, class weights, precision, recall and areas under curves."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(63)
rng = np.random.default_rng(63)
x = rng.normal(size=(300, 6)).astype("float32")
y = (x[:, 0] + 0.5 * rng.normal(size=300) > 1.5).astype("float32")[:, None]
neg, pos = int((1 - y).sum()), int(y.sum())
output_bias = tf.keras.initializers.Constant(np.log([pos / neg]))
model = keras.Sequential(
    [
        keras.Input((6,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid", bias_initializer=output_bias),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=1e-2),
    loss=keras.losses.BinaryCrossentropy(),
    metrics=[
        keras.metrics.MeanSquaredError(name="Brier score"),
        keras.metrics.TruePositives(name="tp"),
        keras.metrics.FalsePositives(name="fp"),
        keras.metrics.Precision(name="precision"),
        keras.metrics.Recall(name="recall"),
        keras.metrics.AUC(name="auc"),
        keras.metrics.AUC(name="prc", curve="PR"),
    ],
)
weights = {0: len(y) / neg / 2.0, 1: len(y) / pos / 2.0}
history = model.fit(
    x, y, batch_size=50, epochs=4, class_weight=weights, verbose=0, shuffle=False
)  # fmt: skip
results = {**history.history, "evaluated": model.evaluate(x, y, verbose=0)}
