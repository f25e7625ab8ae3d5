"""Several tensors into one, one into several: concat, stack, unstack, split, partition, stitch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.functions.arguments import axis_of, indices_of, integer, integers, matched, shape_of
from gradtape.ops.array import arranging, scattering
from gradtape.ops.array import shaping as ops
from gradtape.ops.array.passing import identity_n as _identity_n
from gradtape.tensors.conversion import convert, holds_tensors, is_tensor_like
from gradtape.tensors.tensor import EagerTensor


def tensors(values: Any, op: str) -> list[EagerTensor]:
    """The values as tensors of one dtype: that of the first tensor among them.

    Raises: InvalidArgumentError where the dtypes differ; ValueError where there are lists or arrays
    beside such tensors.
    """
    xs = matched(*values)
    for k, x in enumerate(xs):
        if x.dtype != xs[0].dtype:
            alone = all(is_tensor_like(value) for value in values)
            raise (InvalidArgumentError if alone else ValueError)(
                f"cannot compute {op} as input #{k}(zero-based) was expected to be a "
                f"{xs[0].dtype.word} tensor but is a {x.dtype.word} tensor [Op:{op}]. Use tf.cast."
            )
    return xs


def concat(values: Any, axis: Any, name: str = "concat") -> EagerTensor:
    """The tensors one after the other along `axis`.

    All other axes have equal sizes. The gradient is cut into the same pieces.

    Raises: InvalidArgumentError where ranks, other sizes or dtypes differ, or the axis is not
    there.

    >>> tf.concat([[[1, 2]], [[3, 4], [5, 6]]], axis=0).numpy()
    array([[1, 2],
           [3, 4],
           [5, 6]], dtype=int32)
    """
    xs = tensors(values if isinstance(values, (list, tuple)) else [values], "ConcatV2")
    if len(xs) == 1:
        integer(axis, "axis")
        return ops.identity(xs[0])
    if not xs:
        raise ValueError("tf.concat needs at least one tensor, got an empty list.")
    shapes = [shape_of(x) for x in xs]
    rank = len(shapes[0])
    if not rank:
        raise InvalidArgumentError(
            "tf.concat joins tensors of rank 1 or more, these are scalars; tf.stack makes a vector "
            "of them [Op:ConcatV2]"
        )
    k = axis_of(axis, rank, "ConcatV2", "concat_dim")
    for j, own in enumerate(shapes):
        if len(own) != rank or any(
            m != n for at, (m, n) in enumerate(zip(own, shapes[0], strict=False)) if at != k
        ):
            raise InvalidArgumentError(
                "Dimensions of inputs should match in all axes but axis "
                f"{k}: shape[0] = {shape_text(shapes[0])} vs. shape[{j}] = {shape_text(own)} "
                "[Op:ConcatV2]"
            )
    return ops.concat(*xs, axis=k, rank=rank)


def stack(values: Any, axis: Any = 0, name: str = "stack") -> EagerTensor:
    """The tensors, of one shape, along a new axis.

    The gradient is taken apart along it.

    Raises: InvalidArgumentError where shapes or dtypes differ, ValueError where the result has no
    such axis.

    >>> tf.stack([[1, 2], [3, 4]], axis=1).numpy()
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    if isinstance(values, (list, tuple)) and values and not holds_tensors(values):
        try:  # the dtype of a tensor made of all of them at once: [1, 2.0] is float32
            dtype = convert(list(values)).dtype
            values = [convert(value, dtype) for value in values]
        except (TypeError, ValueError):
            pass  # they differ in shape or kind, which is told below
    xs = tensors(values, "Pack")
    if not xs:
        raise ValueError("tf.stack needs at least one tensor, got an empty list.")
    first = shape_of(xs[0])
    rank = len(first)
    k = integer(axis, "axis")
    if not -rank - 1 <= k <= rank:
        raise ValueError(f"Argument `axis` = {k} not in range [{-rank - 1}, {rank + 1})")
    for j, x in enumerate(xs):
        if shape_of(x) != first:
            raise InvalidArgumentError(
                f"Shapes of all inputs must match: values[0].shape = {shape_text(first)} != "
                f"values[{j}].shape = {shape_text(shape_of(x))} [Op:Pack]"
            )
    return ops.pack(*xs, axis=k if k >= 0 else k + rank + 1, rank=rank)


