"""Style transfer: Gram matrices, a content loss, total variation, and Adam on a picture."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(25)
content = tf.constant(rng.random((1, 12, 12, 3)), tf.float32)
style = tf.constant(rng.random((1, 12, 12, 3)), tf.float32)
kernels = [
    tf.constant(rng.normal(size=(3, 3, 3, 5)) * 0.4, tf.float32),
    tf.constant(rng.normal(size=(3, 3, 5, 6)) * 0.4, tf.float32),
]


def gram_matrix(x):
    result = tf.linalg.einsum("bijc,bijd->bcd", x, x)
    shape = tf.shape(x)
    return result / tf.cast(shape[1] * shape[2], tf.float32)


def extract(x):
    maps = []
    for kernel in kernels:
        x = tf.nn.relu(tf.nn.conv2d(x, kernel, strides=1, padding="SAME"))
        maps.append(x)
        x = tf.nn.avg_pool2d(x, 2, 2, "VALID")
    return {"style": [gram_matrix(m) for m in maps], "content": maps[-1]}


targets = {"style": extract(style)["style"], "content": extract(content)["content"]}
image = tf.Variable(content)
opt = tf.keras.optimizers.Adam(learning_rate=0.02, beta_1=0.99, epsilon=1e-1)


@tf.function
def train_step(image):
    with tf.GradientTape() as tape:
        outputs = extract(image)
        pairs = zip(outputs["style"], targets["style"])
        loss = tf.add_n([tf.reduce_mean((a - b) ** 2) for a, b in pairs])
        loss += 1e-1 * tf.reduce_mean((outputs["content"] - targets["content"]) ** 2)
        loss += 1e-3 * tf.reduce_sum(tf.image.total_variation(image))
    grad = tape.gradient(loss, image)
    opt.apply_gradients([(grad, image)])
    image.assign(tf.clip_by_value(image, 0.0, 1.0))
    return loss


results = {"losses": [train_step(image) for _ in range(8)], "image": tf.reduce_mean(image)}
