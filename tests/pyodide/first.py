"""The first program: its output is the same natively and in a tab."""

import numpy as np

import gradtape as tf

x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x**2
print(tape.gradient(y, x))
print(tf.constant([[1.0, 2.0], [3.0, 4.0]]))
print(np.asarray(tf.exp(tf.constant([0.0, 1.0]))))
