"""Reductions of ragged tensors: over rows, over what stands at one place of all rows, over all.

Each is a reduction by segments of the values, so gradients flow to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.functions.arguments import integers
from gradtape.functions.math import segments
from gradtape.ops.array.shaping import expand_dims, moved, reshape
from gradtape.ops.math.complex_numbers import cast
from gradtape.tensors.conversion import convert
from gradtape.tensors.ragged_tensor import RaggedTensor, row_numbers
from gradtape.tensors.tensor import EagerTensor, wrap

_BY_SEGMENT: dict[str, Callable[..., EagerTensor]] = {
    "sum": segments.unsorted_segment_sum,
    "max": segments.unsorted_segment_max,
    "min": segments.unsorted_segment_min,
    "prod": segments.unsorted_segment_prod,
}


def reduced(
    how: str, dense: Callable[..., Any], rows: RaggedTensor, axis: Any, keepdims: bool
) -> Any:
    """The reduction `how` of a ragged tensor; `dense` is the one of its innermost values.

    Raises: ValueError for an axis that the tensor has not.
    """
    rank = len(rows.shape.as_list())
    if axis is None and how == "mean":
        axis = list(range(rank))  # of integers it is a fraction, which that of a tensor is not
    if axis is None:
        y = dense(rows.flat_values)
        return reshape(y, shape=(1,) * rank) if keepdims else y
    places = []
    for k in integers(axis, "axis"):
        if not -rank <= k < rank:
            raise ValueError(f"axis={k} out of bounds: expected -{rank}<=axis<{rank}")
        places.append(k % rank)
    if how in ("any", "all"):
        numbers = rows.with_flat_values(cast(rows.flat_values, dtype=np.dtype(np.int32)))
        y = _several("max" if how == "any" else "min", numbers, places, keepdims)
        return _mapped(lambda flat: flat > 0, y)
    if how == "mean":
        return _mean(rows, places, keepdims)
    return _several(how, rows, places, keepdims)


def _mapped(function: Callable[[Any], Any], y: Any) -> Any:
    if isinstance(y, RaggedTensor):
        return y.with_flat_values(function(y.flat_values))
    return function(y)


def _mean(rows: RaggedTensor, places: list[int], keepdims: bool) -> Any:
    total = _several("sum", rows, places, keepdims)
    ones = wrap(np.ones(rows.flat_values._value.shape, rows.dtype.numpy))
    count = _several("sum", rows.with_flat_values(ones), places, keepdims)
    if isinstance(total, RaggedTensor):
        return total.with_flat_values(total.flat_values / count.flat_values)
    return total / count


def _several(how: str, rows: Any, places: list[int], keepdims: bool) -> Any:
    """One axis after the other, the innermost first."""
    for k in sorted(set(places), reverse=True):
        rows = _over(how, rows, k, keepdims)
    return rows


def _over(how: str, rows: Any, k: int, keepdims: bool) -> Any:
    if not isinstance(rows, RaggedTensor):
        return _dense(how, rows, k, keepdims)
    if k > 1:
        inner = _over(how, rows.values, k - 1, keepdims)
        return rows.with_values(inner)
    splits = np.asarray(rows.row_splits._value)
    numbers = row_numbers(splits)
    if k == 1:
        places, count = numbers, len(rows)
    else:
        places = np.arange(len(numbers)) - splits[:-1][numbers]
        count = int(np.diff(splits).max(initial=0))
    y = _by_segment(how, rows.values, places, count)
    if not keepdims:
        return y
    if isinstance(y, RaggedTensor):
        return RaggedTensor.from_row_lengths(y, [1] * count if k else [count])
    return expand_dims(y, axis=k - len(y._value.shape) - 1)


def _dense(how: str, x: Any, k: int, keepdims: bool) -> Any:
    """An axis of a tensor, as one segment."""
    shape = tuple(x._value.shape)
    y = _BY_SEGMENT[how](moved(x, k, 0), convert(np.zeros(shape[k], np.int64)), 1)
    y = reshape(y, shape=tuple(n for j, n in enumerate(shape) if j != k))
    return expand_dims(y, axis=k - len(shape)) if keepdims else y


def _by_segment(how: str, values: Any, places: Any, count: int) -> Any:
    """The values with one place, reduced to one; rows of them element by element."""
    if not isinstance(values, RaggedTensor):
        return _BY_SEGMENT[how](values, convert(places.astype(np.int64)), count)
    splits = np.asarray(values.row_splits._value)
    lengths = np.zeros(count, np.int64)
    np.maximum.at(lengths, places, np.diff(splits))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    numbers = row_numbers(splits)
    within = np.arange(len(numbers)) - splits[:-1][numbers]
    inner = _by_segment(how, values.values, starts[places[numbers]] + within, int(starts[-1]))
    return RaggedTensor(inner, starts)
