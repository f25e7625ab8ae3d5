"""The order of elements: sort, argsort, top_k, searchsorted, unique, invert_permutation."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import axis_of, indices_of, integer, numpy_dtype, shape_of
from gradtape.ops.array import creation, ordering
from gradtape.ops.array.shaping import transpose
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor


class TopKV2(NamedTuple):
    """What `tf.math.top_k` returns."""

    values: Any
    indices: Any


class Unique(NamedTuple):
    """What `tf.unique` returns."""

    y: Any
    idx: Any


class UniqueWithCounts(NamedTuple):
    """What `tf.unique_with_counts` returns."""

    y: Any
    idx: Any
    count: Any


def top_k(
    input: Any, k: Any = 1, sorted: bool = True, index_type: Any = "int32", name: str | None = None
) -> TopKV2:
    """The `k` largest elements along the last axis, largest first, as (values, indices).

    Of equal elements the first comes first. The gradient of the values goes to where they stood.

    Raises: InvalidArgumentError for a scalar, and where `k` is larger than the last axis.

    >>> values, indices = tf.math.top_k([1.0, 5.0, 3.0], k=2)
    >>> values.numpy(), indices.numpy()
    (array([5., 3.], dtype=float32), array([1, 2], dtype=int32))
    """
    x, count = convert_operand(input), integer(k, "k")
    if not shape_of(x):
        raise InvalidArgumentError("input must be >= 1-D, got shape [] [Op:TopKV2]")
    if count < 0:
        raise InvalidArgumentError(f"Need k >= 0, got {count} [Op:TopKV2]")
    if count > shape_of(x)[-1]:
        raise InvalidArgumentError(
            f"input must have at least k columns. Had {shape_of(x)[-1]}, needed {count} [Op:TopKV2]"
        )
    return TopKV2(*ordering.top_k(x, k=count, sorted=bool(sorted), dtype=numpy_dtype(index_type)))


def _sorted(values: Any, axis: Any, direction: str) -> tuple[EagerTensor, EagerTensor]:
    """Sorted values and their places."""
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(
            f"Unknown sort direction: {direction!r}; it is 'ASCENDING' or 'DESCENDING'."
        )
    x = convert_operand(values)
    rank = len(shape_of(x))
    if not rank:
        raise InvalidArgumentError(
            "a scalar cannot be sorted; the tensor needs an axis [Op:TopKV2]"
        )
    k = axis_of(axis, rank, "TopKV2") - rank
    perm = list(range(-rank, 0))
    perm[k], perm[-1] = -1, k
    if k != -1:
        x = transpose(x, perm=tuple(perm))
    ascending = direction == "ASCENDING"
    if ascending:
        x = _opposite(x)
    found, places = ordering.top_k(x, k=shape_of(x)[-1], sorted=True, dtype=np.dtype(np.int32))
    if ascending:
        found = _opposite(found)
    if k != -1:
        found, places = (transpose(t, perm=tuple(perm)) for t in (found, places))
    return found, places


def _opposite(x: Any) -> Any:
    """The numbers in the opposite order: −x, and where that overflows, −1 − x or max − x."""
    kind = x._value.dtype.kind
    if kind == "u":
        return convert(x.dtype.max, x.dtype) - x
    return convert(np.array(-1, x._value.dtype)) - x if kind == "i" else -x


def sort(
    values: Any, axis: Any = -1, direction: str = "ASCENDING", name: str | None = None
) -> EagerTensor:
    """The elements in order along `axis`.

    The gradient goes back to where each element stood; of equal elements the first comes first.

    Raises: ValueError for another direction than "ASCENDING" and "DESCENDING",
    InvalidArgumentError for a scalar.

    >>> tf.sort([3.0, 1.0, 2.0], direction="DESCENDING").numpy()
    array([3., 2., 1.], dtype=float32)
    """
    return _sorted(values, axis, direction)[0]


def argsort(
    values: Any, axis: Any = -1, direction: str = "ASCENDING", stable: bool = False,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The int32 places that the elements in order come from; always stable.

    No gradient passes. Raises as `tf.sort` does.

    >>> tf.argsort([3.0, 1.0, 2.0]).numpy()
    array([1, 2, 0], dtype=int32)
    """
    return _sorted(values, axis, direction)[1]


def searchsorted(
    sorted_sequence: Any, values: Any, side: str = "left", out_type: Any = "int32",
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """Where the values would be put in the sorted rows, so that they stay sorted.

    `side="left"` is before equal elements, "right" behind them. Works on the last axis; the axes
    before it are equal. No gradient passes.

    Raises: ValueError for another side, InvalidArgumentError where the axes differ.

    >>> tf.searchsorted([1.0, 3.0, 3.0, 5.0], [3.0, 4.0]).numpy()
    array([1, 3], dtype=int32)
    """
    if side not in ("left", "right"):
        raise ValueError(
            f"Argument `side` must be either 'right' or 'left'. Received: `side` = '{side}'."
        )
    rows = convert_operand(sorted_sequence)
    sought = (
        convert(values, rows.dtype) if not hasattr(values, "dtype") else convert_operand(values)
    )
    if rows.dtype != sought.dtype:
        raise InvalidArgumentError(
            f"sorted_sequence is {rows.dtype.name} and values are {sought.dtype.name}; they must "
            "have one dtype, use tf.cast."
        )
    if not shape_of(rows) or not shape_of(sought):
        raise InvalidArgumentError("sorted_sequence and values need at least one axis.")
    bound = ordering.lower_bound if side == "left" else ordering.upper_bound
    return bound(rows, sought, dtype=numpy_dtype(out_type))


def _vector(x: Any) -> Any:
    t = convert_operand(x)
    if len(shape_of(t)) != 1:
        raise InvalidArgumentError(
            f"unique expects a 1D vector, got shape {list(shape_of(t))} [Op:Unique]; use "
            "tf.reshape(x, [-1])."
        )
    return t


def unique(x: Any, out_idx: Any = "int32", name: str | None = None) -> Unique:
    """The distinct values of a vector in the order of their first place, as (y, idx): x = y[idx].

    There is no gradient: asking for one is a LookupError.

    Raises: InvalidArgumentError for anything but a vector.

    >>> y, idx = tf.unique([7, 5, 7])
    >>> y.numpy(), idx.numpy()
    (array([7, 5], dtype=int32), array([0, 1, 0], dtype=int32))
    """
    return Unique(*creation.unique(_vector(x), dtype=numpy_dtype(out_idx)))


def unique_with_counts(x: Any, out_idx: Any = "int32", name: str | None = None) -> UniqueWithCounts:
    """Like `tf.unique`, and how often each value stands there: (y, idx, count).

    >>> tf.unique_with_counts([7, 5, 7]).count.numpy()
    array([2, 1], dtype=int32)
    """
    return UniqueWithCounts(*creation.unique_with_counts(_vector(x), dtype=numpy_dtype(out_idx)))


def invert_permutation(x: Any, name: str | None = None) -> EagerTensor:
    """y with y[x[i]] = i. No gradient passes.

    Raises: InvalidArgumentError unless x holds 0 … n−1 once each.

    >>> tf.math.invert_permutation([2, 0, 1]).numpy()
    array([1, 2, 0], dtype=int32)
    """
    return ordering.invert_permutation(indices_of(x, "x"))
