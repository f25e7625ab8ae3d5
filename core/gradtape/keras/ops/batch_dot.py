"""`batch_dot`: products of two tensors summed along one axis of each, example by example."""

from __future__ import annotations

from typing import Any

import gradtape as tf


def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """Σ x y along one axis of each, for each example; the other axes stay, those of x first.

    `axes` is one number for both or one for each; by default the last of x and the first of y.

    Raises: ValueError for fewer than two axes, batches of other sizes, axis 0, and axes of other
    lengths.

    >>> batch_dot([[1.0, 2.0]], [[3.0, 4.0]]).numpy()
    array([[11.]], dtype=float32)
    """
    x, y = tf.convert_to_tensor(x), tf.convert_to_tensor(y)
    shapes = f"shapes {tuple(x.shape)} and {tuple(y.shape)}"
    if x.ndim < 2 or y.ndim < 2:
        raise ValueError(f"Cannot do batch_dot on inputs with rank < 2: {shapes}.")
    if x.shape[0] != y.shape[0]:
        raise ValueError(f"Cannot do batch_dot on inputs with different batch sizes: {shapes}.")
    if axes is None:
        axes = (x.ndim - 1, y.ndim - 1 if y.ndim == 2 else y.ndim - 2)
    pair = (axes, axes) if isinstance(axes, int) else tuple(axes)
    if any(isinstance(axis, (list, tuple)) for axis in pair):
        raise ValueError(f"Multiple target dimensions are not supported. Provided: {axes}")
    a, b = pair[0] % x.ndim, pair[1] % y.ndim
    if 0 in (a, b):
        raise ValueError(
            "Cannot perform batch_dot over axis 0. If your inputs are not batched, add a dummy "
            "batch dimension to your inputs using tf.expand_dims(x, 0)"
        )
    if x.shape[a] != y.shape[b]:
        raise ValueError(f"Cannot do batch_dot on inputs with {shapes} along the axes {a} and {b}.")
    of_x = [i for i in range(1, x.ndim) if i != a]
    of_y = [i for i in range(1, y.ndim) if i != b]
    n, length = x.shape[0], x.shape[a]
    left = tf.reshape(tf.transpose(x, [0, *of_x, a]), [n, -1, length])
    right = tf.reshape(tf.transpose(y, [0, b, *of_y]), [n, length, -1])
    sizes = [*(x.shape[i] for i in of_x), *(y.shape[i] for i in of_y)]
    return tf.reshape(tf.matmul(left, right), [n, *(sizes or [1])])
