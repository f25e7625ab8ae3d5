"""Rows of different lengths: `tf.ragged`. Gradients flow through their values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradtape.dtypes import as_dtype
from gradtape.functions.array.joining import concat
from gradtape.names.absence import absent_from
from gradtape.tensors.conversion import convert
from gradtape.tensors.ragged_tensor import RaggedTensor, row_numbers
from gradtape.tensors.tensor import EagerTensor

__all__ = ["constant", "map_flat_values", "row_splits_to_segment_ids", "stack"]


def constant(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = "int64",
) -> Any:
    """Nested lists as a RaggedTensor: every level of lists but the innermost values is rows.

    Raises: ValueError for lists of different depths.

    >>> import gradtape as tf
    >>> tf.ragged.constant([[1, 2], [], [3]])
    <tf.RaggedTensor [[1, 2], [], [3]]>
    """
    wanted = None if dtype is None else as_dtype(dtype)
    depth = _depth(pylist)
    levels = depth - 1 if ragged_rank is None else int(ragged_rank)
    if inner_shape is not None and ragged_rank is None:
        levels = depth - 1 - len(tuple(inner_shape))
    if not 0 <= levels <= max(depth - 1, 0):
        raise ValueError(f"ragged_rank {levels} does not go with lists of depth {depth}.")
    lengths, flat = [], list(pylist) if isinstance(pylist, (list, tuple)) else pylist
    for _ in range(levels):
        if any(not isinstance(row, (list, tuple, np.ndarray)) for row in flat):
            raise ValueError("all values must stand at one depth of the lists.")
        lengths.append([len(row) for row in flat])
        flat = [part for row in flat for part in row]
    if any(isinstance(part, (list, tuple)) for part in flat) and levels == depth - 1:
        raise ValueError("all values must stand at one depth of the lists.")
    found: Any = convert(np.zeros(0, np.float32), None) if not flat and wanted is None else None
    if found is None:
        found = convert(flat, wanted)
    for sizes in reversed(lengths):
        found = RaggedTensor.from_row_lengths(found, np.array(sizes, np.int64))
    return found


def _depth(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return value.ndim
    if not isinstance(value, (list, tuple)):
        return 0
    return 1 + max((_depth(part) for part in value), default=0)


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of the innermost values of ragged tensors with equal rows.

    Raises: ValueError where no argument is ragged, or rows differ.

    >>> import gradtape as tf
    >>> tf.ragged.map_flat_values(tf.square, tf.ragged.constant([[1, 2], [3]]))
    <tf.RaggedTensor [[1, 4], [9]]>
    """
    given = [a for a in (*args, *kwargs.values()) if isinstance(a, RaggedTensor)]
    if not given:
        raise ValueError("map_flat_values needs a RaggedTensor among its arguments.")
    for other in given[1:]:
        for a, b in zip(given[0].nested_row_splits, other.nested_row_splits, strict=True):
            if not np.array_equal(np.asarray(a._value), np.asarray(b._value)):
                raise ValueError("the rows of the RaggedTensors must be equally long.")

    def plain(value: Any) -> Any:
        return value.flat_values if isinstance(value, RaggedTensor) else value

    result = op(*map(plain, args), **{key: plain(value) for key, value in kwargs.items()})
    return given[0].with_flat_values(result)


def stack(values: Any, axis: int = 0, name: str | None = None) -> RaggedTensor:
    """Tensors of different lengths as the rows of one RaggedTensor.

    Raises: ValueError for another axis than 0.

    >>> import gradtape as tf
    >>> tf.ragged.stack([tf.constant([1, 2]), tf.constant([3])])
    <tf.RaggedTensor [[1, 2], [3]]>
    """
    if axis:
        raise ValueError("ragged.stack makes rows: axis 0.")
    rows = [value if isinstance(value, RaggedTensor) else convert(value) for value in values]
    lengths = [len(row) if isinstance(row, RaggedTensor) else row._value.shape[0] for row in rows]
    if not any(isinstance(row, RaggedTensor) for row in rows):
        return RaggedTensor.from_row_lengths(concat(rows, 0), lengths)
    inner = [row for row in rows if isinstance(row, RaggedTensor)]
    if len(inner) != len(rows):
        raise ValueError("ragged.stack takes tensors, or ragged tensors, not both.")
    sizes = np.concatenate([np.asarray(row.row_lengths()._value) for row in inner])
    whole = RaggedTensor.from_row_lengths(concat([row.values for row in inner], 0), sizes)
    return RaggedTensor.from_row_lengths(whole, lengths)


def row_splits_to_segment_ids(
    splits: Any, name: str | None = None, out_type: Any = None
) -> EagerTensor:
    """The number of the row of each value."""
    return convert(row_numbers(np.asarray(convert(splits)._value)))


if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
