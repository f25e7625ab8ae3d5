"""Reductions over groups of rows: `ids` names the group of each row.

In the sorted family ids increase from row to row, and the last one says how many groups there are;
in the unsorted one they come in any order, a negative id drops its row, and `num_segments` is
given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dispatch.batching import looped
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.ops.array.grouping import join_rows
from gradtape.ops.array.indexing import gather, unsorted_segment_sum
from gradtape.ops.array.selection import logical_not, masked, one, same, select, zero
from gradtape.ops.array.shaping import moved, reshape
from gradtape.ops.array.sorting import inverted, stable_order
from gradtape.ops.declaration import Call, custom, linear, nondifferentiable
from gradtape.ops.math.arithmetic import divide_no_nan, maximum
from gradtape.ops.math.complex_numbers import conj_if_complex
from gradtape.ops.math.scans import linear_recurrence, shifted
from gradtape.primitives.op import NUMERIC, REAL


def _batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    """A batch of rows with one list of ids: the batch axis goes behind the others."""
    x, ids = xs
    if flags[1]:
        return looped(op, xs, flags, size, params)
    y = op.call(moved(x, 0, len(x.shape) - 1), ids, **params)
    return moved(y, len(y.shape) - 1, 0)


def _valid(ids: Any, x_like: Any) -> Any:
    missing = len(x_like.shape) - len(ids.shape)
    return reshape(ids >= zero(ids), shape=(*tuple(ids.shape), *(1,) * missing))


def _rows(y: Any, ids: Any, x_like: Any) -> Any:
    """For each row of x the row of its group in y; zeros where the id is negative."""
    taken = gather(y, maximum(ids, zero(ids)), axis=0, batch_dims=0)
    return masked(_valid(ids, x_like), taken)


def _sum_rule(g: Any, _y: Any, x_like: Any, ids: Any) -> Any:
    return _rows(g, ids, x_like)


def _mean_rule(g: Any, _y: Any, x_like: Any, ids: Any) -> Any:
    ones = select(ids >= zero(ids), one(g), one(g))
    count = unsorted_segment_sum(ones, ids, num_segments=g.shape[0])
    tail = (1,) * (len(g.shape) - 1)
    return _rows(divide_no_nan(g, reshape(count, shape=(*tuple(count.shape), *tail))), ids, x_like)


def _shares(y: Any, x: Any, ids: Any) -> Any:
    """∂y/∂x of an extremum: elements that equal the one of their group have it in equal parts."""
    ties = masked(_valid(ids, x), select(same(x, _rows(y, ids, x)), one(x), zero(x)))
    count = unsorted_segment_sum(ties, ids, num_segments=y.shape[0])
    return divide_no_nan(ties, _rows(count, ids, x))


def _others(_y: Any, x: Any, ids: Any) -> Any:
    """∂y/∂x of a product: that of the others of the group, from both sides, exact at zeros."""
    shape = tuple(x.shape)
    tail = shape[len(ids.shape) :]
    order, first, last, back = segment_order(ids)
    flat = reshape(x, shape=(int(np.prod(ids.shape, dtype=int)), *tail))
    ones = (1,) * len(tail)
    sorted_ = gather(flat, order, axis=0, batch_dims=0)
    others: Any = None
    for edge, by in ((first, 1), (last, -1)):
        edge = reshape(edge, shape=(*tuple(edge.shape), *ones))
        start = select(edge, one(x), zero(x))
        factor = masked(logical_not(edge), shifted(sorted_, -len(tail) - 1, by))
        side = linear_recurrence(start, factor, axis=-len(tail) - 1, reverse=by < 0)
        others = side if others is None else others * side
    others = reshape(gather(others, back, axis=0, batch_dims=0), shape=shape)
    return masked(_valid(ids, x), others)


def _weighted(
    type: str, weight: Callable[[Any, Any, Any], Any], allowed: frozenset[str] = REAL
) -> Callable[[Any], Call]:
    """An op over groups with ∂y/∂x = weight(y, x, ids), which serves both modes."""

    def rule(g: Any, y: Any, x: Any, ids: Any, **_: Any) -> Any:
        return _rows(g, ids, x) * conj_if_complex(weight(y, x, ids))

    def jvp(tangents: Any, y: Any, xs: Any, _params: Any) -> Any:
        x, ids = xs
        return unsorted_segment_sum(tangents[0] * weight(y, x, ids), ids, num_segments=y.shape[0])

    return custom(type, rule, None, jvp=jvp, batch=_batch, allowed=allowed)


@nondifferentiable("SegmentOrder")
def segment_order(ids: Any) -> Any:
    """The order that sorts the flat ids, where groups begin and end in it, and the way back."""
    flat = np.reshape(ids, -1)
    order = stable_order(flat)
    in_order = flat.take(order)
    change = in_order[1:] != in_order[:-1]
    edge = np.ones(min(flat.size, 1), bool)
    return order, np.append(edge, change), np.append(change, edge), inverted(order)


# -- sorted ids ------------------------------------------------------------------------------


def _count(op: str, x: Any, ids: Any) -> int:
    """The number of groups of sorted ids; InvalidArgumentError for others."""
    if ids.ndim != 1:
        raise InvalidArgumentError(f"segment_ids should be a vector. [Op:{op}]")
    if ids.shape[0] != (x.shape[0] if x.ndim else -1):
        raise InvalidArgumentError(
            f"segment_ids should be the same size as dimension 0 of input: {shape_text(ids.shape)} "
            f"for data of shape {shape_text(x.shape)}. [Op:{op}]"
        )
    if not ids.size:
        return 0
    if (ids[1:] < ids[:-1]).any():
        raise InvalidArgumentError(
            f"segment ids are not increasing [Op:{op}]. Sort them with the rows, or use "
            "tf.math.unsorted_segment_sum and its kin."
        )
    if ids[0] < 0:
        raise InvalidArgumentError(
            f"Segment id {ids[0]} out of range [0, {int(ids[-1]) + 1}): ids count from 0. [Op:{op}]"
        )
    return int(ids[-1]) + 1


def _grouped(ufunc: Any, x: Any, ids: Any, n: int, start: Any) -> Any:
    """The rows of each group joined by `ufunc`, from `start`."""
    ids = np.asarray(ids)
    tail = x.shape[ids.ndim :]
    flat, numbers = np.reshape(x, (ids.size, *tail)), ids.reshape(-1)
    if numbers.size and numbers.min() < 0:
        used = numbers >= 0
        flat, numbers = flat[used], numbers[used]
    out = np.full((n, *tail), start, x.dtype)
    join_rows(ufunc, out, numbers, flat)
    return out


def _empty_as_zero(y: Any, ids: Any) -> Any:
    used = np.isin(np.arange(y.shape[0]), ids)
    y[~used] = 0
    return y


def _limits(dtype: Any) -> tuple[Any, Any]:
    info: Any = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return info.min, info.max


@linear("SegmentSum", _sum_rule, None, batch=_batch, allowed=NUMERIC)
def segment_sum(x: Any, ids: Any) -> Any:
    """Row i is the sum of the rows of x with id i; 0 where there are none.

    Derivative: for each row the row of g at its id.
    """
    return _grouped(np.add, x, ids, _count("SegmentSum", x, ids), 0)


@linear("SegmentMean", _mean_rule, None, batch=_batch, allowed=NUMERIC)
def segment_mean(x: Any, ids: Any) -> Any:
    """Row i is the mean of the rows of x with id i; 0 where there are none.

    Derivative: the row of g at its id over the number of the rows there.
    """
    n = _count("SegmentMean", x, ids)
    count = np.maximum(np.bincount(ids.astype(np.intp), minlength=n), 1).astype(x.dtype)
    total = _grouped(np.add, x, ids, n, 0)
    count = count.reshape((-1,) + (1,) * (x.ndim - 1))
    if x.dtype.kind not in "iu":
        return total / count
    return np.sign(total) * (np.abs(total) // count) if x.dtype.kind == "i" else total // count


@_weighted("SegmentMax", _shares)
def segment_max(x: Any, ids: Any) -> Any:
    """Row i is the largest of the rows of x with id i; ties share the gradient; 0 where none is.

    Derivative: the row of g at its id where x is the largest (ties: an equal share).
    """
    start = -np.inf if x.dtype.kind == "f" else _limits(x.dtype)[0]
    y = _grouped(np.maximum, x, ids, _count("SegmentMax", x, ids), start)
    return _empty_as_zero(y, ids)


@_weighted("SegmentMin", _shares)
def segment_min(x: Any, ids: Any) -> Any:
    """Row i is the least of the rows of x with id i; ties share the gradient; 0 where none is.

    Derivative: the row of g at its id where x is the least (ties: an equal share).
    """
    start = np.inf if x.dtype.kind == "f" else _limits(x.dtype)[1]
    y = _grouped(np.minimum, x, ids, _count("SegmentMin", x, ids), start)
    return _empty_as_zero(y, ids)


@_weighted("SegmentProd", _others, NUMERIC)
def segment_prod(x: Any, ids: Any) -> Any:
    """Row i is the product of the rows of x with id i; 1 where there are none.

    Derivative: the row of g at its id times the product of the other rows.
    """
    return _grouped(np.multiply, x, ids, _count("SegmentProd", x, ids), 1)


# -- ids in any order ------------------------------------------------------------------------


def _check(op: str, x: Any, ids: Any, n: int) -> None:
    if x.shape[: ids.ndim] != ids.shape:
        raise InvalidArgumentError(
            f"data.shape = {shape_text(x.shape)} does not start with segment_ids.shape = "
            f"{shape_text(ids.shape)} [Op:{op}]"
        )
    if ids.size and ids.max() >= n:
        at = tuple(int(k) for k in np.argwhere(np.atleast_1d(ids) >= n)[0])
        raise InvalidArgumentError(
            f"segment_ids[{','.join(map(str, at))}] = {np.atleast_1d(ids)[at]} is out of range "
            f"[0, {n}) [Op:{op}]. Give a larger num_segments, or a negative id to drop the row."
        )


@_weighted("UnsortedSegmentMax", _shares)
def unsorted_segment_max(x: Any, ids: Any, *, num_segments: int) -> Any:
    """Row i is the largest of the rows of x with id i; the least number where there are none.

    Derivative: the row of g at its id where x is the largest (ties: an equal share).
    """
    _check("UnsortedSegmentMax", x, ids, num_segments)
    return _grouped(np.maximum, x, ids, num_segments, _limits(x.dtype)[0])


@_weighted("UnsortedSegmentMin", _shares)
def unsorted_segment_min(x: Any, ids: Any, *, num_segments: int) -> Any:
    """Row i is the least of the rows of x with id i; the largest number where there are none.

    Derivative: the row of g at its id where x is the least (ties: an equal share).
    """
    _check("UnsortedSegmentMin", x, ids, num_segments)
    return _grouped(np.minimum, x, ids, num_segments, _limits(x.dtype)[1])


@_weighted("UnsortedSegmentProd", _others, NUMERIC)
def unsorted_segment_prod(x: Any, ids: Any, *, num_segments: int) -> Any:
    """Row i is the product of the rows of x with id i; 1 where there are none.

    Derivative: the row of g at its id times the product of the other rows.
    """
    _check("UnsortedSegmentProd", x, ids, num_segments)
    return _grouped(np.multiply, x, ids, num_segments, 1)
