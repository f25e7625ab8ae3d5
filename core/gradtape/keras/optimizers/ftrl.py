"""`Ftrl`: follow the regularised leader, for sparse models."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.optimizers.optimizer import Array, Optimizer


class Ftrl(Optimizer):
    """x = (clip(z, −l1, l1) − z) / (a^p / rate + 2 l2'), with a the sum of squared gradients.

    z ← z + g + 2 s x − (a'^p − a^p) / rate · x, p = −`learning_rate_power`, s the shrinkage, and
    l2' = l2 + beta / (2 rate). a begins at `initial_accumulator_value`.

    Raises: ValueError where a strength is negative, or the power positive.

    Source: McMahan et al. (2013), Ad click prediction: a view from the trenches.
    """

    slots = ("accumulator", "linear")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        given = {
            "initial_accumulator_value": initial_accumulator_value,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
            "l2_shrinkage_regularization_strength": l2_shrinkage_regularization_strength,
        }
        for argument, value in given.items():
            if value < 0.0:
                raise ValueError(
                    f"`{argument}` needs to be positive or zero. Received: {argument}={value}."
                )
        if learning_rate_power > 0.0:
            raise ValueError(
                "`learning_rate_power` needs to be negative or zero. Received: "
                f"learning_rate_power={learning_rate_power}."
            )
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def _slot_value(self, slot: str, variable: Any) -> Array:
        value = super()._slot_value(slot, variable)
        if slot == "accumulator":
            value = np.full_like(value, self.initial_accumulator_value)
        return value

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        total, linear = slots
        dtype = x.dtype.type
        power, speed = -self.learning_rate_power, float(dtype(rate))
        strength = float(self.l2_regularization_strength + self.beta / (2.0 * dtype(rate)))
        new = total + g * g
        grown = new**power
        pull = g + x * (2 * self.l2_shrinkage_regularization_strength)
        linear += pull - (grown - total**power) / speed * x
        quadratic = grown / speed + float(2 * dtype(strength))
        limit = self.l1_regularization_strength
        x[...] = (np.clip(linear, -limit, limit) - linear) / quadratic
        total[...] = new

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        own = {
            "learning_rate_power": self.learning_rate_power,
            "initial_accumulator_value": self.initial_accumulator_value,
            "l1_regularization_strength": self.l1_regularization_strength,
            "l2_regularization_strength": self.l2_regularization_strength,
            "l2_shrinkage_regularization_strength": self.l2_shrinkage_regularization_strength,
            "beta": self.beta,
        }
        return {**super().get_config(), **own}
