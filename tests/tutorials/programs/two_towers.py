"""Retrieval by two towers: negatives within the batch, top-k afterwards."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(52)
rng = np.random.default_rng(52)


def tower(size):
    return tf.keras.Sequential(
        [
            tf.keras.layers.Embedding(size, 12),
            tf.keras.layers.Dense(8, activation="relu"),
            tf.keras.layers.Dense(8),
        ]
    )


users, items = tower(20), tower(30)
optimizer = tf.keras.optimizers.SGD(1.0)
losses = []
for _ in range(6):
    chosen = rng.integers(0, 20, 16)
    user, item = tf.constant(chosen), tf.constant((chosen * 7 + 3) % 30)
    with tf.GradientTape() as tape:
        u, v = users(user), items(item)
        scores = tf.matmul(u, v, transpose_b=True) / 0.5
        same = tf.cast(item[:, None] == item[None, :], tf.float32) - tf.eye(16)
        scores -= 1e9 * same  # an item that stands twice is no negative of itself
        loss = tf.reduce_mean(
            tf.nn.softmax_cross_entropy_with_logits(labels=tf.eye(16), logits=scores)
        )
    variables = users.trainable_variables + items.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    losses.append(float(loss))
values, found = tf.math.top_k(users(tf.range(20)) @ tf.transpose(items(tf.range(30))), k=3)
results = {"losses": losses, "values": values[:3], "found": found[:3]}
