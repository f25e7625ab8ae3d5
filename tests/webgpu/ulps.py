"""How far float32 results are from exact ones, in units in the last place."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def distance(got: Array, exact: Array, scale: Array | float | None = None) -> float:
    """The largest |got − exact| in units in the last place of the float32 next to `exact`.

    `scale` takes the place of |exact| where a sum of terms of that size nearly cancels. NaN and
    infinities must stand where the exact result has them, else the distance is infinite.
    """
    exact = np.asarray(exact, np.float64)
    with np.errstate(over="ignore"):
        narrow = exact.astype(np.float32)
    special = ~np.isfinite(narrow)
    if not np.array_equal(got[special], narrow[special], equal_nan=True):
        return float("inf")
    if special.all():
        return 0.0
    got, exact = got[~special].astype(np.float64), exact[~special]
    if not np.isfinite(got).all():
        return float("inf")
    size = np.abs(exact) if scale is None else np.broadcast_to(scale, special.shape)[~special]
    unit = np.spacing(np.maximum(size, np.finfo(np.float32).tiny).astype(np.float32))
    return float(np.max(np.abs(got - exact) / unit))
