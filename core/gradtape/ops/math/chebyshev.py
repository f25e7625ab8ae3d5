"""Chebyshev series, with which the special functions are evaluated, and their frame.

The coefficients in `error_function.py` and `gamma_function.py` were computed with sixty digits and
rounded once; what is left is rounding in float64, a few units in the last place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

#: So many numbers at a time: a dozen such arrays stay in the processor's nearest cache.
_BLOCK = 2048


def series(coefficients: tuple[float, ...], t: Any) -> Any:
    """Σ cₖ Tₖ(t) for −1 ≤ t ≤ 1, by Clenshaw's recurrence."""
    twice = t + t
    before, after = np.zeros_like(t), np.full_like(t, coefficients[-1])
    for c in coefficients[-2:0:-1]:
        np.subtract(c, before, out=before)
        before += twice * after
        before, after = after, before
    return t * after - before + coefficients[0]


def in_float64(function: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel that computes in float64, block by block, and answers in the dtype it was given."""

    @wraps(function)
    def kernel(*xs: Any) -> Any:
        shape = np.broadcast_shapes(*(x.shape for x in xs))
        wide = [np.asarray(x, np.float64).reshape(-1) for x in np.broadcast_arrays(*xs)]
        size = wide[0].size
        if size <= _BLOCK:
            y = function(*wide).astype(xs[0].dtype)
        else:
            y = np.empty(size, xs[0].dtype)
            for start in range(0, size, _BLOCK):
                block = slice(start, start + _BLOCK)
                y[block] = function(*(x[block] for x in wide))
        return y.reshape(shape)[()]

    return kernel
