"""A convolutional network over small coloured pictures, its summary and its test."""

import numpy as np
from tensorflow.keras import layers, losses, models, utils

utils.set_random_seed(16)
rng = np.random.default_rng(16)
model = models.Sequential(
    [
        layers.Input((16, 16, 3)),
        layers.Conv2D(8, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Conv2D(12, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Flatten(),
        layers.Dense(16, activation="relu"),
        layers.Dense(5),
    ]
)
lines = []
model.summary(print_fn=lambda line, **_: lines.append(line))
loss = losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
kinds = rng.random((5, 16, 16, 3))
labels = rng.integers(0, 5, 80)
images = (kinds[labels] + 0.2 * rng.random((80, 16, 16, 3))).astype("float32")
history = model.fit(images[:60], labels[:60], epochs=3, batch_size=20, verbose=0, shuffle=False)
results = {
    "loss": history.history["loss"],
    "accuracy": history.history["accuracy"],
    "tested": model.evaluate(images[60:], labels[60:], verbose=0),
    "parameters": model.count_params(),
    "summarised": any("max_pooling2d" in line for line in lines),
}
