"""Two inputs, two outputs: a title and a body give a priority and a department."""

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(8)
rng = np.random.default_rng(8)
title_in = keras.Input(shape=(None,), name="title", dtype="int32")
body_in = keras.Input(shape=(None,), name="body", dtype="int32")
tags_in = keras.Input(shape=(4,), name="tags")
title = layers.LSTM(8)(layers.Embedding(30, 6)(title_in))
body = layers.LSTM(6)(layers.Embedding(30, 6)(body_in))
x = layers.concatenate([title, body, tags_in])
priority = layers.Dense(1, name="priority")(x)
department = layers.Dense(3, name="department")(x)
model = keras.Model([title_in, body_in, tags_in], {"priority": priority, "department": department})
model.compile(
    optimizer=keras.optimizers.SGD(0.1),
    loss={
        "priority": keras.losses.BinaryCrossentropy(from_logits=True),
        "department": keras.losses.CategoricalCrossentropy(from_logits=True),
    },
    loss_weights={"priority": 1.0, "department": 0.2},
)
inputs = {
    "title": rng.integers(0, 30, (48, 5)),
    "body": rng.integers(0, 30, (48, 9)),
    "tags": rng.integers(0, 2, (48, 4)).astype("float32"),
}
targets = {
    "priority": rng.random((48, 1)).astype("float32"),
    "department": np.eye(3, dtype="float32")[rng.integers(0, 3, 48)],
}
history = model.fit(inputs, targets, epochs=3, batch_size=16, verbose=0, shuffle=False)
results = {"loss": history.history["loss"], "parameters": model.count_params()}
