"""Rows joined to others by their numbers: what segment sums, scatters and counts come down to.

`ufunc.at` does it one element after the other, at many times the price of the arithmetic. Single
numbers in any order are left to it; sorted rows are reduced group by group, and blocks of numbers
are joined in rounds: every round takes the next row of each group, so the order of adding stays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.array.sorting import stable_order

#: Below so many numbers the sorting costs more than it saves.
_FEW = 1024
#: Groups with more rows than this are reduced one by one.
_ROUNDS = 32


def join_rows(ufunc: Any, out: Any, ids: Any, rows: Any) -> None:
    """out[i] = ufunc(out[i], row) for each row and its number i, in place.

    `ids` (n,) are valid, `rows` is (n, …) and `out` (m, …), of one dtype.
    """
    if rows.size < _FEW or rows.dtype.kind == "O":
        ufunc.at(out, ids, rows)
        return
    ids = np.asarray(ids, np.intp)
    if not (ids[1:] >= ids[:-1]).all():
        if rows.ndim == 1:
            ufunc.at(out, ids, rows)
            return
        # of 16 bits NumPy sorts by radix
        order = stable_order(ids.astype(np.uint16) if len(out) <= 1 << 16 else ids)
        ids, rows = ids.take(order), rows.take(order, axis=0)
    starts = np.append(0, np.flatnonzero(ids[1:] != ids[:-1]) + 1)
    counts = np.diff(starts, append=len(ids))
    if rows.ndim == 1 or counts.max() > _ROUNDS:
        if rows.dtype.kind in "fc" and ufunc not in (np.maximum, np.minimum):
            return _one_by_one(ufunc, out, ids, rows)  # reduceat adds floats in another order
        used = ids.take(starts)
        joined = np.add if ufunc is np.subtract else ufunc  # what is taken away one by one adds up
        reduced = joined.reduceat(rows, starts, axis=0, dtype=out.dtype)
        out[used] = ufunc(out.take(used, axis=0), reduced)
        return
    for turn in range(int(counts.max())):
        places = starts[counts > turn] + turn
        used = ids.take(places)
        out[used] = ufunc(out.take(used, axis=0), rows.take(places, axis=0))


def _one_by_one(ufunc: Any, out: Any, ids: Any, rows: Any) -> None:
    """The same, row after row; number by number, which is where `ufunc.at` is quick."""
    if rows.ndim > 1 and out.flags.c_contiguous:
        width = rows[0].size
        ids = (ids[:, None] * width + np.arange(width)).reshape(-1)
        out, rows = out.reshape(-1), rows.reshape(-1)
    ufunc.at(out, ids, rows)
