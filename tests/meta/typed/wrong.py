"""Slips of the pen: each line that ends with its mark is one that type checkers report."""

import gradtape as tf

x = tf.Variable(1.0)
tape = tf.GradientTape()
tf.sinn(x)  # wrong
tf.keras.optimizers.Adamm()  # wrong
tf.keras.layers.Dence(3)  # wrong
tf.keras.losses.MeanSquareError()  # wrong
tf.kears.Sequential()  # wrong
tf.linalg.inverse(x)  # wrong
tf.nn.softmaxx(x)  # wrong
tf.sin(x).nunpy()  # wrong
(x + 1.0).reshape([1])  # wrong
x.asign_add(1.0)  # wrong
tape.gradients(x, x)  # wrong
tape.gradient(x)  # wrong
tf.GradientTape(persistant=True)  # wrong
tf.data.Dataset.from_tensor_slice([1])  # wrong
tf.random.nomal([2])  # wrong
tf.math.reduce_summ(x)  # wrong
tape.gradient(x, x).nunpy()  # wrong
print(tape.gradient(x, [x]).shape)  # wrong
tape.gradient(x, {"x": x}).append(x)  # wrong
print(tf.clip_by_value(x, 0.0, 1.0).indices)  # wrong
print(tape.explain(x, x).casue)  # wrong
print(tape.graph().nodez)  # wrong
print(tf.sin(x).dtype.nmae)  # wrong
