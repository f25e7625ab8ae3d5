"""`Lamb`: Adam whose steps have a length in proportion to the variable's."""

from __future__ import annotations

import numpy as np

from gradtape.keras.optimizers.moving_means import MovingMeans
from gradtape.keras.optimizers.optimizer import Array


class Lamb(MovingMeans):
    """x ← x − rate · ‖x‖ / ‖u‖ · u, with u = (m / (1 − β₁ⁿ)) / (√(v / (1 − β₂ⁿ)) + ε) of Adam.

    Where x or u is zero the factor ‖x‖ / ‖u‖ is one.

    Source: You et al. (2020), Large batch optimization for deep learning: training BERT in 76
    minutes.
    """

    slots = ("momentum", "velocity")

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        dtype = x.dtype.type
        m, v = slots
        power_1, power_2 = dtype(self.beta_1) ** dtype(n), dtype(self.beta_2) ** dtype(n)
        m += (g - m) * (1 - self.beta_1)
        v += (g * g - v) * (1 - self.beta_2)
        spread = np.sqrt(v / float(1.0 - power_2)) + self.epsilon
        step = m / float(1.0 - power_1) / spread
        lengths = [float(np.sqrt(np.sum(each * each))) for each in (x, step)]
        ratio = dtype(lengths[0]) / dtype(lengths[1]) if min(lengths) > 0 else dtype(1)
        x -= step * float(ratio * dtype(rate))
