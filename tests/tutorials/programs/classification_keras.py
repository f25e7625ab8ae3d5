"""Small pictures in ten classes: flatten, dense, softmax, accuracy, probabilities."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(4)
rng = np.random.default_rng(4)
kinds = rng.normal(size=(10, 8, 8)).astype("float32")
labels = rng.integers(0, 10, 256)
images = kinds[labels] + 0.7 * rng.normal(size=(256, 8, 8)).astype("float32")
model = tf.keras.models.Sequential(
    [
        tf.keras.layers.Input(shape=(8, 8)),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(32, activation="relu"),
        tf.keras.layers.Dropout(0.2),
        tf.keras.layers.Dense(10),
    ]
)
loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
history = model.fit(images, labels, epochs=4, batch_size=32, verbose=0, shuffle=False)
probable = tf.keras.Sequential([model, tf.keras.layers.Softmax()])
results = {
    "loss": history.history["loss"],
    "accuracy": history.history["accuracy"],
    "sums": tf.reduce_sum(probable(images[:5]), axis=1),
    "predicted": tf.argmax(probable.predict(images[:20], verbose=0), axis=1),
}
