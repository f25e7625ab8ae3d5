"""Momentum and Adam written by hand, on a surface with a saddle."""

import tensorflow as tf


def loss_surface(x):
    return tf.reduce_sum(0.05 * x**4 - x**2 * [0.3, -0.2]) + 0.1 * x[0] * x[1]


class Momentum(tf.Module):
    def __init__(self, learning_rate=0.05, beta=0.9):
        self.learning_rate, self.beta, self.change, self.built = learning_rate, beta, [], False

    def apply_gradients(self, grads, variables):
        if not self.built:
            self.change = [tf.Variable(tf.zeros(v.shape)) for v in variables]
            self.built = True
        for change, grad, v in zip(self.change, grads, variables):
            change.assign(self.learning_rate * grad + self.beta * change)
            v.assign_sub(change)


class Adam(tf.Module):
    def __init__(self, learning_rate=0.1, beta_1=0.9, beta_2=0.999, ep=1e-7):
        self.rate, self.beta_1, self.beta_2, self.ep = learning_rate, beta_1, beta_2, ep
        self.t, self.built = 1.0, False

    def apply_gradients(self, grads, variables):
        if not self.built:
            self.v = [tf.Variable(tf.zeros(shape=v.shape)) for v in variables]
            self.s = [tf.Variable(tf.zeros(shape=v.shape)) for v in variables]
            self.built = True
        for i, (grad, var) in enumerate(zip(grads, variables)):
            self.v[i].assign(self.beta_1 * self.v[i] + (1 - self.beta_1) * grad)
            self.s[i].assign(self.beta_2 * self.s[i] + (1 - self.beta_2) * tf.square(grad))
            v_bias = self.v[i] / (1 - (self.beta_1**self.t))
            s_bias = self.s[i] / (1 - (self.beta_2**self.t))
            var.assign_sub(self.rate * (v_bias / (tf.sqrt(s_bias) + self.ep)))
        self.t += 1.0


results = {}
for name, optimizer in {"momentum": Momentum(), "adam": Adam()}.items():
    x, path = tf.Variable([0.3, 2.0]), []
    for _ in range(12):
        with tf.GradientTape() as tape:
            loss = loss_surface(x)
        optimizer.apply_gradients(tape.gradient(loss, [x]), [x])
        path.append(x.numpy())
    results[name] = path