def unstack(value: Any, num: int | None = None, axis: Any = 0, name: str = "unstack") -> list[Any]:
    """The slices along `axis`, as a list; the gradient stacks theirs.

    Raises: InvalidArgumentError where `num` is given and is not the size of the axis, ValueError
    where the axis is not there.

    >>> [t.numpy().tolist() for t in tf.unstack([[1, 2], [3, 4]])]
    [[1, 2], [3, 4]]
    """
    x = convert_operand(value)
    shape = shape_of(x)
    rank, k = len(shape), integer(axis, "axis")
    if not -rank <= k < rank:
        error = ValueError if num is None else InvalidArgumentError
        raise error(f"Argument `axis` = {k} not in range [{-rank}, {rank})")
    k %= rank
    if num is not None and num != shape[k]:
        raise InvalidArgumentError(
            f"Input shape axis {k} must equal {num}, got shape {shape_text(shape)} [Op:Unpack]"
        )
    return list(ops.unpack(x, axis=k))


def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: int | None = None, name: str = "split"
) -> list[Any]:
    """The pieces of `value` along `axis`, as a list.

    `num_or_size_splits` is their number (then all have one size) or the list of their sizes, one of
    which may be −1 (the rest). The gradient puts the pieces together again.

    Raises: InvalidArgumentError where the pieces do not fill the axis.

    >>> [t.numpy().tolist() for t in tf.split([1, 2, 3, 4, 5], [1, -1])]
    [[1], [2, 3, 4, 5]]
    """
    x = convert_operand(value)
    shape = shape_of(x)
    k = axis_of(axis, len(shape), "Split", "split_dim")
    given = num_or_size_splits
    alone = not isinstance(given, (list, tuple)) and not (
        getattr(given, "shape", None) is not None and len(given.shape)
    )
    if alone:
        count = integer(given, "num_or_size_splits")
        if count < 1 or shape[k] % count:
            raise InvalidArgumentError(
                f"Number of ways to split should evenly divide the split dimension, but got "
                f"split_dim {k} (size = {shape[k]}) and num_split {count} [Op:Split]"
            )
        return list(arranging.split(x, sizes=(shape[k] // count,) * count, axis=k))
    sizes = integers(given, "num_or_size_splits")
    if num is not None and num != len(sizes):
        raise InvalidArgumentError(
            f"num = {num}, but there are {len(sizes)} sizes: {list(sizes)} [Op:SplitV]. Leave num "
            "out."
        )
    rest = shape[k] - sum(n for n in sizes if n != -1)
    if sizes.count(-1) == 1 and rest >= 0:
        sizes = tuple(rest if n == -1 else n for n in sizes)
    if sum(sizes) != shape[k] or any(n < 0 for n in sizes):
        raise InvalidArgumentError(
            f"Determined shape must match the shape of the input: sizes {list(integers(given, ''))}"
            f" along axis {k} of size {shape[k]} [Op:SplitV]"
        )
    return list(arranging.split_sizes(x, sizes=sizes, axis=k))


def identity_n(input: Sequence[Any], name: str | None = None) -> list[Any]:
    """The tensors as new tensors; gradients pass.

    >>> [float(t) for t in tf.identity_n([1.0, 2.0])]
    [1.0, 2.0]
    """
    return list(_identity_n(*(convert_operand(x) for x in input)))


def dynamic_partition(
    data: Any, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Any]:
    """The rows of `data` sorted into `num_partitions` tensors by their numbers in `partitions`.

    Each gradient goes back to the rows it came from.

    Raises: InvalidArgumentError where a number is not in [0, num_partitions), or the shape of
    `data` does not start with that of `partitions`.

    >>> [t.numpy().tolist() for t in tf.dynamic_partition([10, 20, 30], [1, 0, 1], 2)]
    [[20], [10, 30]]
    """
    x, parts = convert_operand(data), indices_of(partitions, "partitions")
    count = integer(num_partitions, "num_partitions")
    if count < 1:
        raise InvalidArgumentError(f"num_partitions must be at least 1, got {count}.")
    return list(scattering.dynamic_partition(x, parts, num_partitions=count))


def dynamic_stitch(indices: Any, data: Any, name: str | None = None) -> EagerTensor:
    """One tensor with row `indices[m][i]` from `data[m][i]`: undoes `tf.dynamic_partition`.

    Where an index stands twice the last row stays, and it alone has the gradient. (TensorFlow gives
    the gradient to every row; it leaves a row that nobody writes undefined, here it is 0.)

    Raises: InvalidArgumentError where the shapes do not fit, or an index is negative.

    >>> tf.dynamic_stitch([[1], [0, 2]], [[10], [20, 30]]).numpy()
    array([20, 10, 30], dtype=int32)
    """
    places = [indices_of(i) for i in indices]
    rows = tensors(data, "DynamicStitch")
    if len(places) != len(rows) or not rows:
        raise InvalidArgumentError(
            f"tf.dynamic_stitch takes as many data as indices, got {len(rows)} and {len(places)}."
        )
    return scattering.dynamic_stitch(*places, *rows, count=len(places))
