"""`pad_sequences`: rows of different lengths as one array."""

from __future__ import annotations

from typing import Any

import numpy as np


def pad_sequences(
    sequences: Any,
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> Any:
    """The rows, filled up with `value` or cut to one length: an array (rows, maxlen, …).

    `maxlen` is the longest row's length by default; "pre" fills or cuts at the begin, "post" at the
    end. Text needs `dtype=object`, or a dtype of strings.

    Raises: ValueError for what is no list of rows, for rows whose elements differ in shape, and for
    another word than "pre" and "post".

    >>> pad_sequences([[1], [2, 3], [4, 5, 6]], maxlen=2)
    array([[0, 1],
           [2, 3],
           [5, 6]], dtype=int32)
    """
    if not hasattr(sequences, "__len__"):
        raise ValueError("`sequences` must be iterable.")
    for row in sequences:
        if not hasattr(row, "__len__"):
            raise ValueError(f"`sequences` must be a list of iterables. Found non-iterable: {row}")
    textual = np.issubdtype(dtype, np.str_) or np.issubdtype(dtype, np.bytes_)
    if isinstance(value, str) and dtype is not object and not textual:
        raise ValueError(
            f"`dtype` {dtype} is not compatible with `value`'s type: {type(value)}\nYou should set "
            "`dtype=object` for variable length strings."
        )
    if maxlen is None:
        maxlen = max(map(len, sequences), default=0)
    shape = next((np.asarray(row).shape[1:] for row in sequences if len(row)), ())
    rows = np.full((len(sequences), maxlen, *shape), value, dtype=dtype)
    for k, row in enumerate(sequences):
        if not len(row):
            continue
        kept = np.asarray(_cut(row, maxlen, truncating), dtype=dtype)
        if kept.shape[1:] != shape:
            raise ValueError(
                f"Shape of sample {kept.shape[1:]} of sequence at position {k} is different from "
                f"expected shape {shape}"
            )
        if padding not in ("pre", "post"):
            raise ValueError(f'Padding type "{padding}" not understood')
        start = 0 if padding == "post" else maxlen - len(kept)
        rows[k, start : start + len(kept)] = kept
    return rows


def _cut(row: Any, maxlen: int, truncating: str) -> Any:
    if truncating not in ("pre", "post"):
        raise ValueError(f'Truncating type "{truncating}" not understood')
    return row[:maxlen] if truncating == "post" else row[max(len(row) - maxlen, 0) :]
