"""`Adamax`: Adam with the largest gradient in place of the mean square."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.optimizers.optimizer import Array, Optimizer


class Adamax(Optimizer):
    """m ← m + (1 − β₁)(g − m), u ← max(β₂ u, |g|), x ← x − rate · m / ((1 − β₁ⁿ)(u + ε)).

    Source: Kingma & Ba (2015), Adam: a method for stochastic optimization, section 7.1.
    """

    slots = ("momentum", "norm")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        dtype = x.dtype.type
        m, u = slots
        m += (g - m) * (1 - self.beta_1)
        u *= self.beta_2
        np.maximum(u, np.abs(g), out=u)
        left = float(1 - dtype(self.beta_1) ** dtype(n))
        x -= m * float(dtype(rate)) / ((u + self.epsilon) * left)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        own = {
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }
        return {**super().get_config(), **own}
