"""Arrays as pictures: cells by rows and columns, averaged where there are many; and a histogram."""

from __future__ import annotations

from typing import Any, TypedDict

import numpy as np

MOST_ROWS, MOST_COLUMNS = 10, 18  # cells of a picture
MOST_DRAWN = 4_000_000  # elements of an array that is looked at as a whole
BINS = 18
DISTRIBUTED = 4096  # elements from which on an array is shown by how often it has which value

Array = np.ndarray[Any, Any]


class Picture(TypedDict):
    """`values` row by row, 0.0 to 1.0 of `largest` with their sign; null where not finite."""

    kind: str  # "cells" or "histogram"
    rows: int
    columns: int
    values: list[float | None]
    low: float
    high: float


def picture(array: Array | None) -> Picture | None:
    """What a card draws of an array; None for scalars and for what is no number."""
    if array is None or array.dtype.kind not in "fiub" or not 1 < array.size <= MOST_DRAWN:
        return None
    wide = array.astype(np.float64)
    finite = wide[np.isfinite(wide)]
    if not finite.size:
        low = high = 0.0
    else:
        low, high = float(finite.min()), float(finite.max())
    if array.size >= DISTRIBUTED and finite.size and low < high:
        counts, _ = np.histogram(finite, bins=BINS)
        values = [float(n) for n in np.round(counts / counts.max(), 3)]
        return Picture(kind="histogram", rows=1, columns=BINS, values=values, low=low, high=high)
    flat = wide.reshape(1, -1) if wide.ndim < 2 else wide.reshape(-1, wide.shape[-1])
    cells = _averaged(_averaged(flat, MOST_ROWS).T, MOST_COLUMNS).T
    largest = max(abs(low), abs(high)) or 1.0
    shown = [round(float(x) / largest, 3) if np.isfinite(x) else None for x in cells.reshape(-1)]
    rows, columns = cells.shape
    return Picture(kind="cells", rows=rows, columns=columns, values=shown, low=low, high=high)


def _averaged(array: Array, most: int) -> Array:
    """At most so many rows: the mean of each group; NaN in a group shows."""
    if len(array) <= most:
        return array
    edges = np.linspace(0, len(array), most + 1).astype(int)
    with np.errstate(all="ignore"):
        sums = np.add.reduceat(array, edges[:-1], axis=0)
    means: Array = sums / np.diff(edges)[:, None]
    return means
