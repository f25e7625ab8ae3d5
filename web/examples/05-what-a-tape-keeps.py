# Notes on performance: a tape keeps only the values that the backward pass will read.
import gradtape as tf

x = tf.Variable(tf.ones([1000]))

with tf.GradientTape() as tape:
    y = x + 1.0  # d = 1: nothing is kept
    y = y * 2.0  # d = 2: one number
    y = tf.nn.relu(y)  # the result alone tells where x > 0
    y = tf.reduce_sum(y)

for node in tape.graph().nodes:
    print(f"{node.op:10} keeps {node.bytes_kept} bytes")

tape.gradient(y, x)
print("after gradient():", tape.graph().bytes_kept, "bytes")
