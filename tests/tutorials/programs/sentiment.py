"""Words to one number: an embedding, its mean, a binary loss, early stopping."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)
words = rng.integers(1, 50, size=(200, 12))
label = (np.sum(words < 20, axis=1) > 4).astype("float32")
model = tf.keras.Sequential(
    [
        tf.keras.layers.Embedding(50, 8),
        tf.keras.layers.Dropout(0.2),
        tf.keras.layers.GlobalAveragePooling1D(),
        tf.keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    loss=tf.keras.losses.BinaryCrossentropy(),
    optimizer=tf.keras.optimizers.SGD(1.0, momentum=0.9),
    metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.5)],
)
stop = tf.keras.callbacks.EarlyStopping(monitor="val_loss", patience=1, restore_best_weights=True)
data = tf.data.Dataset.from_tensor_slices((words, label))
history = model.fit(
    data.take(150).batch(25), validation_data=data.skip(150).batch(25),
    epochs=8, callbacks=[stop], verbose=0,
)  # fmt: skip
results = {"loss": history.history["loss"], "val_loss": history.history["val_loss"]}
