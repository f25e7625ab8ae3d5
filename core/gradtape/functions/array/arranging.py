"""Tensors repeated, padded, shifted, turned round: tile, repeat, pad, roll, reverse, meshgrid."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import axis_of, indices_of, integer, integers, shape_of
from gradtape.ops.array import arranging
from gradtape.ops.array import indexing as index
from gradtape.ops.array import shaping as ops
from gradtape.ops.array.selection import select
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap


def tile(input: Any, multiples: Any, name: str | None = None) -> EagerTensor:
    """`input` as a whole repeated `multiples[k]` times along axis k.

    The gradient is the sum over the copies.

    Raises: InvalidArgumentError unless there is one multiple ≥ 0 per axis.

    >>> tf.tile([1, 2], [2]).numpy()
    array([1, 2, 1, 2], dtype=int32)
    """
    x, times = convert_operand(input), integers(multiples, "multiples")
    if len(times) != len(shape_of(x)):
        raise InvalidArgumentError(
            f"Expected multiples argument to be a vector of length {len(shape_of(x))} but got "
            f"length {len(times)} [Op:Tile]"
        )
    if any(n < 0 for n in times):
        raise InvalidArgumentError(f"Expected multiples >= 0, got {list(times)} [Op:Tile]")
    return arranging.tile(x, multiples=times)


def repeat(input: Any, repeats: Any, axis: Any = None, name: str | None = None) -> EagerTensor:
    """Each element (or slice along `axis`) repeated: [a, b] becomes [a, a, b, b].

    `repeats` is one number, or one per slice. Without `axis` the tensor is made flat first. The
    gradient is the sum over the copies.

    A number counts as a vector of one. Raises: ValueError where the number of repeats is not that
    of slices, or there is no such axis; InvalidArgumentError for a negative number.

    >>> tf.repeat([1, 2, 3], [2, 0, 1]).numpy()
    array([1, 1, 3], dtype=int32)
    """
    x = convert_operand(input)
    if axis is None or not shape_of(x):
        x = ops.reshape(x, shape=(int(np.prod(shape_of(x), dtype=int)),))
    shape = shape_of(x)
    k = 0 if axis is None else integer(axis, "axis")
    if not -len(shape) <= k < len(shape):
        raise ValueError(f"axis={k} out of bounds: expected {-len(shape)}<=axis<{len(shape)}")
    k %= len(shape)
    times = integers(repeats, "repeats")
    if len(times) not in (1, shape[k]):
        raise ValueError(
            f"Dimensions {shape[k]} and {len(times)} are not compatible: repeats must be one "
            f"number, or one for each slice along axis {k}."
        )
    if any(n < 0 for n in times):
        raise InvalidArgumentError(f"repeats must be >= 0, got {list(times)} [Op:Repeat]")
    rows = np.repeat(np.arange(shape[k], dtype=np.int32), times[0] if len(times) == 1 else times)
    # A leading axis keeps the gradient dense: along axis 0 of its input gather gives rows alone.
    wide = ops.expand_dims(x, axis=-len(shape) - 1)
    y = index.gather(wide, wrap(rows), axis=k + 1, batch_dims=0)
    return ops.squeeze(y, axis=(-len(shape) - 1,))


def pad(
    tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """`tensor` with `paddings[k] = (before, after)` elements more at both ends of axis k.

    CONSTANT puts `constant_values` there (a number or a scalar tensor, whose gradient is the sum of
    the cotangent over the padding), REFLECT the mirror image without the edge, SYMMETRIC with it;
    the gradient of a mirrored element goes to the element it shows.

    Raises: InvalidArgumentError where `paddings` has not shape [rank, 2], is negative, or is
    wider than what there is to mirror; ValueError for another mode.

    >>> tf.pad([1, 2, 3], [[1, 2]]).numpy()
    array([0, 1, 2, 3, 0, 0], dtype=int32)
    >>> tf.pad([1, 2, 3], [[2, 1]], "REFLECT").numpy()
    array([3, 2, 1, 2, 3, 2], dtype=int32)
    """
    x = convert_operand(tensor)
    shape = shape_of(x)
    given = convert_operand(paddings)
    if shape_of(given) != (len(shape), 2):
        raise InvalidArgumentError(
            f"paddings must be a matrix with 2 columns and one row per axis, of shape "
            f"[{len(shape)}, 2], got shape {list(shape_of(given))} [Op:Pad]"
        )
    flat = integers(given, "paddings")
    if any(n < 0 for n in flat):
        raise InvalidArgumentError(f"Paddings must be non-negative, got {list(flat)} [Op:Pad]")
    pairs = tuple(zip(flat[::2], flat[1::2], strict=True))
    kind = mode.upper()
    if not pairs and kind in ("CONSTANT", "REFLECT", "SYMMETRIC"):
        return ops.reshape(x, shape=())
    if kind in ("REFLECT", "SYMMETRIC"):
        return arranging.mirror_pad(x, paddings=pairs, border=int(kind == "REFLECT"))
    if kind != "CONSTANT":
        raise ValueError(
            "Value of argument `mode` expected to be one of 'CONSTANT', 'REFLECT', or 'SYMMETRIC'. "
            f"Received `mode` = {mode}"
        )
    padded = ops.pad(x, paddings=pairs)
    if type(constant_values) in (int, float) and constant_values == 0:
        return padded
    inside = wrap(np.pad(np.ones(shape, bool), pairs))
    return select(inside, padded, convert(constant_values, x.dtype))


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> EagerTensor:
    """`input` shifted along `axis`; what leaves at one end comes back at the other.

    Several shifts and axes are done one after the other. The gradient is shifted back.

    Raises: InvalidArgumentError where there are not as many shifts as axes.

    >>> tf.roll([1, 2, 3, 4], shift=1, axis=0).numpy()
    array([4, 1, 2, 3], dtype=int32)
    """
    x = convert_operand(input)
    shifts, axes, rank = integers(shift, "shift"), integers(axis, "axis"), len(shape_of(x))
    if not rank:
        raise InvalidArgumentError("input must be 1-D or higher [Op:Roll]")
    if len(shifts) != len(axes):
        raise InvalidArgumentError(
            f"shift and axis must have the same size, got {list(shifts)} and {list(axes)} [Op:Roll]"
        )
    back = tuple(axis_of(k, rank, "Roll") - rank for k in axes)
    return arranging.roll(x, shift=shifts, axis=back)


def reverse(tensor: Any, axis: Any, name: str | None = None) -> EagerTensor:
    """`tensor` with the order along the axes turned round; the gradient is turned back.

    Raises: InvalidArgumentError where an axis is named twice, or is not there.

    >>> tf.reverse([[1, 2], [3, 4]], [1]).numpy()
    array([[2, 1],
           [4, 3]], dtype=int32)
    """
    x = convert_operand(tensor)
    rank = len(shape_of(x))
    axes = [axis_of(k, rank, "ReverseV2") for k in integers(axis, "axis")]
    if len(set(axes)) != len(axes):
        raise InvalidArgumentError(f"axis {axes} names one axis twice [Op:ReverseV2]")
    return arranging.reverse(x, axis=tuple(k - rank for k in axes))


def _from_the_front(axis: Any, rank: int, what: str) -> int:
    if (k := integer(axis, what)) < 0:
        raise InvalidArgumentError(
            f"Invalid {what} {k} [Op:ReverseSequence]: it is counted from the front, write "
            f"{what}={k + rank}."
        )
    return axis_of(k, rank, "ReverseSequence", what)


def reverse_sequence(
    input: Any, seq_lengths: Any, seq_axis: Any = None, batch_axis: Any = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """Each row with its first `seq_lengths[row]` elements turned round, and the rest as it is.

    Rows are counted along `batch_axis` (0), elements along `seq_axis`. The gradient is turned back.

    Raises: InvalidArgumentError where a length is negative or larger than the axis, there are not
    as many lengths as rows, or an axis is counted from the end; ValueError without `seq_axis`.

    >>> tf.reverse_sequence([[1, 2, 3], [4, 5, 6]], [2, 3], seq_axis=1).numpy()
    array([[2, 1, 3],
           [6, 5, 4]], dtype=int32)
    """
    if seq_axis is None:
        raise ValueError(
            "tf.reverse_sequence needs seq_axis, the axis whose order is turned round."
        )
    x, lengths = convert_operand(input), indices_of(seq_lengths, "seq_lengths")
    rank = len(shape_of(x))
    along, rows = (
        _from_the_front(axis, rank, what) - rank
        for axis, what in ((seq_axis, "seq_axis"), (batch_axis or 0, "batch_axis"))
    )
    if along == rows:
        raise InvalidArgumentError(f"batch_dim == seq_dim == {rows + rank} [Op:ReverseSequence]")
    return arranging.reverse_sequence(x, lengths, seq_axis=along, batch_axis=rows)


def meshgrid(*args: Any, **kwargs: Any) -> list[EagerTensor]:
    """Coordinate tensors: each vector spread over the grid that all of them span.

    `indexing="xy"` (the default) swaps the first two axes, as for pictures; "ij" keeps the order of
    the arguments. Gradients are summed back to the vectors.

    Raises: ValueError for another `indexing`, TypeError for another keyword.

    >>> [g.numpy().tolist() for g in tf.meshgrid([1, 2, 3], [4, 5])]
    [[[1, 2, 3], [1, 2, 3]], [[4, 4, 4], [5, 5, 5]]]
    """
    indexing = kwargs.pop("indexing", "xy")
    kwargs.pop("name", None)
    if kwargs:
        raise TypeError(f"{next(iter(kwargs))!r} is an invalid keyword argument for this function")
    if indexing not in ("xy", "ij"):
        raise ValueError(f"Argument `indexing` must be 'xy' or 'ij', got: {indexing!r}.")
    xs = [convert_operand(x) for x in args]
    counts = [int(np.prod(shape_of(x), dtype=int)) for x in xs]
    places = list(range(len(xs)))
    if indexing == "xy" and len(xs) > 1:
        places[:2] = [1, 0]
    grid = tuple(counts[places.index(k)] for k in range(len(xs)))
    return [
        ops.broadcast_to(
            ops.reshape(x, shape=tuple(n if at == k else 1 for at in range(len(xs)))), shape=grid
        )
        for x, k, n in zip(xs, places, counts, strict=True)
    ]
