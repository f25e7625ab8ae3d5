"""Sparse tensors computed with: products, sums, reductions, functions of the values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.array.joining import concat
from gradtape.functions.array.scattering import tensor_scatter_nd_add
from gradtape.functions.array.selection import gather
from gradtape.functions.array.shaping import expand_dims, squeeze, transpose
from gradtape.functions.math.complex_numbers import conj
from gradtape.functions.math.elementary import exp
from gradtape.functions.math.reductions import reduce_max as dense_max
from gradtape.functions.math.reductions import reduce_sum as dense_sum
from gradtape.functions.math.segments import unsorted_segment_max, unsorted_segment_sum
from gradtape.functions.sparse.places import (
    checked,
    from_dense,
    places_of,
    reorder,
    sizes_of,
    to_dense,
)
from gradtape.tensors.conversion import convert
from gradtape.tensors.sparse_tensor import SparseTensor
from gradtape.tensors.tensor import EagerTensor


def sparse_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> EagerTensor:
    """A·B of a sparse and a dense matrix, either of which may be the second.

    Each row of the product is a sum over the elements of a row of A. Derivative: gᵀ… as of a dense
    product, at the places of A alone; through the values of A and through B.

    Raises: InvalidArgumentError where inner sizes differ; TypeError for two dense matrices.

    >>> a = tf.SparseTensor([[0, 0], [1, 2]], [1.0, 2.0], [2, 3])
    >>> tf.sparse.sparse_dense_matmul(a, [[1.0], [2.0], [3.0]]).numpy()
    array([[1.],
           [6.]], dtype=float32)
    """
    if isinstance(b, SparseTensor) and not isinstance(sp_a, SparseTensor):
        swapped = sparse_dense_matmul(b, sp_a, not adjoint_b, not adjoint_a)
        return transpose(swapped, conjugate=True)
    a, dense = checked(sp_a), convert_operand(b)
    if len(sizes_of(a)) != 2 or len(dense._value.shape) != 2:
        raise InvalidArgumentError(
            None, None, f"matrices are multiplied: got shapes {a.shape} and {dense.shape}"
        )
    rows, columns = places_of(a).T
    height, inner = sizes_of(a)
    values = a.values
    if adjoint_a:
        rows, columns, height, inner = columns, rows, inner, height
        values = conj(values) if a.dtype.is_complex else values
    if adjoint_b:
        dense = transpose(dense, conjugate=True)
    if dense._value.shape[0] != inner:
        raise InvalidArgumentError(
            None,
            None,
            f"Cannot multiply A and B because inner dimension does not match: {inner} vs. "
            f"{dense._value.shape[0]}.  Did you forget a transpose?  Dimensions of A: "
            f"{list(sizes_of(a))}.  Dimensions of B: {list(dense._value.shape)}",
        )
    # Along axis 1, because a gather along axis 0 would give `b` slices for its gradient.
    needed = squeeze(gather(expand_dims(dense, 0), convert(columns.copy()), axis=1), 0)
    parts = expand_dims(values, 1) * needed
    product: EagerTensor = unsorted_segment_sum(parts, convert(rows.copy()), height)
    return product


def _joined(a: SparseTensor, b: SparseTensor, combine: Callable[..., Any]) -> SparseTensor:
    """Two tensors of one shape as one: values at a common place are combined."""
    if sizes_of(a) != sizes_of(b):
        raise InvalidArgumentError(
            None, None, f"Operands' shapes do not match: got {a.shape} and {b.shape}"
        )
    places = np.concatenate([places_of(a), places_of(b)])
    unique, inverse = np.unique(places, axis=0, return_inverse=True)
    values = concat([a.values, b.values], 0)
    numbers = convert(inverse.reshape(-1).astype(np.int64))
    return SparseTensor(unique, combine(values, numbers, len(unique)), a.dense_shape)


def add(a: Any, b: Any, threshold: Any = 0) -> Any:
    """a + b: of two sparse tensors a sparse one, of a sparse and a dense one a dense one.

    Elements that are not larger than `threshold` by their absolute value are left out.

    >>> s = tf.SparseTensor([[0]], [1.0], [2])
    >>> tf.sparse.add(s, [1.0, 1.0]).numpy(), tf.sparse.add(s, s).values.numpy()
    (array([2., 1.], dtype=float32), array([2.], dtype=float32))
    """
    if isinstance(a, SparseTensor) and isinstance(b, SparseTensor):
        total = _joined(a, b, unsorted_segment_sum)
        limit = float(np.asarray(convert(threshold)._value))
        if not limit:
            return total
        keep = np.flatnonzero(np.abs(np.asarray(total.values._value)) > limit)
        values = gather(total.values, convert(keep))
        return SparseTensor(places_of(total)[keep], values, total.dense_shape)
    if isinstance(b, SparseTensor):
        a, b = b, a
    s = checked(a)
    dense = convert_operand(b)
    return tensor_scatter_nd_add(dense, s.indices, s.values)


def maximum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The larger of two, element by element, where one that is missing counts as 0."""
    return _extreme(checked(sp_a), checked(sp_b), np.maximum)


