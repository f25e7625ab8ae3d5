# The Jacobian of a vector with respect to a scalar.
import gradtape as tf
import matplotlib.pyplot as plt

x = tf.linspace(-10.0, 10.0, 200 + 1)
delta = tf.Variable(0.0)

with tf.GradientTape() as tape:
    y = tf.nn.sigmoid(x + delta)

dy_dx = tape.jacobian(y, delta)

print(y.shape)
print(dy_dx.shape)

plt.plot(x.numpy(), y, label="y")
plt.plot(x.numpy(), dy_dx, label="dy/dx")
plt.legend()
_ = plt.xlabel("x")
plt.show()
