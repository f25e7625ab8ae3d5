"""Modules in modules: variables collected by attribute, built on first use."""

import tensorflow as tf


class Dense(tf.Module):
    def __init__(self, units, name=None):
        super().__init__(name)
        self.units, self.built = units, False

    @tf.Module.with_name_scope
    def __call__(self, x):
        if not self.built:
            first = tf.random.stateless_normal([x.shape[-1], self.units], seed=[2, self.units])
            self.w = tf.Variable(first, name="w")
            self.b = tf.Variable(tf.zeros([self.units]), name="b")
            self.built = True
        return tf.nn.relu(x @ self.w + self.b)


class Stack(tf.Module):
    def __init__(self):
        super().__init__("stack")
        self.layers = [Dense(4, "first"), Dense(2, "second")]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


model = Stack()
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(model(tf.constant([[2.0, -1.0, 0.5]])) ** 2)
gradients = tape.gradient(loss, model.trainable_variables)
results = {
    "loss": loss,
    "gradients": gradients,
    "names": [v.name for v in model.trainable_variables],
    "modules": len(model.submodules),
}
