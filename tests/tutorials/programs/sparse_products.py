"""A sparse matrix times a dense one: what flows to its values and to the other side."""

import tensorflow as tf

values = tf.Variable([1.0, 2.0, -3.0, 0.5])
dense = tf.Variable([[1.0, -1.0], [0.5, 2.0], [3.0, 0.0]])
with tf.GradientTape() as tape:
    sparse = tf.SparseTensor([[0, 0], [0, 2], [2, 1], [3, 2]], values, dense_shape=[4, 3])
    product = tf.sparse.sparse_dense_matmul(sparse, dense)
    loss = tf.reduce_sum(product**2) + tf.reduce_sum(tf.sparse.to_dense(sparse) ** 3)
to_values, to_dense = tape.gradient(loss, [values, dense])
results = {"product": product, "values": to_values, "dense": to_dense, "loss": loss}
