"""Choosing elements: slice, gather, gather_nd, boolean_mask, where."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dispatch.batching import Batched
from gradtape.dispatch.cuts import without_gradient
from gradtape.dtypes import bool_
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.functions.arguments import axis_of, indices_of, integer, integers, shape_of
from gradtape.ops.array import creation, indexing, scattering
from gradtape.ops.array import shaping as ops
from gradtape.ops.array.selection import select
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> EagerTensor:
    """The block of `input_` that starts at `begin` and has `size`; −1 means: to the end.

    The gradient stands in zeros. `input_[1:3]` says the same more briefly.

    Raises: InvalidArgumentError where the block reaches outside, and where `begin` and `size` are
    tensors of two dtypes.

    >>> tf.slice([1, 2, 3, 4], [1], [2]).numpy()
    array([2, 3], dtype=int32)
    """
    x = convert_operand(input_)
    shape, first, count = shape_of(x), integers(begin, "begin"), integers(size, "size")
    if is_tensor_like(begin) and is_tensor_like(size) and begin.dtype != size.dtype:
        raise InvalidArgumentError(
            f"cannot compute Slice as input #2(zero-based) was expected to be a {begin.dtype.word} "
            f"tensor but is a {size.dtype.word} tensor [Op:Slice]. Use tf.cast."
        )
    if len(first) != len(shape) or len(count) != len(shape):
        raise InvalidArgumentError(
            f"Expected begin and size arguments to be 1-D tensors of size {len(shape)}, but got "
            f"shapes [{len(first)}] and [{len(count)}] instead. [Op:Slice]"
        )
    sizes = tuple(n - b if m == -1 else m for b, m, n in zip(first, count, shape, strict=True))
    for k, (b, m, n) in enumerate(zip(first, sizes, shape, strict=True)):
        if not 0 <= b <= n:
            raise InvalidArgumentError(f"Expected begin[{k}] in [0, {n}], but got {b} [Op:Slice]")
        if not 0 <= m <= n - b:
            raise InvalidArgumentError(
                f"Expected size[{k}] in [0, {n - b}], but got {m} [Op:Slice]"
            )
    return ops.slice_(x, begin=first, size=sizes)


def gather(
    params: Any, indices: Any, validate_indices: Any = None, axis: Any = None, batch_dims: Any = 0,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The slices of `params` at `indices` along `axis`.

    `axis` defaults to the first one after the `batch_dims` axes, which both arguments share. The
    gradient adds the cotangents of equal indices up; along axis 0 it is a `tf.IndexedSlices`.

    Shapes: params.shape[:axis] + indices.shape[batch_dims:] + params.shape[axis + 1:].

    Raises: InvalidArgumentError for an index outside (negative ones too), and for indices that are
    not integers.

    >>> tf.gather([10, 20, 30], [2, 0, 0]).numpy()
    array([30, 10, 10], dtype=int32)
    """
    x, at = convert_operand(params), indices_of(indices)
    own, places = shape_of(x), shape_of(at)
    shared = integer(batch_dims, "batch_dims")
    if shared < 0:
        shared += len(places)
    k = shared if axis is None else axis_of(axis, len(own), "GatherV2")
    if not own:
        raise InvalidArgumentError(
            f"params must be at least 1 dimensional, got a scalar {shape_text(own)} [Op:GatherV2]"
        )
    if not 0 <= shared <= min(k, len(places)) or k >= len(own):
        raise InvalidArgumentError(
            f"batch_dims ({shared}) must be at most axis ({k}), below rank(params) ({len(own)}), "
            f"and at most rank(indices) ({len(places)}) [Op:GatherV2]"
        )
    if own[:shared] != places[:shared]:
        raise InvalidArgumentError(
            f"params.shape[:{shared}] = {list(own[:shared])} must equal indices.shape[:{shared}] = "
            f"{list(places[:shared])} [Op:GatherV2]"
        )
    return indexing.gather(x, at, axis=k, batch_dims=shared)


