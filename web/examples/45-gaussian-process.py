# A Gaussian process fitted by its marginal likelihood: gradients through a Cholesky factor.
import gradtape as tf
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
x = np.sort(rng.uniform(-3, 3, 30))
y = np.sin(x) + 0.1 * rng.standard_normal(30)
x, y = tf.constant(x[:, None]), tf.constant(y[:, None])

# Logarithms of length scale, amplitude and noise.
theta = tf.Variable([0.0, 0.0, -1.0], dtype=tf.float64)


def kernel(a, b):
    squares = (a - tf.transpose(b)) ** 2
    return tf.exp(2.0 * theta[1]) * tf.exp(-0.5 * squares / tf.exp(2.0 * theta[0]))


def covariance():
    return kernel(x, x) + tf.exp(2.0 * theta[2]) * tf.eye(30, dtype=tf.float64)


def negative_log_likelihood():
    factor = tf.linalg.cholesky(covariance())
    alpha = tf.linalg.cholesky_solve(factor, y)
    log_det = tf.reduce_sum(tf.math.log(tf.linalg.diag_part(factor)))
    return 0.5 * tf.reduce_sum(y * alpha) + log_det + 15.0 * np.log(2.0 * np.pi)


optimizer = tf.keras.optimizers.Adam(0.1)
for step in range(101):
    with tf.GradientTape() as tape:
        loss = negative_log_likelihood()
    optimizer.apply_gradients([(tape.gradient(loss, theta), theta)])
    if step % 50 == 0:
        print(f"step {step:3}: negative log likelihood {loss:.2f}")

length, amplitude, noise = tf.exp(theta).numpy()
print(f"length scale {length:.2f}, amplitude {amplitude:.2f}, noise {noise:.2f}")

grid = tf.constant(np.linspace(-4, 4, 100)[:, None])
mean = kernel(grid, x) @ tf.linalg.solve(covariance(), y)
plt.scatter(x, y, s=8)
plt.plot(grid, mean, color="red")
plt.show()
