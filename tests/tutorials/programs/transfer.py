"""A trained base frozen under a new head, then unfrozen with a small rate."""

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(14)
rng = np.random.default_rng(14)
images = rng.random((48, 8, 8, 3)).astype("float32")
base = keras.Sequential(
    [
        keras.Input((8, 8, 3)),
        layers.Conv2D(6, 3, activation="relu"),
        layers.BatchNormalization(),
        layers.Conv2D(8, 3, activation="relu"),
    ],
    name="base",
)
base.compile(optimizer="sgd", loss="mse")
base.fit(images, np.zeros((48, 4, 4, 8), "float32"), epochs=1, verbose=0, shuffle=False)
base.trainable = False
inputs = keras.Input((8, 8, 3))
x = layers.Rescaling(scale=2.0, offset=-1.0)(inputs)
x = base(x, training=False)
outputs = layers.Dense(1)(layers.GlobalAveragePooling2D()(x))
model = keras.Model(inputs, outputs)
frozen = len(model.trainable_weights)
labels = (images[..., 0].mean(axis=(1, 2)) > 0.5).astype("float32")
loss = keras.losses.BinaryCrossentropy(from_logits=True)
model.compile(optimizer=keras.optimizers.Adam(1e-2), loss=loss)
head = model.fit(images, labels, epochs=2, verbose=0, shuffle=False).history["loss"]
base.trainable = True
base.layers[1].trainable = False  # its statistics stay as they are
model.compile(optimizer=keras.optimizers.Adam(1e-4), loss=loss)
tuned = model.fit(images, labels, epochs=2, verbose=0, shuffle=False).history["loss"]
results = {"head": head, "tuned": tuned, "weights": [frozen, len(model.trainable_weights)]}
