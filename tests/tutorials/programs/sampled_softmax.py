"""Word embeddings by a sampled softmax: few of the classes are looked at in each step."""

import numpy as np
import tensorflow as tf

VOCABULARY, DIMENSION, SAMPLED = 60, 8, 12
rng = np.random.default_rng(3)
# a text whose words come in pairs: 2k + 1 follows 2k; frequent words have small numbers
starts = np.minimum(rng.geometric(0.12, 400) - 1, VOCABULARY // 2 - 1)
text = np.stack([2 * starts, 2 * starts + 1], axis=1).reshape(-1)
words, following = text[:-1], text[1:]

tf.random.set_seed(8)
embeddings = tf.Variable(tf.random.uniform([VOCABULARY, DIMENSION], -1.0, 1.0))
weights = tf.Variable(tf.random.truncated_normal([VOCABULARY, DIMENSION], stddev=0.3))
biases = tf.Variable(tf.zeros([VOCABULARY]))
variables = [embeddings, weights, biases]


def train(loss_function, optimizer, steps):
    losses = []
    for step in range(steps):
        at = (step * 64) % (len(words) - 64)
        inputs, labels = words[at : at + 64], following[at : at + 64, None]
        with tf.GradientTape() as tape:
            hidden = tf.nn.embedding_lookup(embeddings, inputs)
            loss = tf.reduce_mean(
                loss_function(weights, biases, tf.constant(labels), hidden, SAMPLED, VOCABULARY)
            )
        gradients = tape.gradient(loss, variables)
        assert all(isinstance(g, tf.IndexedSlices) for g in gradients)
        optimizer.apply_gradients(zip(gradients, variables))
        losses.append(float(loss))
    return losses


def whole_loss():
    logits = tf.matmul(tf.gather(embeddings, words), weights, transpose_b=True) + biases
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(following, logits)
    return float(tf.reduce_mean(losses))


before = whole_loss()
sampled = train(tf.nn.sampled_softmax_loss, tf.keras.optimizers.SGD(2.0), 20)
after = whole_loss()
contrastive = train(tf.nn.nce_loss, tf.keras.optimizers.SGD(0.1), 6)
results = {
    "sampled": sampled,
    "contrastive": contrastive,
    "whole": [before, after],
    "learned": after < before,
}
