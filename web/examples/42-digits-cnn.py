# A small convolutional network learns the same digits.
import gradtape as tf
import numpy as np
from gradtape import playground

data = np.load("digits.npz")
mixed = np.random.default_rng(0).permutation(1797)
images = data["images"].astype("float32")[mixed, :, :, np.newaxis] / 16.0
labels = data["labels"].astype("int32")[mixed]

tf.keras.utils.set_random_seed(0)
model = tf.keras.Sequential(
    [
        tf.keras.layers.Conv2D(8, 3, activation="relu", padding="same"),
        tf.keras.layers.MaxPooling2D(2),
        tf.keras.layers.Conv2D(16, 3, activation="relu", padding="same"),
        tf.keras.layers.MaxPooling2D(2),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(10),
    ]
)
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(0.01)

for epoch in range(3):
    order = np.random.default_rng(epoch).permutation(1500)
    for start in range(0, 1500, 50):
        batch = order[start : start + 50]
        with tf.GradientTape() as tape:
            loss = loss_fn(labels[batch], model(images[batch]))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        playground.plot("loss", loss)  # a curve that grows; nothing where there is no playground
    guesses = tf.argmax(model(images[1500:]), axis=1).numpy()
    accuracy = np.mean(guesses == labels[1500:])
    print(f"epoch {epoch}: loss {float(loss):.1f}, test accuracy {accuracy:.1f}")

print("better than 0.9:", bool(accuracy > 0.9))
