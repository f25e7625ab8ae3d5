"""Integrated gradients: attributions along a path from black, which sum to the difference."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(22)
image = tf.constant(rng.random((8, 8, 3)), tf.float32)
filters = tf.constant(rng.normal(size=(3, 3, 3, 5)) * 0.3, tf.float32)
head = tf.constant(rng.normal(size=(5, 4)), tf.float32)


def model(x):
    x = tf.nn.relu(tf.nn.conv2d(x, filters, 1, "SAME"))
    return tf.reduce_mean(x, axis=[1, 2]) @ head


def interpolate(baseline, image, alphas):
    delta = image - baseline
    return baseline[tf.newaxis] + alphas[:, tf.newaxis, tf.newaxis, tf.newaxis] * delta[tf.newaxis]


@tf.function
def compute_gradients(images, target):
    with tf.GradientTape() as tape:
        tape.watch(images)
        probs = tf.nn.softmax(model(images), axis=-1)[:, target]
    return tape.gradient(probs, images)


baseline = tf.zeros_like(image)
alphas = tf.linspace(0.0, 1.0, 21)
gradients = compute_gradients(interpolate(baseline, image, alphas), 2)
trapezoid = (gradients[:-1] + gradients[1:]) / 2.0
attribution = (image - baseline) * tf.math.reduce_mean(trapezoid, axis=0)
ends = tf.nn.softmax(model(tf.stack([baseline, image])))[:, 2]
results = {"sum": tf.reduce_sum(attribution), "ends": ends, "first": attribution[0, 0]}
