"""`Adadelta`: steps in the units of the variable, from moving means of both."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.optimizers.optimizer import Array, Optimizer


class Adadelta(Optimizer):
    """a ← ρ a + (1 − ρ) g², δ = −√(d + ε) g / √(a + ε), d ← ρ d + (1 − ρ) δ², x ← x + rate · δ.

    Source: Zeiler (2012), ADADELTA: an adaptive learning rate method.
    """

    slots = ("accumulated_grad", "accumulated_delta_var")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.rho, self.epsilon = rho, epsilon
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        squares, steps = slots
        rho = self.rho
        squares *= rho
        squares += g * g * (1 - rho)
        step = -(np.sqrt(steps + self.epsilon) * g / np.sqrt(squares + self.epsilon))
        steps *= rho
        steps += step * step * (1 - rho)
        x += step * rate

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        own = {
            "rho": self.rho,
            "epsilon": self.epsilon,
        }
        return {**super().get_config(), **own}
