# A multilayer perceptron learns handwritten digits (8 × 8 pixels, UCI).
import gradtape as tf
import numpy as np
from gradtape import playground

data = np.load("digits.npz")
mixed = np.random.default_rng(0).permutation(1797)
images = data["images"].reshape(-1, 64).astype("float32")[mixed] / 16.0
labels = data["labels"].astype("int32")[mixed]

tf.keras.utils.set_random_seed(0)
model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dense(10),
    ]
)
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(0.01)


def accuracy():
    guesses = tf.argmax(model(images[1500:]), axis=1).numpy()
    return np.mean(guesses == labels[1500:])


for epoch in range(5):
    order = np.random.default_rng(epoch).permutation(1500)
    for start in range(0, 1500, 50):
        batch = order[start : start + 50]
        with tf.GradientTape() as tape:
            loss = loss_fn(labels[batch], model(images[batch]))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        playground.plot("loss", loss)  # a curve that grows; nothing where there is no playground
    print(f"epoch {epoch}: loss {float(loss):.1f}, test accuracy {accuracy():.1f}")

print("better than 0.95:", bool(accuracy() > 0.95))
