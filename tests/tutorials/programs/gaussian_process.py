"""A Gaussian process's likelihood: a Cholesky factor in the loss, in float64."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(50)
x = tf.constant(np.sort(rng.uniform(0, 5, 20))[:, None])
y = tf.sin(2.0 * x) + 0.1 * rng.normal(size=(20, 1))
raw = [tf.Variable(v, dtype=tf.float64) for v in (0.0, 0.0, -1.0)]
optimizer = tf.keras.optimizers.SGD(0.01)


def nll():
    amplitude, length, noise = [tf.nn.softplus(v) for v in raw]
    distance = tf.square(x - tf.transpose(x))
    kernel = amplitude**2 * tf.exp(-0.5 * distance / length**2)
    chol = tf.linalg.cholesky(kernel + (noise**2 + 1e-6) * tf.eye(20, dtype=tf.float64))
    alpha = tf.linalg.cholesky_solve(chol, y)
    logdet = 2.0 * tf.reduce_sum(tf.math.log(tf.linalg.diag_part(chol)))
    fit = tf.squeeze(tf.matmul(y, alpha, transpose_a=True))
    return 0.5 * (fit + logdet + 20 * tf.math.log(tf.constant(2 * np.pi, tf.float64)))


losses = []
for _ in range(10):
    with tf.GradientTape() as tape:
        loss = nll()
    optimizer.apply_gradients(zip(tape.gradient(loss, raw), raw))
    losses.append(float(loss))
results = {"losses": losses, "raw": raw}
