"""Pictures changed on the way to a model: flips, crops, colours, resizing."""

import numpy as np
import tensorflow as tf

image = np.random.default_rng(15).integers(0, 256, (10, 14, 3)).astype("uint8")
x = tf.image.convert_image_dtype(image, tf.float32)
seed = (1, 2)
results = {
    "gray": tf.image.rgb_to_grayscale(x),
    "saturated": tf.image.adjust_saturation(x, 3.0),
    "bright": tf.image.adjust_brightness(x, 0.4),
    "hue": tf.image.adjust_hue(x, 0.1),
    "central": tf.image.central_crop(x, 0.5),
    "rotated": tf.image.rot90(x),
    "resized": tf.image.resize(x, [5, 7]),
    "padded": tf.image.resize_with_crop_or_pad(x, 16, 12),
    "random": tf.image.stateless_random_brightness(x, 0.5, seed),
    "cropped": tf.image.stateless_random_crop(x, [4, 4, 3], seed),
    "contrast": tf.image.stateless_random_contrast(x, 0.1, 0.9, seed),
    "flipped": tf.image.stateless_random_flip_left_right(x, seed),
}
