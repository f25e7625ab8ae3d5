"""The fast gradient sign method, and training on what it makes."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(23)
rng = np.random.default_rng(23)
x = tf.constant(rng.normal(size=(64, 6)), tf.float32)
y = tf.constant((rng.normal(size=64) > 0).astype("int64"))
model = tf.keras.Sequential(
    [tf.keras.Input((6,)), tf.keras.layers.Dense(12, "relu"), tf.keras.layers.Dense(2)]
)
loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.SGD(0.2)


def create_adversarial_pattern(inputs, labels):
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        loss = loss_object(labels, model(inputs))
    return tf.sign(tape.gradient(loss, inputs))


results = {"clean": [], "attacked": []}
for _ in range(5):
    attacked = tf.clip_by_value(x + 0.1 * create_adversarial_pattern(x, y), -3.0, 3.0)
    with tf.GradientTape() as tape:
        clean_loss, attacked_loss = loss_object(y, model(x)), loss_object(y, model(attacked))
        loss = 0.5 * (clean_loss + attacked_loss)
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    results["clean"].append(float(clean_loss))
    results["attacked"].append(float(attacked_loss))