def gather_nd(
    params: Any, indices: Any, batch_dims: Any = 0, name: str | None = None,
    bad_indices_policy: str = "",
) -> EagerTensor:  # fmt: skip
    """The elements (or blocks) of `params` at the coordinates in the last axis of `indices`.

    The gradient adds the cotangents of equal coordinates up. `batch_dims` leading axes are shared.

    Shapes: indices.shape[:-1] + params.shape[batch_dims + indices.shape[-1]:].

    Raises: InvalidArgumentError where a coordinate lies outside.

    >>> tf.gather_nd([[1, 2], [3, 4]], [[0, 1], [1, 0]]).numpy()
    array([2, 3], dtype=int32)
    """
    x, at = convert_operand(params), indices_of(indices)
    shared = integer(batch_dims, "batch_dims")
    if shared:
        own = shape_of(at)
        for what, rank in (("params", len(shape_of(x))), ("indices", len(own))):
            if shared >= rank:
                raise ValueError(
                    f"Argument `batch_dims` = {shared} must be less than rank(`{what}`) = {rank}"
                )
        if shape_of(x)[:shared] != own[:shared] or len(own) <= shared:
            raise InvalidArgumentError(
                f"the first {shared} axes of params {list(shape_of(x))} and indices {list(own)} "
                "must be equal [Op:GatherNd]"
            )
        dtype = at.dtype.as_numpy_dtype
        grid = np.indices(own[:shared], dtype=dtype)
        for k in reversed(range(shared)):
            row = np.broadcast_to(
                grid[k].reshape(own[:shared] + (1,) * (len(own) - shared)), (*own[:-1], 1)
            )
            at = ops.concat(convert(row), at, axis=len(own) - 1, rank=len(own))
    return scattering.gather_nd(x, at)


def boolean_mask(
    tensor: Any, mask: Any, axis: Any = None, name: str = "boolean_mask"
) -> EagerTensor:
    """The elements (or slices) of `tensor` where `mask` holds, one after the other.

    The axes of `mask` are axes `axis`, `axis + 1`, … of `tensor`. The gradient is 0 elsewhere.

    Raises: ValueError where the shapes do not fit, or the mask is a scalar.

    >>> tf.boolean_mask([1, 2, 3], [True, False, True]).numpy()
    array([1, 3], dtype=int32)
    """
    x, where_ = convert_operand(tensor), convert_operand(mask)
    if type(where_._value) is Batched:
        raise TypeError(
            "tf.boolean_mask has a result of another size for each element, which "
            "tf.vectorized_map cannot hold; use tf.where(mask, x, 0.0), or tf.map_fn."
        )
    own, shape = shape_of(where_), shape_of(x)
    if not own:
        raise ValueError("mask cannot be scalar.")
    k = 0 if axis is None else integer(axis, "axis")
    k = k + len(shape) if k < 0 else k
    if shape[k : k + len(own)] != own:
        raise ValueError(
            f"Shapes {shape[k : k + len(own)]} and {own} are incompatible: the axes of the tensor "
            f"from {k} on must be those of the mask."
        )
    count = int(np.prod(own, dtype=int))
    flat = ops.reshape(x, shape=(*shape[:k], count, *shape[k + len(own) :]))
    rows = np.flatnonzero(np.asarray(where_._value)).astype(np.int64)
    places = without_gradient("Where", (where_,), convert(rows))
    return indexing.gather(flat, places, axis=k, batch_dims=0)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> EagerTensor:
    """`x` where `condition` holds and `y` elsewhere; alone, the coordinates of what is true.

    With three arguments all broadcast together; the gradient of each branch is 0 where the other
    was taken. nan and inf in the branch that was not taken can still come back through the formula
    that made them, as 0·inf: keep them out of the formula too (`tf.where` inside and outside).

    With one argument: int64 coordinates of the elements that are true (or not 0), one per row.

    Raises: ValueError where only one branch is given; InvalidArgumentError where the dtypes differ,
    the shapes do not broadcast, or the condition is no boolean tensor; TypeError where it is a list
    of anything else.

    >>> tf.where([True, False], [1, 2], [30, 40]).numpy()
    array([ 1, 40], dtype=int32)
    >>> tf.where([[True, False], [False, True]]).numpy()
    array([[0, 0],
           [1, 1]])
    """
    alone = x is None and y is None
    if type(condition) is EagerTensor:
        mask = condition
    elif alone or is_tensor_like(condition):
        mask = convert_operand(condition)
    else:
        mask = convert(condition, bool_)
    if alone:
        if type(mask._value) is Batched:
            raise TypeError(
                "tf.where with one argument has a result of another size for each element, which "
                "tf.vectorized_map cannot hold; use the form with three arguments, or tf.map_fn."
            )
        if mask.dtype.name == "string" or not shape_of(mask):
            raise InvalidArgumentError(
                f"WhereOp takes truth values or numbers with at least one axis, got "
                f"{mask.dtype.name}{list(shape_of(mask))} [Op:Where]"
            )
        return creation.coordinates(mask)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    if is_tensor_like(x) or not is_tensor_like(y):
        a = convert_operand(x)
        b = convert_operand(y) if is_tensor_like(y) else convert(y, a.dtype)
    else:
        b = convert_operand(y)
        a = convert(x, b.dtype)
    if not mask.dtype.is_bool:
        raise InvalidArgumentError(
            "cannot compute SelectV2 as input #0(zero-based) was expected to be a bool tensor "
            f"but is a {mask.dtype.word} tensor [Op:SelectV2]. Write condition != 0."
        )
    return select(mask, a, b)
