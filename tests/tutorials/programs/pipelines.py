"""`tf.data`: mapped, filtered, shuffled, padded, windowed, interleaved, reduced."""

import tensorflow as tf

tf.random.set_seed(62)
numbers = tf.data.Dataset.range(20)
even = numbers.filter(lambda x: x % 2 == 0).map(lambda x: x * x, num_parallel_calls=2)
shuffled = numbers.shuffle(8, seed=4, reshuffle_each_iteration=False).batch(6)
words = tf.data.Dataset.from_generator(
    lambda: ([i] * (i % 4) for i in range(1, 8)), output_signature=tf.TensorSpec([None], tf.int32)
)
windows = numbers.window(4, shift=3, drop_remainder=True).flat_map(lambda w: w.batch(4))
mixed = tf.data.Dataset.range(3).interleave(
    lambda x: tf.data.Dataset.from_tensors(x).repeat(3), cycle_length=2, block_length=1
)
pairs = tf.data.Dataset.zip((numbers.take(3), numbers.skip(17)))
total = numbers.reduce(tf.constant(0, tf.int64), lambda state, x: state + x)
results = {
    "even": list(even.as_numpy_iterator()),
    "shuffled": [list(batch.numpy()) for batch in shuffled],
    "padded": [batch.numpy() for batch in words.padded_batch(3)],
    "windows": [w.numpy() for w in windows],
    "mixed": list(mixed.as_numpy_iterator()),
    "pairs": [[int(a), int(b)] for a, b in pairs],
    "total": total,
    "cardinality": numbers.batch(3).cardinality(),
}
