"""Chebyshev series, with which the special functions are evaluated, and their frame.

The coefficients in `error_function.py` and `gamma_function.py` were computed with sixty digits and
rounded once; what is left is rounding in float64, a few units in the last place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

#: So many numbers at a time: few enough for the processor's cache, so many that the calls are few.
_BLOCK = 1 << 14


def series(coefficients: tuple[float, ...], t: Any) -> Any:
    """Σ cₖ Tₖ(t) for −1 ≤ t ≤ 1, by Clenshaw's recurrence."""
    twice = t + t
    before, after = np.zeros_like(t), np.full_like(t, coefficients[-1])
    for c in coefficients[-2:0:-1]:
        np.subtract(c, before, out=before)
        before += twice * after
        before, after = after, before
    return t * after - before + coefficients[0]


def in_float64(
    function: Callable[..., Any],
    short: Callable[..., Any] | None = None,
    too_short: Callable[[Any], Any] | None = None,
) -> Callable[..., Any]:
    """A kernel that computes in float64, block by block, and answers in the dtype it was given.

    Where that is float32 or float16 it takes the `short` form, if there is one, but for the numbers
    for which that is `too_short`.
    """

    @wraps(function)
    def kernel(*xs: Any) -> Any:
        dtype = xs[0].dtype
        in_short = short is not None and dtype.itemsize <= 4
        compute: Any = short if in_short else function
        shape = np.broadcast_shapes(*(x.shape for x in xs))
        flat = [x.reshape(-1) for x in (xs if len(xs) == 1 else np.broadcast_arrays(*xs))]
        size = flat[0].size
        if size <= _BLOCK:
            y = compute(*(x.astype(np.float64) for x in flat)).astype(dtype)
        else:
            y = np.empty(size, dtype)
            for start in range(0, size, _BLOCK):
                block = slice(start, start + _BLOCK)
                y[block] = compute(*(x[block].astype(np.float64) for x in flat))
        if in_short and too_short is not None:
            rest = np.flatnonzero(too_short(flat[0].astype(np.float32, copy=False)))
            if rest.size:
                y[rest] = function(*(x.take(rest).astype(np.float64) for x in flat))
        return y.reshape(shape)[()]

    return kernel
