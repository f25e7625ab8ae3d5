"""Short reviews read from both ends: TextVectorization, masks, Bidirectional, fit."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(62)
rng = np.random.default_rng(62)
good, bad = ["a fine film", "Great, great fun!", "I liked it"], ["dull", "no fun at all", "I left"]
texts = [str(rng.choice(good if i % 2 else bad)) + " " * (i % 3) for i in range(64)]
labels = np.array([i % 2 for i in range(64)], "float32")
train = tf.data.Dataset.from_tensor_slices((texts, labels)).batch(16)

encoder = tf.keras.layers.TextVectorization(max_tokens=20)
encoder.adapt(train.map(lambda text, label: text))
encoded = train.map(lambda text, label: (encoder(text), label))
model = tf.keras.Sequential(
    [
        tf.keras.layers.Embedding(len(encoder.get_vocabulary()), 6, mask_zero=True),
        tf.keras.layers.Bidirectional(tf.keras.layers.LSTM(4, return_sequences=True)),
        tf.keras.layers.Bidirectional(tf.keras.layers.GRU(4), merge_mode="sum"),
        tf.keras.layers.Dense(1),
    ]
)
model.compile(
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    optimizer=tf.keras.optimizers.SGD(0.3, momentum=0.9),
    metrics=["accuracy"],
)
history = model.fit(encoded, epochs=3, verbose=0)
results = {
    **history.history,
    "vocabulary": encoder.get_vocabulary(),
    "predicted": model.predict(encoder(tf.constant(["great film", "no fun"])), verbose=0),
}
