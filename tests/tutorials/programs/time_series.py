"""Weather in miniature: windows by `tf.data`, a baseline, an LSTM, several steps ahead."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(35)
time = np.arange(240, dtype="float32")
series = np.stack([np.sin(time / 5), np.cos(time / 7)], axis=1)
series += 0.05 * np.random.default_rng(35).normal(size=series.shape).astype("float32")
data = tf.keras.utils.timeseries_dataset_from_array(
    data=series, targets=None, sequence_length=12, sequence_stride=4, shuffle=False, batch_size=16
)


def split_window(features):
    inputs, labels = features[:, :8, :], features[:, 8:, :]
    labels = tf.stack([labels[:, :, i] for i in [0]], axis=-1)
    return inputs, labels


windows = data.map(split_window)
model = tf.keras.Sequential(
    [
        tf.keras.layers.LSTM(10, return_sequences=False),
        tf.keras.layers.Dense(4, kernel_initializer=tf.initializers.zeros()),
        tf.keras.layers.Reshape([4, 1]),
    ]
)
model.compile(
    loss=tf.keras.losses.MeanSquaredError(),
    optimizer=tf.keras.optimizers.Adam(0.01),
    metrics=[tf.keras.metrics.MeanAbsoluteError()],
)
history = model.fit(windows, epochs=3, verbose=0)
results = {**history.history, "evaluated": model.evaluate(windows, verbose=0)}
