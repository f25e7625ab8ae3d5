"""Variables: assigned, shared, scattered into, placed and watched."""

import tensorflow as tf

table = tf.Variable(tf.ones([5, 3]), name="table")
step = tf.Variable(0, dtype=tf.int64, trainable=False)
for index in [1, 3, 1]:
    with tf.GradientTape() as tape:
        row = tf.gather(table, [index, 4])
        loss = tf.reduce_sum(row**2 * [1.0, 2.0, 3.0])
    slices = tape.gradient(loss, table)
    table.scatter_sub(tf.IndexedSlices(0.1 * slices.values, slices.indices))
    step.assign_add(1)
copied = tf.Variable(table)
copied.assign(tf.zeros_like(table))
results = {"table": table, "copied": copied, "step": step, "loss": loss}
