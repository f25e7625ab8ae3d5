"""`Nadam`: Adam with Nesterov's momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from gradtape.keras import config
from gradtape.keras.optimizers.moving_means import MovingMeans
from gradtape.keras.optimizers.optimizer import Array
from gradtape.keras.variable import Variable


class Nadam(MovingMeans):
    """Adam whose step looks ahead: m̂ = μₙ₊₁ m / (1 − Πμ₍ₙ₊₁₎) + (1 − μₙ) g / (1 − Πμ₍ₙ₎).

    m and v are Adam's; x ← x − rate · m̂ / (√(v / (1 − β₂ⁿ)) + ε), with μᵢ = β₁ (1 − 0.96ⁱ / 2).

    Source: Dozat (2016), Incorporating Nesterov momentum into Adam.
    """

    slots = ("momentum", "velocity")

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        # The order of the arithmetic and its dtype are Keras's, so that the bits are.
        dtype = x.dtype.type
        m, v = slots
        beta_1, beta_2 = dtype(self.beta_1), dtype(self.beta_2)
        now, ahead = (beta_1 * (1 - 0.5 * dtype(0.96) ** dtype(k)) for k in (n, n + 1))
        product = dtype(np.asarray(self._product._tensor))
        m += (g - m) * float(1 - beta_1)
        v += (g * g - v) * float(1 - beta_2)
        expected = m * float(ahead) / float(1 - product * ahead)
        expected = expected + g * float(1 - now) / float(1 - product)
        spread = np.sqrt(v / float(1 - beta_2 ** dtype(n))) + self.epsilon
        x -= expected * float(dtype(rate)) / spread

    def build(self, variables: Iterable[Any]) -> None:
        """Make the slots for these variables, and the product of the momenta μ of all steps."""
        if self.built:
            return
        super().build(variables)
        kind = self._trained[0].dtype if self._trained else config.floatx()
        self._product = Variable(1.0, dtype=kind, trainable=False)

    @property
    def variables(self) -> list[Variable]:
        """The step count, the learning rate, the slots, and the product of the momenta."""
        own = [self._product] if self.built else []
        return [*super().variables, *own]

    def _begin_step(self, n: int) -> None:
        product = np.asarray(self._product._tensor)
        kind = product.dtype.type
        share = 1.0 - 0.5 * kind(0.96) ** kind(n)
        self._product.set_array(kind(product * kind(self.beta_1) * share))
