"""Programs as people write them: type checkers have nothing to say."""

from collections.abc import Sequence

import numpy as np

import gradtape as tf


def square() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x**2
    print(tape.gradient(y, x).numpy())


def linear_regression() -> None:
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    x = tf.constant(np.linspace(0, 1, 20), dtype=tf.float32)
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((w * x + b - 2.0 * x) ** 2)
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(0.1 * dw)
        b.assign_sub(0.1 * db)


def training() -> None:
    model = tf.keras.Sequential([tf.keras.layers.Dense(4, activation="relu")])
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.01)
    losses = tf.keras.losses.MeanSquaredError()
    with tf.GradientTape() as tape:
        loss = losses(tf.ones((2, 4)), model(tf.ones((2, 3))))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))


def data() -> None:
    for batch in tf.data.Dataset.range(10).batch(3):
        print(batch.numpy())


@tf.function
def step(x: tf.Tensor) -> tf.Tensor:
    return tf.nn.relu(x) @ tf.eye(3)


@tf.custom_gradient
def clipped(x: tf.Tensor) -> tuple[tf.Tensor, object]:
    def backward(dy: tf.Tensor) -> tf.Tensor:
        return tf.clip_by_norm(dy, 0.5)

    return x, backward


def jacobians() -> None:
    x = tf.random.normal([7, 5])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.linalg.matmul(x, tf.ones((5, 2)))
    print(tape.jacobian(y, x).shape, tape.batch_jacobian(y, x).shape)


def forward() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as accumulator:
        y = tf.sin(x)
    print(accumulator.jvp(y))


def explained() -> None:
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = tf.constant(np.tanh(x))
    print(tape.explain(y, x), tape.graph())


def arrays() -> None:
    y = tf.concat([tf.zeros((2, 2)), tf.ones((2, 2))], axis=0)[1:, 0]
    print(np.asarray(y), float(tf.reduce_sum(y)), y.shape, y.dtype.name)


def structures() -> tuple[Sequence[tf.Tensor], dict[str, tf.Tensor]]:
    w, b = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = w * b
    one = tape.gradient(y, w)
    if one is None or isinstance(one, tf.IndexedSlices):
        raise ValueError(one)
    pair = tape.gradient(y, (w, b))
    listed = [tf.clip_by_norm(g, 1.0) for g in tape.gradient(y, [w, b])]
    print(len(pair), tf.clip_by_value(one, -1.0, 1.0).numpy(), tape.jacobian(y, w).shape)
    return listed, tape.gradient(y, {"w": w, "b": b}, unconnected_gradients="zero")
