"""Tensors: broadcasting, indexing, shapes, and what a gradient of each gives back."""

import tensorflow as tf

x = tf.reshape(tf.range(12, dtype=tf.float32), [3, 4])
row, column = x[1], x[:, tf.newaxis, 2]
with tf.GradientTape() as tape:
    tape.watch(x)
    spread = tf.transpose(x)[::-2] * tf.constant([1.0, 2.0, 3.0]) + tf.concat([row, row], 0)[0]
    y = tf.reduce_sum(tf.square(spread)) + tf.reduce_max(tf.matmul(x, x, transpose_b=True))
results = {
    "value": y,
    "gradient": tape.gradient(y, x),
    "column": column,
    "cast": tf.cast(x / 5.0, tf.int32),
    "stacked": tf.stack([row, row + 1.0], axis=1),
}
