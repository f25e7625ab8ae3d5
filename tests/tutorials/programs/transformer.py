"""A transformer's encoder: positions by sine and cosine, heads, a warm-up of the rate."""

import numpy as np
import tensorflow as tf


def positional_encoding(length, depth):
    depth = depth / 2
    positions = np.arange(length)[:, np.newaxis]
    depths = np.arange(depth)[np.newaxis, :] / depth
    angle_rads = positions * (1 / (10000**depths))
    return tf.cast(np.concatenate([np.sin(angle_rads), np.cos(angle_rads)], axis=-1), tf.float32)


class EncoderLayer(tf.keras.layers.Layer):
    def __init__(self, d_model, num_heads, dff):
        super().__init__()
        self.mha = tf.keras.layers.MultiHeadAttention(num_heads=num_heads, key_dim=d_model)
        self.first, self.second = (tf.keras.layers.LayerNormalization() for _ in range(2))
        self.seq = tf.keras.Sequential(
            [tf.keras.layers.Dense(dff, activation="relu"), tf.keras.layers.Dense(d_model)]
        )
        self.add = tf.keras.layers.Add()

    def call(self, x):
        x = self.first(self.add([x, self.mha(query=x, value=x, key=x, use_causal_mask=True)]))
        return self.second(self.add([x, self.seq(x)]))


class CustomSchedule(tf.keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, d_model, warmup_steps=10):
        super().__init__()
        self.d_model, self.warmup_steps = tf.cast(d_model, tf.float32), warmup_steps

    def __call__(self, step):
        step = tf.cast(step, dtype=tf.float32)
        arg1, arg2 = tf.math.rsqrt(step + 1.0), step * (self.warmup_steps**-1.5)
        return tf.math.rsqrt(self.d_model) * tf.math.minimum(arg1, arg2)


tf.keras.utils.set_random_seed(34)
rng = np.random.default_rng(34)
x = tf.constant(rng.integers(0, 20, (8, 10)))
embed = tf.keras.layers.Embedding(20, 16)
blocks, head = [EncoderLayer(16, 2, 32) for _ in range(2)], tf.keras.layers.Dense(20)
optimizer = tf.keras.optimizers.Adam(CustomSchedule(16), beta_1=0.9, beta_2=0.98, epsilon=1e-9)
losses = []
for _ in range(5):
    with tf.GradientTape() as tape:
        h = embed(x) * tf.math.sqrt(16.0) + positional_encoding(10, 16)[tf.newaxis]
        for block in blocks:
            h = block(h)
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=x[:, 1:], logits=head(h)[:, :-1])
        )
    variables = [v for part in [*blocks, head] for v in part.trainable_variables]
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    losses.append(float(loss))
results = {"losses": losses, "rate": optimizer.learning_rate}
