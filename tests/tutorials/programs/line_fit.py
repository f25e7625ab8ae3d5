"""A line fitted by hand: model, loss, gradient, step."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(1)
x = rng.normal(size=201).astype(np.float32)
y = (3.0 * x + 2.0 + rng.normal(size=201)).astype(np.float32)


class Line(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(5.0)
        self.b = tf.Variable(0.0)

    def __call__(self, x):
        return self.w * x + self.b


model, losses = Line(), []
for _ in range(20):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x)))
    dw, db = tape.gradient(loss, [model.w, model.b])
    model.w.assign_sub(0.1 * dw)
    model.b.assign_sub(0.1 * db)
    losses.append(float(loss))
results = {"losses": losses, "w": model.w, "b": model.b}
