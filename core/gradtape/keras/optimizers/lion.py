"""`Lion`: steps of one size, in the direction of the sign of a mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.optimizers.optimizer import Array, Optimizer


class Lion(Optimizer):
    """x ← x − rate · sign(β₁ m + (1 − β₁) g), m ← β₂ m + (1 − β₂) g.

    Raises: ValueError where `beta_1` is outside (0, 1].

    Source: Chen et al. (2023), Symbolic discovery of optimization algorithms.
    """

    slots = ("momentum",)

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if not 0 < beta_1 <= 1:
            raise ValueError(
                "Argument `beta_1` must be in the [0, 1] range. Otherwise, the optimizer "
                f"degenerates to SignSGD. Received: beta_1={beta_1}."
            )
        self.beta_1, self.beta_2 = beta_1, beta_2
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        dtype = x.dtype.type
        (m,) = slots
        beta_1, beta_2 = dtype(self.beta_1), dtype(self.beta_2)
        x -= np.sign(m * float(beta_1) + g * float(1 - beta_1)) * rate
        m *= float(beta_2)
        m += g * float(1 - beta_2)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        own = {
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
        }
        return {**super().get_config(), **own}
