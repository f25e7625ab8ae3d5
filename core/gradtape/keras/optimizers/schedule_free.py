"""`ScheduleFreeAdamW`: Adam with a mean of the steps in place of a schedule."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.optimizers.optimizer import Array, Optimizer


class ScheduleFreeAdamW(Optimizer):
    """z ← z − rate · g / (√(v / (1 − β₂ⁿ)) + ε), and x = (1 − β₁) z + β₁ · the mean of all z.

    z begins at the variable; the rate rises over the first `warmup_steps`.

    Source: Defazio et al. (2024), The road less scheduled.
    """

    slots = ("momentum", "velocity")

    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        self.warmup_steps = warmup_steps
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def _slot_value(self, slot: str, variable: Any) -> Array:
        if slot == "momentum":
            return np.array(np.asarray(variable._tensor))
        return super()._slot_value(slot, variable)

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        dtype = x.dtype.type
        z, v = slots
        beta_1, beta_2, count = dtype(self.beta_1), dtype(self.beta_2), dtype(n)
        speed = dtype(rate)
        if self.warmup_steps > 0:
            speed = speed * min(count / dtype(self.warmup_steps), dtype(1))
        v += (g * g - v) * float(1 - beta_2)
        spread = np.sqrt(v / float(1 - beta_2**count)) + float(dtype(self.epsilon))
        mean = (x - z * float(1 - beta_1)) / float(beta_1)
        z -= g * float(speed) / spread
        weight = 1 / count
        mean = mean * float(1 - weight) + z * float(weight)
        x[...] = z * float(1 - beta_1) + mean * float(beta_1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        own = {
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "warmup_steps": self.warmup_steps,
        }
        return {**super().get_config(), **own}
