"""Messages on a graph: gathered along edges, summed at nodes, normalised by degree."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(65)
rng = np.random.default_rng(65)
edges = tf.constant(np.unique(rng.integers(0, 15, (40, 2)), axis=0))
features = tf.constant(rng.normal(size=(15, 5)), tf.float32)
labels = tf.constant(rng.integers(0, 3, 15))
degree = tf.math.unsorted_segment_sum(tf.ones(tf.shape(edges)[0]), edges[:, 1], 15)


class GraphConv(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.prepare = tf.keras.layers.Dense(units, activation="gelu")
        self.update = tf.keras.layers.Dense(units)

    def call(self, x):
        messages = tf.gather(self.prepare(x), edges[:, 0])
        gathered = tf.math.unsorted_segment_sum(messages, edges[:, 1], num_segments=15)
        gathered = tf.math.divide_no_nan(gathered, degree[:, None])
        largest = tf.math.unsorted_segment_max(messages, edges[:, 1], num_segments=15)
        largest = tf.where(degree[:, None] > 0, largest, 0.0)
        return tf.nn.l2_normalize(self.update(tf.concat([x, gathered, largest], axis=-1)), axis=-1)


first, second, head = GraphConv(8), GraphConv(8), tf.keras.layers.Dense(3)
optimizer, losses = tf.keras.optimizers.Adam(0.02), []
for _ in range(6):
    with tf.GradientTape() as tape:
        logits = head(second(first(features)))
        loss = tf.reduce_mean(
            tf.keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
        )
    variables = [v for part in (first, second, head) for v in part.trainable_variables]
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    losses.append(float(loss))
results = {"losses": losses}
