"""`keras.ops`: elements by their places: taken, written, on diagonals, beside each other."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.ops.making import as_float, op, tensor, together


@op
def take(x: Any, indices: Any, axis: Any = None) -> Any:
    """The elements at these places along `axis`, of the flat tensor by default."""
    x = tensor(x)
    if axis is None:
        x, axis = tf.reshape(x, [-1]), 0
    indices = tensor(indices)
    indices = tf.where(indices < 0, indices + int(x.shape[axis]), indices)
    return tf.gather(x, indices, axis=axis)


@op
def take_along_axis(x: Any, indices: Any, axis: Any = None) -> Any:
    """For each place the element that `indices` names along `axis`."""
    x, indices = tensor(x), tensor(indices)
    if axis is None:
        return tf.gather(tf.reshape(x, [-1]), tf.reshape(indices, [-1]))
    axis = axis % x.ndim
    grid = np.indices([int(n) for n in indices.shape])
    chosen = np.asarray(indices) % int(x.shape[axis])
    places = [
        chosen if i == axis else np.minimum(grid[i], int(x.shape[i]) - 1) for i in range(x.ndim)
    ]
    return tf.gather_nd(x, np.stack(places, axis=-1))


@op
def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Any:
    """Where values belong in a rising sequence."""
    return tf.searchsorted(tensor(sorted_sequence), tensor(values), side=side)


@op
def digitize(x: Any, bins: Any) -> Any:
    """The number of the bin that each element falls into."""
    return tf.constant(np.digitize(np.asarray(tensor(x)), np.asarray(bins)).astype(np.int32))


@op
def slice(x: Any, start_indices: Any, shape: Any) -> Any:
    """The block of this shape that begins there."""
    return tf.slice(tensor(x), start_indices, shape)


@op
def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """`inputs` with the block that begins there replaced by `updates`."""
    inputs, updates = together(inputs, updates)
    grid = np.indices([int(n) for n in updates.shape]).reshape(updates.ndim, -1).T
    places = grid + np.asarray(start_indices).reshape(1, -1)
    return tf.tensor_scatter_nd_update(inputs, places, tf.reshape(updates, [-1]))


@op
def scatter(indices: Any, values: Any, shape: Any) -> Any:
    """Zeros of this shape with the values added at their places."""
    return tf.scatter_nd(tensor(indices), tensor(values), list(shape))


@op
def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: Any = None) -> Any:
    """`inputs` with `updates` in these places; or added there, or the larger or smaller of both."""
    functions = {
        None: tf.tensor_scatter_nd_update, "add": tf.tensor_scatter_nd_add,
        "max": tf.tensor_scatter_nd_max, "min": tf.tensor_scatter_nd_min,
    }  # fmt: skip
    inputs = tensor(inputs)
    return functions[reduction](inputs, tensor(indices), tf.cast(updates, inputs.dtype))


@op
def get_item(x: Any, key: Any) -> Any:
    """x[key]."""
    return tensor(x)[key]


@op
def tril(x: Any, k: int = 0) -> Any:
    """The lower triangle, up to the k-th diagonal; zeros above."""
    x = tensor(x)
    return tf.where(np.tri(int(x.shape[-2]), int(x.shape[-1]), k, dtype=bool), x, tf.zeros_like(x))


@op
def triu(x: Any, k: int = 0) -> Any:
    """The upper triangle, from the k-th diagonal; zeros below."""
    x = tensor(x)
    below = np.tri(int(x.shape[-2]), int(x.shape[-1]), k - 1, dtype=bool)
    return tf.where(below, tf.zeros_like(x), x)


@op
def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The elements of a diagonal, along a new last axis."""
    x = tensor(x)
    a, b = axis1 % x.ndim, axis2 % x.ndim
    rest = [i for i in range(x.ndim) if i not in (a, b)]
    x = tf.transpose(x, [*rest, a, b])
    rows, columns = (int(n) for n in x.shape[-2:])
    length = builtins.max(
        builtins.min(rows + builtins.min(offset, 0), columns - builtins.max(offset, 0)), 0
    )
    start = -offset * columns if offset < 0 else offset
    places = start + np.arange(length) * (columns + 1)
    return tf.gather(tf.reshape(x, [*[int(n) for n in x.shape[:-2]], -1]), places, axis=-1)


@op
def diag(x: Any, k: int = 0) -> Any:
    """The k-th diagonal of a matrix; of a vector the matrix that has it there."""
    x = tensor(x)
    if x.ndim == 2:
        return diagonal(x, k)
    size = int(x.shape[0]) + builtins.abs(k)
    places = np.arange(int(x.shape[0]))
    rows, columns = places + builtins.max(-k, 0), places + builtins.max(k, 0)
    return tf.scatter_nd(np.stack([rows, columns], 1), x, [size, size])


@op
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum of a diagonal."""
    return tf.reduce_sum(diagonal(x, offset, axis1, axis2), axis=-1)


@op
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """The differences of neighbours along `axis`, n times."""
    a = tensor(a)
    for _ in range(n):
        size = int(a.shape[axis])
        ahead, behind = tf.range(1, size), tf.range(0, size - 1)
        a = tf.gather(a, ahead, axis=axis) - tf.gather(a, behind, axis=axis)
    return a


@op
def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """The integral along `axis`, by trapezoids."""
    y = as_float(y)
    n = int(y.shape[axis])
    steps: Any = dx
    if x is not None:
        steps = diff(as_float(x), axis=-1)
        if steps.ndim == 1 and y.ndim > 1:
            steps = tf.reshape(steps, [-1 if i == axis % y.ndim else 1 for i in range(y.ndim)])
    heights = tf.gather(y, tf.range(1, n), axis=axis) + tf.gather(y, tf.range(n - 1), axis=axis)
    return tf.reduce_sum(heights * steps / 2.0, axis=axis)
