"""Newton's method for a small network's layer: a Hessian by two tapes, solved."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(46)
x = tf.constant(rng.normal(size=(7, 5)), tf.float32)
first = tf.constant(rng.normal(size=(5, 8)) * 0.5, tf.float32)
kernel = tf.Variable(rng.normal(size=(8, 4)).astype("float32") * 0.5)
losses = []
for _ in range(4):
    with tf.GradientTape() as t2:
        with tf.GradientTape() as t1:
            h = tf.nn.softplus(x @ first)
            loss = tf.reduce_mean((h @ kernel - x[:, :4]) ** 2) + 1e-3 * tf.nn.l2_loss(kernel)
        g = t1.gradient(loss, kernel)
    h = t2.jacobian(g, kernel)
    n_params = tf.reduce_prod(kernel.shape)
    h_mat = tf.reshape(h, [n_params, n_params]) + tf.eye(n_params) * 1e-3
    update = tf.linalg.solve(h_mat, tf.reshape(g, [n_params, 1]))
    kernel.assign_sub(tf.reshape(update, kernel.shape))
    losses.append(float(loss))
results = {"losses": losses, "symmetric": tf.reduce_max(tf.abs(h_mat - tf.transpose(h_mat))) < 1e-5}
