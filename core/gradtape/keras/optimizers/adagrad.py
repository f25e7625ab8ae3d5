"""`Adagrad`: steps divided by the root of the sum of all squared gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.optimizers.optimizer import Array, Optimizer


class Adagrad(Optimizer):
    """a ← a + g², x ← x − rate · g / √(a + ε); a begins at `initial_accumulator_value`.

    Source: Duchi, Hazan & Singer (2011), Adaptive subgradient methods.
    """

    slots = ("accumulator",)

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.initial_accumulator_value, self.epsilon = initial_accumulator_value, epsilon
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def _slot_value(self, slot: str, variable: tf.Variable) -> Array:
        return np.full_like(np.asarray(variable._tensor), self.initial_accumulator_value)

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        (total,) = slots
        room = np.multiply(g, g, out=self._room(x))
        total += room
        np.add(total, self.epsilon, out=room)
        np.sqrt(room, out=room)
        step = np.multiply(g, rate, out=self._room(x, 1))
        step /= room
        x -= step

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        own = {
            "initial_accumulator_value": self.initial_accumulator_value, "epsilon": self.epsilon,
        }  # fmt: skip
        return {**super().get_config(), **own}
