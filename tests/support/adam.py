"""Adam in float64 with the rates that it has in float32.

Keras corrects the rate by 1 − 0.999ⁿ in the variables' dtype, where float32 loses digits. That is
part of what a float32 run computes, and no rounding of it: the exact run needs the same rates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import gradtape as tf


@contextmanager
def rates_of_float32() -> Iterator[None]:
    """Every Adam corrects its rate as for float32 variables while the block runs."""
    adam = tf.keras.optimizers.Adam
    alpha = adam._alpha

    def of_float32(self: Any, dtype: Any, rate: float, n: int) -> float:
        return float(alpha(self, np.float32, rate, n))

    adam._alpha = of_float32
    try:
        yield
    finally:
        adam._alpha = alpha
