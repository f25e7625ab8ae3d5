# Stop recording: what is computed inside the block is not on the tape.
import gradtape as tf

x = tf.Variable(2.0)
y = tf.Variable(3.0)

with tf.GradientTape() as t:
    x_sq = x * x
    with t.stop_recording():
        y_sq = y * y
    z = x_sq + y_sq

grad = t.gradient(z, {"x": x, "y": y})

print("dz/dx:", grad["x"])  # 2*x => 4
print("dz/dy:", grad["y"])
print(t.explain(z, y))
