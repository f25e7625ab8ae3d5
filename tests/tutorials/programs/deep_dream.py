"""Deep dream: gradient ascent on a picture, in octaves, with jitter by rolling."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(24)
filters = tf.constant(rng.normal(size=(3, 3, 3, 6)) * 0.3, tf.float32)
image = tf.constant(rng.random((16, 16, 3)), tf.float32)


class DeepDream(tf.Module):
    @tf.function(
        input_signature=(
            tf.TensorSpec(shape=[None, None, 3], dtype=tf.float32),
            tf.TensorSpec(shape=[], dtype=tf.int32),
            tf.TensorSpec(shape=[], dtype=tf.float32),
        )
    )
    def __call__(self, img, steps, step_size):
        loss = tf.constant(0.0)
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                tape.watch(img)
                activation = tf.nn.relu(tf.nn.conv2d(img[tf.newaxis], filters, 1, "VALID"))
                loss = tf.math.reduce_mean(activation)
            gradients = tape.gradient(loss, img)
            gradients /= tf.math.reduce_std(gradients) + 1e-8
            img = tf.clip_by_value(img + gradients * step_size, -1, 1)
        return loss, img


dream, losses = DeepDream(), []
for octave in range(-1, 2):
    size = tf.cast(tf.convert_to_tensor([16.0, 16.0]) * 1.3**octave, tf.int32)
    image = tf.image.resize(image, size)
    rolled = tf.roll(image, shift=[1, 2], axis=[0, 1])
    loss, rolled = dream(rolled, tf.constant(3), tf.constant(0.01))
    image = tf.roll(rolled, shift=[-1, -2], axis=[0, 1])
    losses.append(loss)
results = {"losses": losses, "size": image.shape[0], "mean": tf.reduce_mean(image)}
