"""A run that stops and goes on: model, optimizer, step and data in one checkpoint."""

import tempfile

import numpy as np
import tensorflow as tf

x = np.random.default_rng(71).normal(size=(40, 3)).astype("float32")


def fresh():
    tf.keras.utils.set_random_seed(71)
    net = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(1)])
    data = iter(tf.data.Dataset.from_tensor_slices(x).repeat().batch(8))
    opt = tf.keras.optimizers.SGD(0.05, momentum=0.9)
    return tf.train.Checkpoint(step=tf.Variable(1), optimizer=opt, net=net, iterator=data)


def train(ckpt, manager, turns):
    losses = []
    for _ in range(turns):
        batch = next(ckpt.iterator)
        with tf.GradientTape() as tape:
            error = ckpt.net(batch) - tf.reduce_sum(batch, axis=1, keepdims=True)
            loss = tf.reduce_mean(tf.abs(error))
        variables = ckpt.net.trainable_variables
        ckpt.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        ckpt.step.assign_add(1)
        losses.append(float(loss))
        if int(ckpt.step) % 3 == 0:
            manager.save()
    return losses


with tempfile.TemporaryDirectory() as folder:
    first = fresh()
    manager = tf.train.CheckpointManager(first, folder, max_to_keep=2)
    before = train(first, manager, 5)
    second = fresh()
    manager = tf.train.CheckpointManager(second, folder, max_to_keep=2)
    second.restore(manager.latest_checkpoint)
    resumed, after = int(second.step), train(second, manager, 4)
    kept = len(manager.checkpoints)
results = {"before": before, "resumed": resumed, "after": after, "kept": kept}
