"""Callbacks of one's own: what is called when, and a learning rate by schedule."""

import numpy as np
from tensorflow import keras

calls = []


class Telling(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        calls.append("begin")

    def on_epoch_end(self, epoch, logs=None):
        calls.append(f"epoch {epoch}: {sorted(logs)}")

    def on_train_batch_end(self, batch, logs=None):
        if logs["loss"] > 100.0:
            self.model.stop_training = True

    def on_test_end(self, logs=None):
        calls.append("tested")

    def on_train_end(self, logs=None):
        calls.append("end")


keras.utils.set_random_seed(13)
x = np.random.default_rng(13).normal(size=(40, 5)).astype("float32")
y = x @ np.arange(5, dtype="float32")[:, None]
model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.RMSprop(0.1), loss="mse")
rates = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5 if epoch else rate)
plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.2, patience=1, min_lr=1e-3)
history = model.fit(
    x, y, batch_size=10, epochs=4, verbose=0, validation_split=0.2, shuffle=False,
    callbacks=[Telling(), rates, plateau],
)  # fmt: skip
results = {"calls": calls, **history.history}
