"""`Muon`: momentum made orthogonal, for matrices; AdamW for all other variables."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from gradtape.keras.optimizers.optimizer import Array, Optimizer


class Muon(Optimizer):
    """For matrices x ← x − rate · √max(rows, columns) · `rms_rate` · O(m), with m the momentum.

    O is the nearest orthogonal matrix, nearly, by `ns_steps` Newton–Schulz steps with the
    coefficients `muon_a`, `muon_b`, `muon_c`. Variables of another number of axes than two,
    embeddings (unless `exclude_embeddings` is False), and those whose path a pattern of
    `exclude_layers` finds are trained as by AdamW, at `adam_lr_ratio` times the rate.

    Source: Jordan et al. (2024), Muon: an optimizer for hidden layers in neural networks.
    """

    slots = ("momentum", "velocity")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        exclude_layers: Any = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.775,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **kwargs: Any,
    ) -> None:
        self.adam_beta_1, self.adam_beta_2, self.epsilon = adam_beta_1, adam_beta_2, epsilon
        self.adam_weight_decay, self.adam_lr_ratio = adam_weight_decay, adam_lr_ratio
        self.exclude_layers, self.exclude_embeddings = exclude_layers or [], exclude_embeddings
        self.muon_a, self.muon_b, self.muon_c = muon_a, muon_b, muon_c
        self.momentum, self.ns_steps, self.nesterov = momentum, ns_steps, nesterov
        self.rms_rate = rms_rate
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def _is_by_adam(self, variable: Any) -> bool:
        path = getattr(variable, "path", variable.name)
        return (
            len(variable.shape) != 2
            or (self.exclude_embeddings and "embedding" in path.lower())
            or any(re.search(pattern, path) for pattern in self.exclude_layers)
        )

    def _slot_value(self, slot: str, variable: Any) -> Array:
        if slot == "velocity" and not self._is_by_adam(variable):
            return np.zeros((), variable.dtype.as_numpy_dtype)
        return super()._slot_value(slot, variable)

    def _is_kept(self, slot: str, variable: Any) -> bool:
        return slot == "momentum" or self._is_by_adam(variable)

    @property
    def _decays(self) -> bool:
        return bool(self.weight_decay or self.adam_weight_decay)

    def _decay_of(self, variable: Any) -> float:
        by_adam = self._is_by_adam(variable)
        return float((self.adam_weight_decay if by_adam else self.weight_decay) or 0.0)

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        m, v = slots
        if v.shape == x.shape:
            self._adam(x, g, m, v, rate * self.adam_lr_ratio, n)
            return
        m += g + m * (self.momentum - 1)
        step = self._orthogonal(g + m * self.momentum if self.nesterov else m)
        if self.rms_rate is None:
            x -= step * rate
        else:
            x -= step * rate * math.sqrt(max(x.shape)) * self.rms_rate

    def _adam(self, x: Array, g: Array, m: Array, v: Array, rate: float, n: int) -> None:
        dtype = x.dtype.type
        power_1, power_2 = (dtype(b) ** dtype(n) for b in (self.adam_beta_1, self.adam_beta_2))
        alpha = float(dtype(rate) * np.sqrt(1 - power_2) / (1 - power_1))
        m += (g - m) * (1 - self.adam_beta_1)
        v += (g * g - v) * (1 - self.adam_beta_2)
        x -= m * alpha / (np.sqrt(v) + self.epsilon)

    def _orthogonal(self, x: Array) -> Array:
        """The nearest orthogonal matrix, nearly."""
        tall = x.shape[-2] > x.shape[-1]
        x = x.T if tall else x
        x = x / (np.sqrt(np.sum(x * x, keepdims=True)) + 1e-7)
        for _ in range(self.ns_steps):
            square = x @ x.T
            x = x * self.muon_a + (square * self.muon_b + square * self.muon_c @ square) @ x
        return x.T if tall else x

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        own = {
            "adam_beta_1": self.adam_beta_1,
            "adam_beta_2": self.adam_beta_2,
            "adam_weight_decay": self.adam_weight_decay,
            "epsilon": self.epsilon,
            "exclude_layers": self.exclude_layers,
            "exclude_embeddings": self.exclude_embeddings,
            "muon_a": self.muon_a,
            "muon_b": self.muon_b,
            "muon_c": self.muon_c,
            "adam_lr_ratio": self.adam_lr_ratio,
            "momentum": self.momentum,
            "ns_steps": self.ns_steps,
            "nesterov": self.nesterov,
            "rms_rate": self.rms_rate,
        }
        return {**super().get_config(), **own}
