"""`RMSprop`: steps divided by a moving root mean square of the gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.optimizers.optimizer import Array, Optimizer


class RMSprop(Optimizer):
    """v ← ρ v + (1 − ρ) g², x ← x − rate · g / √(v + ε).

    With `centered` the square of the moving mean of g is taken from v under the root; with
    `momentum` the steps gather in a further moving sum.

    Source: Tieleman & Hinton (2012), Lecture 6.5, Neural networks for machine learning.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.rho, self.momentum, self.epsilon, self.centered = rho, momentum, epsilon, centered
        self.slots = (
            "velocity",
            *(("momentum",) if momentum else ()),
            *(("average_gradient",) if centered else ()),
        )
        self.slot_groups = tuple((slot,) for slot in self.slots)
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        rho, room = self.rho, self._room(x)
        v = slots[0]
        v *= rho
        np.multiply(g, g, out=room)
        room *= 1 - rho
        v += room
        if self.centered:
            mean = slots[-1]
            mean *= rho
            mean += np.multiply(g, 1 - rho, out=room)
            np.multiply(mean, mean, out=room)
            np.subtract(v, room, out=room)
            room += self.epsilon
        else:
            np.add(v, self.epsilon, out=room)
        np.sqrt(room, out=room)
        step = np.multiply(g, rate, out=self._room(x, 1))
        step /= room
        if self.momentum:
            m = slots[1]
            m *= self.momentum
            m += step
            x -= m
        else:
            x -= step

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        own = {
            "rho": self.rho, "momentum": self.momentum, "epsilon": self.epsilon,
            "centered": self.centered,
        }  # fmt: skip
        return {**super().get_config(), **own}
