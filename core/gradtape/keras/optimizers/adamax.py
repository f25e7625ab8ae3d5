"""`Adamax`: Adam with the largest gradient in place of the mean square."""

from __future__ import annotations

import numpy as np

from gradtape.keras.optimizers.moving_means import MovingMeans
from gradtape.keras.optimizers.optimizer import Array


class Adamax(MovingMeans):
    """m ← m + (1 − β₁)(g − m), u ← max(β₂ u, |g|), x ← x − rate · m / ((1 − β₁ⁿ)(u + ε)).

    Source: Kingma & Ba (2015), Adam: a method for stochastic optimization, section 7.1.
    """

    slots = ("momentum", "norm")

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        dtype = x.dtype.type
        m, u = slots
        m += (g - m) * (1 - self.beta_1)
        u *= self.beta_2
        np.maximum(u, np.abs(g), out=u)
        left = float(1 - dtype(self.beta_1) ** dtype(n))
        x -= m * float(dtype(rate)) / ((u + self.epsilon) * left)
