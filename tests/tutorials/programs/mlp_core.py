"""A perceptron of several layers from the core alone: Xavier, a batch loop, accuracy."""

import numpy as np
import tensorflow as tf

tf.random.set_seed(22)
rng = np.random.default_rng(43)


def xavier_init(shape):
    in_dim, out_dim = shape
    lim = tf.sqrt(6.0) / tf.sqrt(tf.cast(in_dim + out_dim, tf.float32))
    return tf.random.uniform(shape=(in_dim, out_dim), minval=-lim, maxval=lim, seed=22)


class DenseLayer(tf.Module):
    def __init__(self, out_dim, weight_init=xavier_init, activation=tf.identity):
        self.out_dim, self.weight_init, self.activation = out_dim, weight_init, activation
        self.built = False

    def __call__(self, x):
        if not self.built:
            self.w = tf.Variable(self.weight_init(shape=(x.shape[1], self.out_dim)))
            self.b = tf.Variable(tf.zeros(shape=(self.out_dim,)))
            self.built = True
        return self.activation(tf.add(tf.matmul(x, self.w), self.b))


class MLP(tf.Module):
    def __init__(self, layers):
        self.layers = layers

    @tf.function
    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def accuracy(y_pred, y):
    classes = tf.argmax(tf.nn.softmax(y_pred), axis=1)
    return tf.reduce_mean(tf.cast(tf.equal(classes, y), tf.float32))


x = tf.constant(rng.normal(size=(90, 12)), tf.float32)
y = tf.argmax(x[:, :4], axis=1)
model = MLP([DenseLayer(16, activation=tf.nn.relu), DenseLayer(4)])
batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(30)
losses, rates = [], []
for _ in range(5):
    for x_batch, y_batch in batches:
        with tf.GradientTape() as tape:
            y_pred = model(x_batch)
            error = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y_batch, logits=y_pred)
            loss = tf.reduce_mean(error)
        for g, v in zip(tape.gradient(loss, model.variables), model.variables):
            v.assign_sub(0.5 * g)
    losses.append(float(loss))
    rates.append(float(accuracy(model(x), y)))
results = {"losses": losses, "accuracy": rates}