def minimum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The smaller of two, element by element, where one that is missing counts as 0."""
    return _extreme(checked(sp_a), checked(sp_b), np.minimum)


def _extreme(a: SparseTensor, b: SparseTensor, choose: Any) -> SparseTensor:
    together = _joined(a, b, lambda values, numbers, n: convert(np.zeros(n)))
    at = tuple(places_of(together).T)
    x, y = (np.asarray(to_dense(reorder(s))._value)[at] for s in (a, b))
    return SparseTensor(together.indices, convert(choose(x, y)), a.dense_shape)


def reduce_sum(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The sum over axes, dense, or sparse with `output_is_sparse`."""
    whole = to_dense(reorder(checked(sp_input)))
    total = dense_sum(whole, axis=axis, keepdims=bool(keepdims))
    return from_dense(total) if output_is_sparse else total


def reduce_max(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The largest of the elements that there are, over axes; 0 where there is none."""
    s = reorder(checked(sp_input))
    shape = np.zeros(sizes_of(s), bool)
    shape[tuple(places_of(s).T)] = True
    lowest = np.finfo if s.dtype.is_floating else np.iinfo
    low = -np.inf if s.dtype.is_floating else lowest(s.dtype.numpy).min
    whole = dense_max(to_dense(s, low), axis=axis, keepdims=bool(keepdims))
    axes = None if axis is None else tuple(np.ravel(axis).tolist())
    some = shape.any(axis=axes, keepdims=bool(keepdims))
    if not np.all(some):
        whole = convert(np.where(some, np.asarray(whole._value), 0).astype(s.dtype.numpy))
    return from_dense(whole) if output_is_sparse else whole


def softmax(sp_logits: Any, name: str | None = None) -> SparseTensor:
    """The softmax of each row over the elements that it has.

    >>> tf.sparse.softmax(tf.SparseTensor([[0, 0], [0, 2]], [1.0, 1.0], [1, 3])).values.numpy()
    array([0.5, 0.5], dtype=float32)
    """
    s = checked(sp_logits)
    rows = places_of(s)[:, :-1]
    unique, inverse = np.unique(rows, axis=0, return_inverse=True)
    numbers = convert(inverse.reshape(-1).astype(np.int64))
    highest = unsorted_segment_max(s.values, numbers, len(unique))
    shifted = exp(s.values - convert(np.asarray(gather(highest, numbers)._value)))
    total = gather(unsorted_segment_sum(shifted, numbers, len(unique)), numbers)
    return s.with_values(shifted / total)


def map_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> SparseTensor:
    """A function of the values of sparse tensors that have the same places.

    >>> s = tf.SparseTensor([[1]], [3.0], [2])
    >>> tf.sparse.map_values(tf.square, s).values.numpy()
    array([9.], dtype=float32)
    """
    given = [a for a in (*args, *kwargs.values()) if isinstance(a, SparseTensor)]
    if not given:
        raise ValueError("No SparseTensor in argument list of map_values")
    first = given[0]
    for other in given[1:]:
        if not np.array_equal(places_of(first), places_of(other)):
            raise InvalidArgumentError(
                None, None, "SparseTensor argument to map_values have different indices"
            )

    def plain(value: Any) -> Any:
        return value.values if isinstance(value, SparseTensor) else value

    result = op(*map(plain, args), **{key: plain(value) for key, value in kwargs.items()})
    return first.with_values(result)
