"""Pets and prices: moments, words and ranges learnt by `adapt`, as layers of one model."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(61)
rng = np.random.default_rng(61)
table = {
    "age": rng.uniform(0, 12, size=96).astype("float32"),
    "fee": rng.exponential(50, size=96).astype("float32"),
    "kind": rng.choice(["cat", "dog", "bird"], size=96),
}
labels = ((table["age"] < 5) ^ (table["kind"] == "dog")).astype("float32")
data = tf.data.Dataset.from_tensor_slices(({k: v[:, None] for k, v in table.items()}, labels))
batches = data.batch(16)

moments = tf.keras.layers.Normalization()
moments.adapt(batches.map(lambda x, y: x["age"]))
ranges = tf.keras.layers.Discretization(num_bins=4, output_mode="one_hot")
ranges.adapt(batches.map(lambda x, y: x["fee"]))
words = tf.keras.layers.StringLookup(output_mode="multi_hot")
words.adapt(batches.map(lambda x, y: x["kind"]))


def prepared(x, y):
    kind = tf.cast(words(x["kind"]), tf.float32)
    return tf.concat([moments(x["age"]), ranges(x["fee"]), kind], axis=-1), y


model = tf.keras.Sequential(
    [tf.keras.layers.Dense(8, activation="relu"), tf.keras.layers.Dense(1, activation="sigmoid")]
)
model.compile(tf.keras.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(batches.map(prepared), epochs=3, verbose=0)
flip = tf.keras.layers.RandomFlip("horizontal", seed=5)
turn = tf.keras.layers.RandomRotation(0.1, seed=6)
images = tf.reshape(tf.range(96.0), [2, 6, 8, 1])
results = {
    **history.history,
    "vocabulary": words.get_vocabulary(),
    "boundaries": ranges.bin_boundaries,
    "images": turn(flip(images)),
}
