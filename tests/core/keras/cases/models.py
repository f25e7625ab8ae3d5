"""Whole models: drawn weights, training steps, and gradients through layers of layers."""

from typing import Any

import numpy as np

from tests.core.keras.cases import numbers, program, programs

INPUTS = numbers(6, 8, 8, 1, seed=1)
CLASSES = np.array([0, 2, 1, 1, 0, 2])


def mlp(tf: Any) -> Any:
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [
            layers.Flatten(),
            layers.Dense(5, activation="relu", kernel_regularizer="l2"),
            layers.Dropout(0.3),
            layers.Dense(3),
        ]
    )


def cnn(tf: Any) -> Any:
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [
            tf.keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )


def rows(tf: Any) -> Any:
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [layers.Reshape((8, 8)), layers.LSTM(4), layers.LayerNormalization(), layers.Dense(3)]
    )


@programs(mlp=mlp, cnn=cnn, rows=rows)
def training(tf: Any, make: Any) -> list[Any]:
    tf.keras.utils.set_random_seed(7)
    model = make(tf)
    optimizer = tf.keras.optimizers.Adam(0.02)
    loss_function = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    x, y = tf.constant(INPUTS), tf.constant(CLASSES)
    results = [model(x)]
    for _ in range(5):
        with tf.GradientTape() as tape:
            loss = loss_function(y, model(x, training=True)) + sum(model.losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        results.append(loss)
    accuracy = tf.keras.metrics.SparseCategoricalAccuracy()
    accuracy.update_state(y, model(x))
    return [*results, model(x), accuracy.result()]


@program
def a_model_of_models(tf: Any) -> list[Any]:
    keras = tf.keras

    class Block(keras.layers.Layer):
        def __init__(self, units: int) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(units)
            self.noise = keras.layers.GaussianNoise(0.1, seed=1)

        def call(self, inputs: Any, training: Any = None) -> Any:
            return self.noise(tf.nn.relu(self.dense(inputs)))

    class Whole(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = [Block(4), Block(2)]
            self.named = {"out": keras.layers.Dense(1, use_bias=False)}

        def build(self, input_shape: Any) -> None:
            self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

        def call(self, inputs: Any) -> Any:
            for block in self.blocks:
                inputs = block(inputs)
            return self.named["out"](inputs) * self.scale

    model = Whole()
    x = tf.constant(numbers(3, 5, seed=2))
    model(x)
    model.set_weights([numbers(*w.shape, seed=i) for i, w in enumerate(model.weights)])
    with tf.GradientTape() as tape:
        y = model(x, training=True)
    gradients = tape.gradient(y, model.trainable_variables)
    return [y, model(x), *gradients]


@program
def one_hot(tf: Any) -> list[Any]:
    make = tf.keras.utils.to_categorical
    return [make([0, 2, 1]), make([[0], [2]], 4), make([[0, 1], [1, 0]]), make([0.0, 1.5])]
