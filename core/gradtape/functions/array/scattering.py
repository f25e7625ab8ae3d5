"""Writing at coordinates: scatter_nd and tensor_scatter_nd_update, _add, _sub, _max, _min."""

from __future__ import annotations

from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import dims, indices_of, matched, shape_of
from gradtape.ops.array import scattering
from gradtape.tensors.tensor import EagerTensor


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> EagerTensor:
    """Zeros of `shape` with the updates added at their coordinates; equal coordinates add up.

    The coordinates stand in the last axis of `indices`. The gradient of the updates is what stands
    at their coordinates.

    Raises: InvalidArgumentError where a coordinate lies outside, or the updates have another shape
    than indices.shape[:-1] + shape[indices.shape[-1]:].

    >>> tf.scatter_nd([[1], [3], [1]], [9, 10, 1], [4]).numpy()
    array([ 0, 10,  0, 10], dtype=int32)
    """
    u = _updates(convert_operand(updates))
    return scattering.scatter_nd(_rows_of(indices), u, shape=dims(shape))


def _rows_of(indices: Any) -> EagerTensor:
    """The coordinates, one row for each update: a vector is none, as in TensorFlow's kernels."""
    places: EagerTensor = indices_of(indices)
    if len(shape_of(places)) == 1:
        raise InvalidArgumentError(
            f"indices of shape {list(shape_of(places))} are one row of coordinates: write "
            "indices=[[…]] and updates=[…], a row for each update."
        )
    return places


def _updates(u: EagerTensor) -> EagerTensor:
    """The updates, which a vector of coordinates has to count."""
    if not shape_of(u):
        raise InvalidArgumentError(
            "Updates shape must have rank at least one. Found:[]. For one update write "
            "indices=[[…]] and updates=[…]."
        )
    return u


def _arguments(tensor: Any, indices: Any, updates: Any) -> tuple[Any, Any, Any]:
    x, u = matched(tensor, updates)
    if x.dtype is not u.dtype:
        raise InvalidArgumentError(
            f"updates must have the dtype of the tensor, {x.dtype.name}, got {u.dtype.name}; use "
            "tf.cast."
        )
    u = _updates(u)
    return x, _rows_of(indices), u


def tensor_scatter_nd_update(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> EagerTensor:
    """`tensor` with the updates written at their coordinates.

    Of equal coordinates the last update stays, and it alone has the gradient (TensorFlow gives it
    to all of them); the gradient of the tensor is 0 where it was written over.

    Raises: InvalidArgumentError where a coordinate lies outside, or shapes or dtypes do not fit.

    >>> tf.tensor_scatter_nd_update([1, 2, 3], [[0], [2]], [10, 30]).numpy()
    array([10,  2, 30], dtype=int32)
    """
    x, places, u = _arguments(tensor, indices, updates)
    if shape_of(places)[-1:] == (0,):
        raise InvalidArgumentError(
            "Indices and updates specified for empty output shape [Op:TensorScatterUpdate]: "
            f"indices of shape {list(shape_of(places))} hold no coordinates. Use the updates as "
            "they are."
        )
    return scattering.scatter_update(x, places, u)


def tensor_scatter_nd_add(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> EagerTensor:
    """`tensor` with the updates added at their coordinates; equal coordinates add up.

    The gradient passes to the tensor as it is, and to each update from its place.

    Raises: InvalidArgumentError where a coordinate lies outside, or shapes or dtypes do not fit.

    >>> tf.tensor_scatter_nd_add([1, 2, 3], [[0], [0]], [10, 20]).numpy()
    array([31,  2,  3], dtype=int32)
    """
    return scattering.scatter_add(*_arguments(tensor, indices, updates))


def tensor_scatter_nd_sub(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> EagerTensor:
    """`tensor` with the updates subtracted at their coordinates; equal coordinates add up.

    Raises: InvalidArgumentError where a coordinate lies outside, or shapes or dtypes do not fit.

    >>> tf.tensor_scatter_nd_sub([1, 2, 3], [[1]], [5]).numpy()
    array([ 1, -3,  3], dtype=int32)
    """
    return scattering.scatter_sub(*_arguments(tensor, indices, updates))


def tensor_scatter_nd_max(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> EagerTensor:
    """`tensor` with the larger of element and update at the coordinates.

    The gradient goes to whichever gave the result; ties share it equally.

    Raises: InvalidArgumentError where a coordinate lies outside, or shapes or dtypes do not fit.

    >>> tf.tensor_scatter_nd_max([1, 2, 3], [[0], [2]], [5, 0]).numpy()
    array([5, 2, 3], dtype=int32)
    """
    return scattering.scatter_max(*_arguments(tensor, indices, updates))


def tensor_scatter_nd_min(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> EagerTensor:
    """`tensor` with the smaller of element and update at the coordinates.

    The gradient goes to whichever gave the result; ties share it equally.

    Raises: InvalidArgumentError where a coordinate lies outside, or shapes or dtypes do not fit.

    >>> tf.tensor_scatter_nd_min([1, 2, 3], [[0], [2]], [5, 0]).numpy()
    array([1, 2, 0], dtype=int32)
    """
    return scattering.scatter_min(*_arguments(tensor, indices, updates))
