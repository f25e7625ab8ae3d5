"""Chebyshev series, with which the special functions are evaluated, and their frame.

The coefficients in `error_function.py` and `gamma_function.py` were computed with sixty digits and
rounded once; what is left is rounding in float64, a few units in the last place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np


def series(coefficients: tuple[float, ...], t: Any) -> Any:
    """Σ cₖ Tₖ(t) for −1 ≤ t ≤ 1, by Clenshaw's recurrence."""
    twice = t + t
    after = before = np.zeros_like(t)
    for c in coefficients[:0:-1]:
        after, before = twice * after - before + c, after
    return t * after - before + coefficients[0]


def in_float64(function: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel that computes in float64 on arrays of at least one axis, and answers in kind."""

    @wraps(function)
    def kernel(*xs: Any) -> Any:
        shape = np.broadcast_shapes(*(x.shape for x in xs))
        wide = [np.atleast_1d(np.asarray(x, np.float64)) for x in np.broadcast_arrays(*xs)]
        return function(*wide).astype(xs[0].dtype).reshape(shape)[()]

    return kernel
