"""A small network taught by a large one: softened probabilities, two losses."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(60)
rng = np.random.default_rng(60)
x = rng.normal(size=(60, 8)).astype("float32")
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype("int64")


def classifier(width):
    return keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(width, "relu"), keras.layers.Dense(2)]
    )


teacher, student = classifier(24), classifier(4)
student_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
distill = keras.losses.KLDivergence()
teacher.compile(optimizer=keras.optimizers.Adam(0.02), loss=student_loss)
taught = teacher.fit(x, y, epochs=3, verbose=0, shuffle=False).history["loss"]
optimizer, losses = keras.optimizers.Adam(0.02), []
for _ in range(5):
    soft = tf.nn.softmax(teacher(x, training=False) / 3.0, axis=1)
    with tf.GradientTape() as tape:
        logits = student(x, training=True)
        loss = 0.1 * student_loss(y, logits)
        loss += 0.9 * distill(soft, tf.nn.softmax(logits / 3.0, axis=1)) * 3.0**2
    gradients = tape.gradient(loss, student.trainable_variables)
    optimizer.apply_gradients(zip(gradients, student.trainable_variables))
    losses.append(float(loss))
results = {"teacher": taught, "student": losses}
