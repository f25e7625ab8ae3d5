"""Counts: how often numbers occur, and which rows have their target among their largest."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.array.grouping import join_rows
from gradtape.ops.declaration import unregistered


@unregistered("InTopKV2")
def in_top_k(predictions: Any, targets: Any, *, k: int) -> Any:
    """Whether fewer than k predictions of a row exceed its target's, and all are finite."""
    n = predictions.shape[1]
    inside = (targets >= 0) & (targets < n)
    if not n:
        return inside
    own = np.take_along_axis(predictions, np.where(inside, targets, 0)[:, None], axis=1)
    larger = np.sum(predictions > own, axis=1)
    return inside & np.isfinite(predictions).all(axis=1) & (larger < k)


@unregistered("DenseBincount")
def dense_bincount(values: Any, weights: Any, *, size: int, dtype: Any, binary: bool) -> Any:
    """How often each of 0 … size − 1 occurs (or the sum of its weights), row by row."""
    shape = (*values.shape[:-1], size)
    places = values.reshape((int(np.prod(shape[:-1], dtype=int)), values.shape[-1]))
    used = places < size
    if len(places) > 1:  # each row counts in a part of its own
        places = places.astype(np.intp) + np.arange(len(places))[:, np.newaxis] * size
    count = int(np.prod(shape, dtype=int))
    whole = used.all()
    flat = places.reshape(-1) if whole else places[used]
    if binary or not weights.size:
        counts = np.bincount(flat.astype(np.intp, copy=False), minlength=count)
        out = (np.minimum(counts, 1) if binary else counts).astype(dtype)
    else:
        out = np.zeros(count, dtype)
        added = weights.reshape(places.shape).astype(dtype, copy=False)
        join_rows(np.add, out, flat, added.reshape(-1) if whole else added[used])
    return out.reshape(shape)
