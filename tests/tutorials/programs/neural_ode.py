"""A neural differential equation: Runge and Kutta's steps, differentiated through."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(48)
net = tf.keras.Sequential(
    [tf.keras.Input((2,)), tf.keras.layers.Dense(12, "tanh"), tf.keras.layers.Dense(2)]
)
time = np.linspace(0.0, 1.5, 13, dtype=np.float32)
truth = tf.constant(np.stack([np.cos(3 * time), np.sin(3 * time)], axis=1) * np.exp(-time)[:, None])
optimizer = tf.keras.optimizers.Adam(0.02)


def rk4(y, dt):
    k1 = net(y)
    k2 = net(y + dt / 2.0 * k1)
    k3 = net(y + dt / 2.0 * k2)
    k4 = net(y + dt * k3)
    return y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        y, path = truth[:1], [truth[:1]]
        for i in range(12):
            y = rk4(y, float(time[i + 1] - time[i]))
            path.append(y)
        loss = tf.reduce_mean(tf.abs(tf.concat(path, axis=0) - truth))
    variables = net.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


results = {"losses": [train_step() for _ in range(8)]}
