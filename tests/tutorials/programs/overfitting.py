"""Weight penalties and a learning rate that decays: one model small, one regularised."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, regularizers

rng = np.random.default_rng(6)
x = rng.normal(size=(128, 6)).astype("float32")
y = (x[:, :1] * x[:, 1:2] > 0).astype("float32")
schedule = tf.keras.optimizers.schedules.InverseTimeDecay(
    0.01, decay_steps=8, decay_rate=1, staircase=False
)
results = {}
for name, penalty in {"small": None, "l2": regularizers.l2(0.01)}.items():
    tf.keras.utils.set_random_seed(6)
    model = tf.keras.Sequential(
        [
            layers.Input((6,)),
            layers.Dense(16, activation="elu", kernel_regularizer=penalty),
            layers.Dropout(0.5),
            layers.Dense(1),
        ]
    )
    model.compile(
        optimizer=tf.keras.optimizers.Adam(schedule),
        loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[tf.keras.metrics.BinaryCrossentropy(from_logits=True, name="crossentropy")],
    )
    history = model.fit(x, y, epochs=5, batch_size=16, verbose=0, shuffle=False)
    results[name] = [history.history["loss"], history.history["crossentropy"]]
