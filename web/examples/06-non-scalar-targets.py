# Gradients of non-scalar targets: the gradient of the sum.
import gradtape as tf
import matplotlib.pyplot as plt

x = tf.Variable(2.0)
with tf.GradientTape(persistent=True) as tape:
    y0 = x**2
    y1 = 1 / x

print(tape.gradient(y0, x).numpy())
print(tape.gradient(y1, x).numpy())

x = tf.Variable(2.0)
with tf.GradientTape() as tape:
    y0 = x**2
    y1 = 1 / x

print(tape.gradient({"y0": y0, "y1": y1}, x).numpy())

x = tf.Variable(2.0)

with tf.GradientTape() as tape:
    y = x * [3.0, 4.0]

print(tape.gradient(y, x).numpy())

# For an element-wise function, the gradient of the sum is the derivative of each element.
x = tf.linspace(-10.0, 10.0, 200 + 1)

with tf.GradientTape() as tape:
    tape.watch(x)
    y = tf.nn.sigmoid(x)

dy_dx = tape.gradient(y, x)

plt.plot(x, y, label="y")
plt.plot(x, dy_dx, label="dy/dx")
plt.legend()
_ = plt.xlabel("x")
plt.show()
