"""Cycle consistency: two generators that undo each other, one persistent tape."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(29)
rng = np.random.default_rng(29)


def net(outputs, activation=None):
    return tf.keras.Sequential(
        [
            tf.keras.Input((6,)),
            tf.keras.layers.Dense(10, activation="relu"),
            tf.keras.layers.Dense(outputs, activation=activation),
        ]
    )


g, f, of_x, of_y = net(6, "tanh"), net(6, "tanh"), net(1), net(1)
optimizers = [tf.keras.optimizers.Adam(0.01, beta_1=0.5) for _ in range(4)]
bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
real_x = tf.constant(rng.uniform(-1, 1, (12, 6)), tf.float32)
real_y = tf.constant(np.sign(rng.normal(size=(12, 6))) * 0.8, tf.float32)
losses = []
for _ in range(4):
    with tf.GradientTape(persistent=True) as tape:
        fake_y, fake_x = g(real_x, training=True), f(real_y, training=True)
        cycled = tf.reduce_mean(tf.abs(real_x - f(fake_y))) + tf.reduce_mean(
            tf.abs(real_y - g(fake_x))
        )
        same_x, same_y = f(real_x), g(real_y)
        judged = [of_x(real_x), of_y(real_y), of_x(fake_x), of_y(fake_y)]
        g_loss = bce(tf.ones_like(judged[3]), judged[3]) + 10 * cycled
        g_loss += 5 * tf.reduce_mean(tf.abs(real_y - same_y))
        f_loss = bce(tf.ones_like(judged[2]), judged[2]) + 10 * cycled
        f_loss += 5 * tf.reduce_mean(tf.abs(real_x - same_x))
        x_loss = 0.5 * (bce(tf.ones(12)[:, None], judged[0]) + bce(tf.zeros([12, 1]), judged[2]))
        y_loss = 0.5 * (bce(tf.ones([12, 1]), judged[1]) + bce(tf.zeros([12, 1]), judged[3]))
    for loss, model, opt in zip((g_loss, f_loss, x_loss, y_loss), (g, f, of_x, of_y), optimizers):
        variables = model.trainable_variables
        opt.apply_gradients(zip(tape.gradient(loss, variables), variables))
    losses.append([float(v) for v in (g_loss, f_loss, x_loss, y_loss)])
    del tape
results = {"losses": losses}
