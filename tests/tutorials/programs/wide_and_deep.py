"""Wide and deep: a linear part and a network, two optimizers for one model."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(69)
rng = np.random.default_rng(69)
cross = tf.constant(rng.integers(0, 12, 80))
dense = tf.constant(rng.normal(size=(80, 4)), tf.float32)
target = tf.constant((rng.random((80, 1)) < 0.4).astype("float32"))
wide = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
deep = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)])
wide_optimizer = keras.optimizers.Ftrl(0.1, l1_regularization_strength=0.01)
deep_optimizer = keras.optimizers.Adagrad(0.05)
losses = []
for _ in range(6):
    with tf.GradientTape(persistent=True) as tape:
        logits = wide(tf.one_hot(cross, 12)) + deep(dense)
        loss = tf.reduce_mean(
            tf.nn.weighted_cross_entropy_with_logits(target, logits, pos_weight=1.5)
        )
    for layer, optimizer in ((wide, wide_optimizer), (deep, deep_optimizer)):
        variables = layer.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    losses.append(float(loss))
results = {"losses": losses, "wide": wide.kernel}
