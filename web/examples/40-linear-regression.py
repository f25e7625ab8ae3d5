# Linear regression: fit a line by gradient descent.
import gradtape as tf
import matplotlib.pyplot as plt

tf.random.set_seed(0)
x = tf.random.uniform([100], -1.0, 1.0)
y = 3.0 * x + 2.0 + 0.3 * tf.random.normal([100])

w, b = tf.Variable(0.0), tf.Variable(0.0)

for step in range(200):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((w * x + b - y) ** 2)
    dw, db = tape.gradient(loss, [w, b])
    w.assign_sub(0.1 * dw)
    b.assign_sub(0.1 * db)
    if step % 50 == 0:
        print(f"step {step:3}: loss {loss:.3f}")

print(f"w = {w.numpy():.2f}, b = {b.numpy():.2f}")

plt.scatter(x, y, s=8)
plt.plot(x, w * x + b, color="red")
plt.show()
