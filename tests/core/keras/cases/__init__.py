"""Programs that use tf.keras, as functions of `tf`: run by TensorFlow to record, here to compare.

A program gives a list of tensors, arrays and numbers. Its weights are set, not drawn, unless the
drawing is what it is about.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Program = Callable[[Any], list[Any]]
Variants = Callable[..., list[Any]]


class Programs(dict[str, Program]):
    """Programs by name, which the two decorators enter."""

    def program(self, function: Program) -> Program:
        """Enter `function` under its name."""
        assert function.__name__ not in self
        self[function.__name__] = function
        return function

    def programs(self, **variants: Any) -> Callable[[Variants], Variants]:
        """Enter `function(tf, variant)` once for each variant."""

        def enter(function: Variants) -> Variants:
            for name, variant in variants.items():
                key = f"{function.__name__}_{name}"
                assert key not in self
                self[key] = lambda tf, variant=variant: function(tf, variant)
            return function

        return enter


PROGRAMS = Programs()
program, programs = PROGRAMS.program, PROGRAMS.programs


def numbers(*shape: int, seed: int = 0, low: float = -1.0, high: float = 1.0) -> Any:
    """Fixed float32 numbers, no two alike."""
    size = int(np.prod(shape))
    spread = np.random.default_rng(seed).permutation(size) + 0.5
    return (low + (high - low) * spread / size).reshape(shape).astype(np.float32)


def set_weights(layer: Any) -> None:
    """Fixed weights for a built layer; variances stay positive."""
    values = []
    for i, weight in enumerate(layer.weights):
        positive = "variance" in weight.name or "gamma" in weight.name
        values.append(numbers(*weight.shape, seed=50 + i, low=0.5 if positive else -0.8, high=0.9))
    layer.set_weights(values)


def differentiated(tf: Any, layer: Any, inputs: Any, **arguments: Any) -> list[Any]:
    """Outputs, and the gradients of their weighted sum for inputs and trainable weights."""
    x = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = tf.nest.flatten(layer(x, **arguments))
        loss = sum(tf.reduce_sum(y * numbers(*y.shape, seed=90 + i)) for i, y in enumerate(outputs))
    weights = layer.trainable_variables
    gradients = tape.gradient(loss, [x, *weights])
    return [*outputs, *(None if g is None else tf.convert_to_tensor(g) for g in gradients)]


def built_and_differentiated(tf: Any, layer: Any, inputs: Any, **arguments: Any) -> list[Any]:
    """`differentiated`, with fixed weights, then the weights that training does not change."""
    layer(tf.constant(inputs))
    set_weights(layer)
    results = differentiated(tf, layer, inputs, **arguments)
    return results + [tf.convert_to_tensor(v) for v in layer.weights if not v.trainable]


from tests.core.keras.cases import layers, losses, metrics, models, optimizers, recurrent  # noqa: E402

__all__ = ["PROGRAMS", "layers", "losses", "metrics", "models", "optimizers", "recurrent"]
