"""A sequence into another with attention: encoder, decoder, teacher forcing, masked loss."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(33)
rng = np.random.default_rng(33)
source = rng.integers(1, 12, (32, 6)) * (np.arange(6) < rng.integers(3, 7, (32, 1)))
target = np.concatenate([np.full((32, 1), 12), np.where(source > 0, source % 11 + 1, 0)], axis=1)


class Translator(tf.keras.Model):
    def __init__(self, units=12):
        super().__init__()
        self.embed_in = layers.Embedding(13, units, mask_zero=True)
        self.embed_out = layers.Embedding(13, units, mask_zero=True)
        self.encoder = layers.GRU(units, return_sequences=True)
        self.decoder = layers.GRU(units, return_sequences=True)
        self.attention = layers.MultiHeadAttention(num_heads=1, key_dim=units)
        self.norm, self.add = layers.LayerNormalization(), layers.Add()
        self.out = layers.Dense(13)

    def call(self, inputs):
        context, x = inputs
        context = self.encoder(self.embed_in(context))
        x = self.decoder(self.embed_out(x))
        return self.out(self.norm(self.add([x, self.attention(query=x, value=context)])))


def masked_loss(y_true, y_pred):
    loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")
    loss = loss_fn(y_true, y_pred)
    mask = tf.cast(y_true != 0, loss.dtype)
    return tf.reduce_sum(loss * mask) / tf.reduce_sum(mask)


model, optimizer, losses = Translator(), tf.keras.optimizers.SGD(0.3, momentum=0.9), []
source, target = tf.constant(source), tf.constant(target)
for _ in range(4):
    with tf.GradientTape() as tape:
        loss = masked_loss(target[:, 1:], model((source, target[:, :-1])))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    losses.append(float(loss))
results = {"losses": losses}
