"""Grad-CAM: where a picture's class comes from, by the gradient at the last convolution."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(21)
image = np.random.default_rng(21).random((1, 12, 12, 3)).astype("float32")
model = keras.Sequential(
    [
        keras.Input((12, 12, 3)),
        keras.layers.Conv2D(6, 3, activation="relu", name="first"),
        keras.layers.Conv2D(8, 3, activation="relu", name="last_conv"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(4),
    ]
)
grad_model = keras.models.Model(
    model.inputs, [model.get_layer("last_conv").output, model.layers[-1].output]
)
with tf.GradientTape() as tape:
    conv_outputs, predictions = grad_model(image)
    channel = predictions[:, tf.argmax(predictions[0])]
grads = tape.gradient(channel, conv_outputs)
pooled = tf.reduce_mean(grads, axis=(0, 1, 2))
heatmap = tf.squeeze(conv_outputs[0] @ pooled[..., tf.newaxis])
results = {"heatmap": tf.maximum(heatmap, 0) / tf.math.reduce_max(heatmap), "pooled": pooled}
