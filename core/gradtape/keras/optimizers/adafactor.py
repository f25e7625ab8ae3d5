"""`Adafactor`: mean squares of rows and columns in place of those of all elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.optimizers.optimizer import Array, Optimizer
from gradtape.keras.variable import Variable


def _rms(x: Array) -> Any:
    return np.sqrt(np.mean(x * x))


class Adafactor(Optimizer):
    """Steps whose mean squares are kept as those of rows and columns: v = r ⊗ c / mean(r).

    x ← x − α u / max(1, RMS(u) / d), with u = g / √v, α = max(ε₂, RMS(x)) · min(rate, 1/√n), and
    means that move by 1 − n^`beta_2_decay`. Variables of fewer than two axes have v itself.

    Source: Shazeer & Stern (2018), Adafactor: adaptive learning rates with sublinear memory cost.
    """

    slots = ("row", "column", "velocity")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.beta_2_decay, self.epsilon_1, self.epsilon_2 = beta_2_decay, epsilon_1, epsilon_2
        self.clip_threshold, self.relative_step = clip_threshold, relative_step
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def _slot_value(self, slot: str, variable: Any) -> Array:
        value = super()._slot_value(slot, variable)
        if slot == "velocity":
            return value
        if value.ndim < 2:  # it has no rows: a placeholder, as in Keras
            return np.zeros((), np.int32)
        return value[..., 0].copy() if slot == "row" else value[..., 0, :].copy()

    def _new_slot(self, slot: str, variable: Any) -> Variable:
        made = super()._new_slot(slot, variable)
        if slot != "velocity":  # Keras's names, by which its files are read
            made._name = made._name.removesuffix(f"_{slot}")
            made._path = made._path.removesuffix(f"_{slot}")
            if len(variable.shape) < 2:
                made._path = made._name
        return made

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        dtype = x.dtype.type
        r, c, v = slots
        slow = 1 / np.sqrt(dtype(n))
        speed = min(dtype(rate), slow)
        share = 1 - dtype(n) ** dtype(self.beta_2_decay)
        alpha = float(max(dtype(self.epsilon_2), dtype(_rms(x))) * speed)
        squares = g * g + self.epsilon_1
        if x.ndim < 2:
            v *= float(share)
            v += squares * float(1 - share)
        else:
            r *= float(share)
            r += np.mean(squares, axis=-1) * float(1 - share)
            c *= float(share)
            c += np.mean(squares, axis=-2) * float(1 - share)
            rows = r / np.mean(r, axis=-1, keepdims=True)
            v[...] = rows[..., None] * c[..., None, :]
        step = g / np.sqrt(v)
        size = dtype(_rms(step)) / dtype(self.clip_threshold)
        x -= step / float(max(dtype(1), size)) * alpha

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        own = {
            "beta_2_decay": self.beta_2_decay,
            "epsilon_1": self.epsilon_1,
            "epsilon_2": self.epsilon_2,
            "clip_threshold": self.clip_threshold,
            "relative_step": self.relative_step,
        }
        return {**super().get_config(), **own}
