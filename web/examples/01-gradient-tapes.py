# Gradient tapes: record, then ask for the derivative.
import gradtape as tf

x = tf.Variable(3.0)

with tf.GradientTape() as tape:
    y = x**2

# dy = 2x * dx
dy_dx = tape.gradient(y, x)
print(dy_dx.numpy())

# Tensors work as easily as scalars.
w = tf.Variable(tf.random.normal((3, 2)), name="w")
b = tf.Variable(tf.zeros(2, dtype=tf.float32), name="b")
x = [[1.0, 2.0, 3.0]]

with tf.GradientTape(persistent=True) as tape:
    y = x @ w + b
    loss = tf.reduce_mean(y**2)

[dl_dw, dl_db] = tape.gradient(loss, [w, b])

# The gradient has the shape of its source.
print(w.shape)
print(dl_dw.shape)

# Sources may be any nest; the result has its structure.
my_vars = {"w": w, "b": b}
grad = tape.gradient(loss, my_vars)
print(sorted(grad), bool(tf.reduce_all(grad["b"] == dl_db)))
