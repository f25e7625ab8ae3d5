"""Optimizers: steps and their variables, and two hundred steps to the last bit."""

from typing import Any

import numpy as np

from tests.core.keras.cases import numbers
from tests.core.keras.cases.optimizers import stepped
from tests.core.keras.library import program, programs


@programs(
    nadam=("Nadam", {}),
    nadam_fast=("Nadam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.8, "epsilon": 1e-4}),
    adamax=("Adamax", {"learning_rate": 0.1}),
    adadelta=("Adadelta", {"learning_rate": 0.5, "rho": 0.8}),
    ftrl=("Ftrl", {"learning_rate": 0.1}),
    ftrl_all=(
        "Ftrl",
        {
            "learning_rate": 0.1,
            "l1_regularization_strength": 0.1,
            "beta": 0.2,
            "l2_regularization_strength": 0.3,
            "l2_shrinkage_regularization_strength": 0.1,
            "learning_rate_power": -0.7,
            "initial_accumulator_value": 0.3,
        },
    ),
    lion=("Lion", {"learning_rate": 0.1, "weight_decay": 0.1}),
    adafactor=("Adafactor", {"learning_rate": 0.1}),
    adafactor_own=("Adafactor", {"learning_rate": 0.8, "relative_step": False}),
    lamb=("Lamb", {"learning_rate": 0.1, "weight_decay": 0.1}),
    muon=("Muon", {"learning_rate": 0.1}),
    muon_plain=("Muon", {"learning_rate": 0.1, "nesterov": False, "rms_rate": None}),
    muon_excluded=("Muon", {"exclude_layers": ["a"], "weight_decay": None, "adam_lr_ratio": 3}),
)
def optimized(tf: Any, variant: Any) -> list[Any]:
    kind, settings = variant
    return stepped(WithPaths(tf), getattr(tf.keras.optimizers, kind)(**settings))


class WithPaths:
    """`tf` whose variables are those of Keras, with a path."""

    def __init__(self, tf: Any) -> None:
        self.constant, self._keras = tf.constant, tf.keras

    def Variable(self, value: Any, name: str) -> Any:  # noqa: N802 - TensorFlow's name
        made = self._keras.Variable(value, name=name)
        return made


@program
def trained_embedding_by_muon(tf: Any) -> list[Any]:
    layer = tf.keras.layers.Embedding(4, 3)
    layer.build(None)
    layer.set_weights([numbers(4, 3, seed=1)])
    made = tf.keras.optimizers.Muon(0.1)
    for step in range(3):
        made.apply_gradients(
            [(tf.constant(numbers(4, 3, seed=step)), layer.trainable_variables[0])]
        )
    return [tf.convert_to_tensor(layer.trainable_variables[0])]


@programs(
    nadam=("Nadam", {"learning_rate": 0.01}),
    nadam_decayed=("Nadam", {"learning_rate": 0.1, "weight_decay": 0.01}),
    adamax=("Adamax", {"learning_rate": 0.1}),
    adadelta=("Adadelta", {"learning_rate": 1.0}),
    lion=("Lion", {"learning_rate": 0.01}),
)
def same_bits(tf: Any, variant: Any) -> list[Any]:
    kind, settings = variant
    made = getattr(tf.keras.optimizers, kind)(**settings)
    a, b = tf.Variable(numbers(5, 7, seed=1)), tf.Variable(np.float32(0.5))
    for step in range(200):
        gradients = [tf.constant(numbers(5, 7, seed=step)), tf.constant(np.float32(1 - step % 3))]
        made.apply_gradients(zip(gradients, [a, b], strict=True))
    return [a.numpy(), b.numpy()]


@programs(adafactor="Adafactor", ftrl="Ftrl", lamb="Lamb", muon="Muon")
def many_steps(tf: Any, kind: str) -> list[Any]:
    """Sums and powers have last bits of each library's own: these are near after many steps."""
    made = getattr(tf.keras.optimizers, kind)(0.01)
    a, b = tf.keras.Variable(numbers(5, 7, seed=1)), tf.keras.Variable(np.float32(0.5))
    for step in range(100):
        gradients = [tf.constant(numbers(5, 7, seed=step)), tf.constant(np.float32(1 - step % 3))]
        made.apply_gradients(zip(gradients, [a, b], strict=True))
    return [tf.convert_to_tensor(a), tf.convert_to_tensor(b)]
