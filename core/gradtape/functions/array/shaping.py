"""The shape of a tensor, and tensors in another shape: reshape, transpose, broadcast_to, …."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dispatch.batching import Batched
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.functions.arguments import (
    axis_of,
    dims,
    integer,
    integers,
    numpy_dtype,
    shape_of,
)  # fmt: skip
from gradtape.ops.array import creation, indexing, passing
from gradtape.ops.array import shaping as ops
from gradtape.primitives.registry import lookup
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor, wrap


def reshape(tensor: Any, shape: Any, name: str | None = None) -> EagerTensor:
    """`tensor` with the same elements, in the same order, in another shape.

    One size may be −1: it follows from the others. The gradient is reshaped back. `shape` is a
    list, array, TensorShape or integer tensor; its items may be tensors.

    Raises: InvalidArgumentError where the number of elements differs, or two sizes are −1.

    >>> tf.reshape([1, 2, 3, 4], [2, -1]).numpy()
    array([[1, 2],
           [3, 4]], dtype=int32)
    """
    x = convert_operand(tensor)
    have = shape_of(x)
    sizes = integers(shape, "shape")
    count = 1
    for n in have:
        count *= n
    rest, open_at = 1, None
    for k, n in enumerate(sizes):
        if n == -1 and open_at is None:
            open_at = k
        elif n < 0:
            raise InvalidArgumentError(
                f"a shape has sizes >= 0 and at most one -1, got {list(sizes)} [Op:Reshape]"
            )
        else:
            rest *= n
    if open_at is not None:
        if not rest and not count:  # the sizes that are not 0 decide
            count, rest = (int(np.prod([n for n in s if n > 0], dtype=int)) for s in (have, sizes))
        if not rest or count % rest:
            raise InvalidArgumentError(
                f"Input to reshape is a tensor with {count} values, but the requested shape "
                f"requires a multiple of {rest} [Op:Reshape]. Its shape is {list(have)}."
            )
        sizes = (*sizes[:open_at], count // rest, *sizes[open_at + 1 :])
    elif rest != count:
        raise InvalidArgumentError(
            f"Input to reshape is a tensor with {count} values, but the requested shape has {rest} "
            f"[Op:Reshape]. Its shape is {list(have)}, the requested one {list(sizes)}."
        )
    return ops.reshape(x, shape=sizes)


def transpose(
    a: Any, perm: Any = None, conjugate: bool = False, name: str | None = "transpose"
) -> EagerTensor:
    """`a` with its axes in the order `perm`, or turned round.

    y[i_perm[0], i_perm[1], …] = a[i_0, i_1, …]; the gradient goes back by the inverse order.
    `conjugate` takes the complex conjugate too.

    Raises: InvalidArgumentError where `perm` is no permutation of the axes.

    >>> tf.transpose([[1, 2, 3]]).shape
    TensorShape([3, 1])
    """
    x = convert_operand(a)
    rank = len(x._value.shape)
    if perm is None:
        order = tuple(range(-1, -rank - 1, -1))
    else:
        given = integers(perm, "perm")
        order = tuple(k if k < 0 else k - rank for k in given)
        if sorted(order) != list(range(-rank, 0)):
            raise InvalidArgumentError(
                f"perm must hold each of the {rank} axes of the tensor once, got {list(given)} "
                "[Op:Transpose]"
            )
    y = ops.transpose(x, perm=order)
    return lookup("Conj")(y) if conjugate and y.dtype.is_complex else y


def expand_dims(input: Any, axis: Any, name: str | None = None) -> EagerTensor:
    """`input` with a new axis of size 1 at `axis`.

    A negative axis counts from the end of the result: −1 puts it last. The gradient drops it.

    Raises: InvalidArgumentError where the result has no such axis.

    >>> tf.expand_dims([1.0, 2.0], 0).shape, tf.expand_dims([1.0, 2.0], -1).shape
    (TensorShape([1, 2]), TensorShape([2, 1]))
    """
    x = convert_operand(input)
    rank = len(x._value.shape)
    k = integer(axis, "axis")
    if not -rank - 1 <= k <= rank:
        raise InvalidArgumentError(
            f"Tried to expand dim index {k} for tensor with {rank} dimensions: axis must be in "
            f"[{-rank - 1}, {rank}] [Op:ExpandDims]"
        )
    return ops.expand_dims(x, axis=k if k < 0 else k - rank - 1)


def squeeze(input: Any, axis: Any = None, name: str | None = None) -> EagerTensor:
    """`input` without its axes of size 1, or without those in `axis`.

    The gradient has them back.

    Raises: InvalidArgumentError where an axis in `axis` has another size than 1.

    >>> tf.squeeze([[[1], [2]]]).shape, tf.squeeze([[[1], [2]]], axis=0).shape
    (TensorShape([2]), TensorShape([2, 1]))
    """
    x = convert_operand(input)
    shape = shape_of(x)
    rank = len(shape)
    given = () if axis is None else integers(axis, "axis")
    if not given:
        axes = {k for k, n in enumerate(shape) if n == 1}
    else:
        axes = {axis_of(k, rank, "Squeeze") for k in given}
        for k in sorted(axes):
            if shape[k] != 1:
                raise InvalidArgumentError(
                    f"Can not squeeze dim[{k}], expected a dimension of 1, got {shape[k]} "
                    f"[Op:Squeeze]. The shape is {list(shape)}."
                )
    return ops.squeeze(x, axis=tuple(sorted(k - rank for k in axes)))


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> EagerTensor:
    """`input` repeated along new leading axes, and along axes of size 1, until it has `shape`.

    The gradient is the sum over the copies. A size of −1 keeps the size of the input.

    Raises: InvalidArgumentError where the shapes do not go together.

    >>> tf.broadcast_to([1, 2], [3, 2]).numpy()
    array([[1, 2],
           [1, 2],
           [1, 2]], dtype=int32)
    """
    x = convert_operand(input)
    have, want = shape_of(x), integers(shape, "shape")
    extra = len(want) - len(have)
    sizes = tuple(have[k - extra] if n == -1 and k >= extra else n for k, n in enumerate(want))
    if extra < 0 or any(n not in (1, m) for n, m in zip(have, sizes[extra:], strict=True)):
        raise InvalidArgumentError(
            f"Incompatible shapes: {shape_text(have)} vs. {shape_text(sizes)} [Op:BroadcastTo]"
        )
    return ops.broadcast_to(x, shape=dims(sizes))


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """The shape of x + y for x and y of these shapes; unknown sizes (None) are allowed.

    Raises: ValueError where the shapes do not go together.

    >>> tf.broadcast_static_shape(tf.TensorShape([3, 1]), tf.TensorShape([4]))
    TensorShape([3, 4])
    """
    a, b = TensorShape(shape_x), TensorShape(shape_y)
    if a.rank is None or b.rank is None:
        return TensorShape(None)
    rank = max(a.rank, b.rank)
    ones: list[int | None] = [1]
    wide_a, wide_b = (ones * (rank - len(s)) + s for s in (a.as_list(), b.as_list()))
    sizes: list[int | None] = []
    for m, n in zip(wide_a, wide_b, strict=True):
        if m is None or n is None:
            other = n if m is None else m
            sizes.append(other if other is not None and other > 1 else None)
        elif m == n or 1 in (m, n):
            sizes.append(n if m == 1 else m)
        else:
            raise ValueError(f"Incompatible shapes for broadcasting: {a} and {b}")
    return TensorShape(sizes)


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> EagerTensor:
    """The shape of x + y, from shapes and to a shape that are integer tensors.

    Raises: InvalidArgumentError where the shapes do not go together.

    >>> tf.broadcast_dynamic_shape([3, 1], [4]).numpy()
    array([3, 4], dtype=int32)
    """
    a, b = _sizes(shape_x, "shape_x"), _sizes(shape_y, "shape_y")
    try:
        sizes = np.broadcast_shapes(a, b)
    except ValueError:
        raise InvalidArgumentError(
            f"Incompatible shapes for broadcasting: {shape_text(a)} and {shape_text(b)} "
            "[Op:BroadcastArgs]"
        ) from None
    return wrap(np.array(sizes, _shape_dtype(shape_x, shape_y)))


def _sizes(shape: Any, what: str) -> tuple[int, ...]:
    x = convert_operand(shape)
    if x.dtype.name not in ("int32", "int64") or x.ndim != 1:
        raise InvalidArgumentError(
            f"{what} must be a vector of int32 or int64, got {x.dtype.name}{list(shape_of(x))} "
            "[Op:BroadcastArgs]"
        )
    return dims(x, what)


def _shape_dtype(*shapes: Any) -> Any:
    wide = any(getattr(s, "dtype", None) == np.int64 for s in shapes)
    return np.int64 if wide else np.int32


def shape(input: Any, out_type: Any = None, name: str | None = None) -> EagerTensor:
    """The shape of `input` as a vector of int32 (or of `out_type`).

    No gradient passes. `input.shape` gives the same as a `TensorShape`.

    >>> tf.shape([[1, 2, 3]]).numpy()
    array([1, 3], dtype=int32)
    """
    x = convert_operand(input)
    if type(x._value) is Batched:  # all elements have one shape: it is no batch
        y = wrap(np.array(shape_of(x), np.int32))
    else:
        y = indexing.shape_of(x)
    return y if out_type in (None, "int32") else lookup("Cast")(y, dtype=numpy_dtype(out_type))


def shape_n(input: Any, out_type: Any = "int32", name: str | None = None) -> list[EagerTensor]:
    """The shapes of several tensors, each a vector of int32.

    >>> [s.numpy().tolist() for s in tf.shape_n([[1, 2], [[3]]])]
    [[2], [1, 1]]
    """
    xs = [convert_operand(x) for x in input]
    return list(creation.shape_n(*xs, dtype=numpy_dtype(out_type)))


def size(input: Any, out_type: Any = None, name: str | None = None) -> EagerTensor:
    """The number of elements, an int32 (or `out_type`) scalar. No gradient passes.

    >>> tf.size([[1, 2, 3], [4, 5, 6]]).numpy()
    np.int32(6)
    """
    x = convert_operand(input)
    dtype = numpy_dtype("int32" if out_type is None else out_type)
    if type(x._value) is Batched:
        return wrap(dtype.type(np.prod(shape_of(x), dtype=int)))
    return creation.size_of(x, dtype=dtype)


def rank(input: Any, name: str | None = None) -> EagerTensor:
    """The number of axes, an int32 scalar. No gradient passes.

    >>> tf.rank([[1, 2]]).numpy()
    np.int32(2)
    """
    x = convert_operand(input)
    if type(x._value) is Batched:
        return wrap(np.int32(len(shape_of(x))))
    return creation.rank_of(x)


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> EagerTensor:
    """`x` itself, if its shape fits `shape`, where None fits any size. The gradient passes.

    Raises: InvalidArgumentError where it does not fit.

    >>> tf.ensure_shape([[1.0, 2.0]], [None, 2]).shape
    TensorShape([1, 2])
    """
    tensor, wanted = convert_operand(x), TensorShape(shape)
    if wanted.rank is None:
        return passing.ensure_shape(tensor, shape=(None,) * tensor.ndim)
    return passing.ensure_shape(tensor, shape=tuple(wanted.as_list()))


def bitcast(input: Any, type: Any, name: str | None = None) -> EagerTensor:
    """The bits of `input`, read as numbers of another dtype.

    Where the new dtype is smaller a last axis appears, where it is larger the last axis goes. There
    is no gradient: asking for one is a LookupError.

    Raises: InvalidArgumentError where the last axis does not fill the larger dtype.

    >>> tf.bitcast(1.0, tf.int32).numpy()
    np.int32(1065353216)
    """
    x, dtype = convert_operand(input), as_dtype(type)
    if "string" in (x.dtype.name, dtype.name):
        raise InvalidArgumentError("Cannot bitcast to or from strings [Op:Bitcast]")
    have, want, own = x.dtype.size, dtype.size, shape_of(x)
    if want > have and (not own or own[-1] * have != want):
        raise InvalidArgumentError(
            f"Cannot bitcast from {x.dtype.name} to {dtype.name}: the last axis of shape "
            f"{list(own)} must have size {want // have} [Op:Bitcast]"
        )
    return passing.bitcast(x, dtype=dtype.numpy)


__all__ = [
    "bitcast", "broadcast_dynamic_shape", "broadcast_static_shape", "broadcast_to", "ensure_shape",
    "expand_dims", "rank", "reshape", "shape", "shape_n", "size", "squeeze",
    "transpose",
]  # fmt: skip
