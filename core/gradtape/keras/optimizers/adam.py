"""`Adam` and `AdamW`: steps by moving means of the gradient and of its square."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.optimizers.optimizer import Array, Optimizer


class Adam(Optimizer):
    """m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), x ← x − α m / (√v + ε).

    α = rate · √(1 − β₂ⁿ) / (1 − β₁ⁿ) at step n. With `amsgrad` v is replaced by its largest value.

    Source: Kingma & Ba (2015), Adam: a method for stochastic optimization.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.beta_1, self.beta_2, self.epsilon, self.amsgrad = beta_1, beta_2, epsilon, amsgrad
        self.slots = ("momentum", "velocity", *(("velocity_hat",) if amsgrad else ()))
        self.slot_groups = (self.slots[:2], self.slots[2:])
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        # The order of the arithmetic and its dtype are Keras's, so that the bits are.
        m, v = slots[0], slots[1]
        alpha = self._alpha(x.dtype.type, rate, n)
        room = np.subtract(g, m, out=self._room(x))
        room *= 1 - self.beta_1
        m += room
        np.multiply(g, g, out=room)
        room -= v
        room *= 1 - self.beta_2
        v += room
        if self.amsgrad:
            v = np.maximum(slots[2], v, out=slots[2])
        np.sqrt(v, out=room)
        room += self.epsilon
        step = np.multiply(m, alpha, out=self._room(x, 1))
        step /= room
        x -= step

    def _alpha(self, dtype: Any, rate: float, n: int) -> float:
        """The rate with the correction for what the means began with, in the variable's dtype."""
        power_1, power_2 = dtype(self.beta_1) ** dtype(n), dtype(self.beta_2) ** dtype(n)
        return float(dtype(rate) * np.sqrt(1 - power_2) / (1 - power_1))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        own = {
            "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon,
            "amsgrad": self.amsgrad,
        }  # fmt: skip
        return {**super().get_config(), **own}


class AdamW(Adam):
    """`Adam` with weight decay: before each step x ← x − rate · weight_decay · x.

    Source: Loshchilov & Hutter (2019), Decoupled weight decay regularization.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if weight_decay is None:
            raise ValueError(
                "Argument `weight_decay` must be a float. Received: weight_decay=None. Use Adam."
            )
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay, clipnorm, clipvalue,
            global_clipnorm, name, **kwargs,
        )  # fmt: skip
