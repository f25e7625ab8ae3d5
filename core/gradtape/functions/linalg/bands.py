"""Bands of several diagonals as one tensor, a row for each, the uppermost first.

The rows are as long as the longest diagonal; `align` says at which end the shorter ones stand:
"RIGHT_LEFT" those above the main diagonal at the right and those below it at the left (the main
diagonal is left-aligned where either word is LEFT). A band is taken, made and set by looking up
where each element comes from, so that its derivatives are those of gathering and selecting.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.errors import InvalidArgumentError
from gradtape.ops.array.indexing import gather
from gradtape.ops.array.selection import select
from gradtape.ops.array.shaping import concat, reshape
from gradtape.tensors.tensor import EagerTensor, wrap

Sizes = tuple[int, int]


def longest(band: Sizes, shape: Sizes) -> int:
    """How many elements the longest diagonal of a band has in matrices of this shape."""
    (low, high), (rows, columns) = band, shape
    return min(rows + min(high, 0), columns - max(low, 0))


def _starts(band: Sizes, shape: Sizes, align: str) -> Any:
    """Where in its row each diagonal of the band begins, the uppermost first."""
    above, below = align.split("_")
    starts = []
    for k in range(band[1], band[0] - 1, -1):
        left = (k >= 0 and above == "LEFT") or (k <= 0 and below == "LEFT")
        length = longest((k, k), shape)
        starts.append(0 if left else longest(band, shape) - length)
    return np.array(starts)


def _looked_up(x: EagerTensor, places: Any, inside: Any, outside: EagerTensor) -> EagerTensor:
    """x, whose last axis is flat, at `places`, and `outside` where nothing of it stands."""
    rank = len(x._value.shape)
    if not x._value.shape[-1]:  # something must stand where nothing is taken from
        filler = np.zeros((*x._value.shape[:-1], 1), x._value.dtype)
        x = concat(x, wrap(filler), axis=rank - 1, rank=rank)
    taken = gather(x, wrap(np.where(inside, places, 0)), axis=rank - 1, batch_dims=0)
    return taken if inside.all() else select(wrap(inside), taken, outside)


def _flat(x: EagerTensor, axes: int) -> EagerTensor:
    """x with its last axes in one."""
    shape = tuple(x._value.shape)
    kept = shape[: len(shape) - axes]
    return reshape(x, shape=(*kept, int(np.prod(shape[len(kept) :], dtype=int))))


def band_of(x: EagerTensor, band: Sizes, padding: EagerTensor, align: str) -> EagerTensor:
    """The diagonals of matrices: (…, m, n) → (…, diagonals, longest)."""
    shape = tuple(x._value.shape)[-2:]
    k = np.arange(band[1], band[0] - 1, -1)[:, None]
    step = np.arange(longest(band, shape)) - _starts(band, shape, align)[:, None]
    rows, columns = step + np.maximum(-k, 0), step + np.maximum(k, 0)
    inside = (step >= 0) & (rows < shape[0]) & (columns < shape[1])
    return _looked_up(_flat(x, 2), rows * shape[1] + columns, inside, padding)


def with_band(
    d: EagerTensor, band: Sizes, shape: Sizes, outside: EagerTensor, align: str
) -> EagerTensor:
    """Matrices of `shape` with the diagonals d, and `outside` elsewhere."""
    rows, columns = np.indices(shape)
    k = columns - rows
    inside = (band[0] <= k) & (k <= band[1])
    row = np.where(inside, band[1] - k, 0)
    place = np.minimum(rows, columns) + _starts(band, shape, align)[row]
    return _looked_up(_flat(d, 2), row * longest(band, shape) + place, inside, outside)


def check_band(d: EagerTensor, band: Sizes, op: str) -> None:
    """InvalidArgumentError where d has not one row for each diagonal of the band."""
    shape, count = tuple(d._value.shape), band[1] - band[0] + 1
    if len(shape) < 2 or shape[-2] != count:
        raise InvalidArgumentError(
            f"The number of diagonals provided in the input does not match the lower_diag_index "
            f"and upper_diag_index range: {count} rows are wanted, got shape {list(shape)} "
            f"[Op:{op}]"
        )
