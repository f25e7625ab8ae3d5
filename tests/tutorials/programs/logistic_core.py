"""Logistic regression from the core, saved as a module and loaded again."""

import tempfile

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(44)
x_raw = rng.normal(5.0, 3.0, size=(100, 4))
y = tf.constant((x_raw @ [1.0, -1.0, 0.5, 0.0] > 2.5).astype("float32"))
x = tf.constant(x_raw, tf.float32)


class Normalize(tf.Module):
    def __init__(self, x):
        self.mean = tf.Variable(tf.math.reduce_mean(x, axis=0))
        self.std = tf.Variable(tf.math.reduce_std(x, axis=0))

    def norm(self, x):
        return (x - self.mean) / self.std


class LogisticRegression(tf.Module):
    def __init__(self):
        self.w = tf.Variable(tf.zeros([4, 1]))
        self.b = tf.Variable(tf.zeros([1]))
        self.normalize = Normalize(x)

    @tf.function(input_signature=[tf.TensorSpec(shape=[None, 4], dtype=tf.float32)])
    def logits(self, x):
        return tf.squeeze(tf.matmul(self.normalize.norm(x), self.w) + self.b, axis=1)


model, losses = LogisticRegression(), []
for _ in range(15):
    with tf.GradientTape() as tape:
        ce = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=model.logits(x))
        loss = tf.reduce_mean(ce)
    for g, v in zip(tape.gradient(loss, [model.w, model.b]), [model.w, model.b]):
        v.assign_sub(0.5 * g)
    losses.append(float(loss))
with tempfile.TemporaryDirectory() as folder:
    tf.saved_model.save(model, folder)
    loaded = tf.saved_model.load(folder)
    same = tf.reduce_max(tf.abs(loaded.logits(x) - model.logits(x)))
results = {"losses": losses, "w": model.w, "same": same}
