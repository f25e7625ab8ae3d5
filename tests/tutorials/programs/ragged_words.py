"""Sentences of several lengths: ragged tensors, padding, masks, a mean that respects them."""

import tensorflow as tf

sentences = tf.ragged.constant([[3, 1, 4], [1], [5, 9, 2, 6], []])
lengths = sentences.row_lengths()
padded = sentences.to_tensor(default_value=0, shape=[4, 5])
table = tf.Variable(tf.reshape(tf.range(20.0), [10, 2]) / 10.0)
mask = tf.sequence_mask(lengths, maxlen=5, dtype=tf.float32)
with tf.GradientTape() as tape:
    vectors = tf.nn.embedding_lookup(table, padded)
    summed = tf.reduce_sum(vectors * mask[..., tf.newaxis], axis=1)
    mean = tf.math.divide_no_nan(summed, tf.cast(lengths, tf.float32)[:, tf.newaxis])
    loss = tf.reduce_sum(mean**2)
gradient = tf.convert_to_tensor(tape.gradient(loss, table))
results = {
    "flat": sentences.flat_values,
    "splits": sentences.row_splits,
    "padded": padded,
    "mean": mean,
    "gradient": gradient,
}
