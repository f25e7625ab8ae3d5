"""Shapes, joining, products along axes and choosing, as Keras's backend has them."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.ops.batch_dot import batch_dot
from gradtape.keras.ops.making import tensor

__all__ = ["batch_dot"]

shape = tf.shape


def dot(x: Any, y: Any) -> Any:
    """The product of the last axis of `x` and the last but one of `y`: xᵢⱼₖ yₗₖₘ → (i, j, l, m)."""
    x, y = tensor(x), tensor(y)
    if x.ndim <= 2 and y.ndim <= 2:
        return tf.matmul(x, y)
    return tf.tensordot(x, y, [[x.ndim - 1], [y.ndim - 2]])


def transpose(x: Any) -> Any:
    """The axes in reverse."""
    return tf.transpose(x)


def permute_dimensions(x: Any, pattern: Any) -> Any:
    """The axes in another order."""
    return tf.transpose(x, list(pattern))


def reshape(x: Any, shape: Any) -> Any:
    """`x` in another shape."""
    return tf.reshape(x, shape)


def flatten(x: Any) -> Any:
    """`x` along one axis."""
    return tf.reshape(x, [-1])


def batch_flatten(x: Any) -> Any:
    """All axes but the first as one."""
    x = tensor(x)
    return tf.reshape(x, [-1, int(tf.reduce_prod(tf.shape(x)[1:]))])


def expand_dims(x: Any, axis: int = -1) -> Any:
    """`x` with a new axis of size 1."""
    return tf.expand_dims(x, axis)


def squeeze(x: Any, axis: int) -> Any:
    """`x` without an axis of size 1."""
    return tf.squeeze(x, [axis])


def concatenate(tensors: Any, axis: int = -1) -> Any:
    """The tensors one after the other along `axis`; sparse ones as dense ones."""
    parts = [tf.sparse.to_dense(x) if isinstance(x, tf.SparseTensor) else x for x in tensors]
    return tf.concat(parts, axis)


def stack(x: Any, axis: int = 0) -> Any:
    """The tensors along a new axis."""
    return tf.stack(x, axis=axis)


def tile(x: Any, n: Any) -> Any:
    """`x` repeated so many times along each axis."""
    return tf.tile(x, [n] if isinstance(n, int) else n)


def repeat(x: Any, n: int) -> Any:
    """Rows (batch, features) n times: (batch, n, features).

    Raises: ValueError for another number of axes.
    """
    x = tensor(x)
    if x.ndim != 2:
        raise ValueError(f"Expected input `x` to have rank 2. Received: rank(x)={x.ndim}")
    return tf.tile(tf.expand_dims(x, 1), [1, n, 1])


def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Each element so many times along `axis`.

    >>> repeat_elements(tf.constant([1, 2]), 2, axis=0).numpy()
    array([1, 1, 2, 2], dtype=int32)
    """
    return tf.repeat(x, rep, axis=axis)


def reverse(x: Any, axes: Any) -> Any:
    """`x` from the end along the axes."""
    return tf.reverse(x, [axes] if isinstance(axes, int) else axes)


def gather(reference: Any, indices: Any) -> Any:
    """The rows of these numbers."""
    return tf.gather(reference, indices)


def one_hot(indices: Any, num_classes: int) -> Any:
    """Class numbers as rows of zeros with a single one."""
    return tf.one_hot(indices, num_classes, axis=-1)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """One expression where the condition holds, the other elsewhere; functions are called.

    Of a single condition only the chosen one is called. A condition of at least two axes is spread
    over further axes of the expressions; one of one axis is broadcast.

    Raises: ValueError where the condition has more axes than the expressions.
    """
    condition = tf.cast(condition, tf.bool)
    if not condition.ndim:
        chosen = then_expression if bool(condition) else else_expression
        return tensor(chosen() if callable(chosen) else chosen)
    then, other = (
        tensor(each() if callable(each) else each) for each in (then_expression, else_expression)
    )
    more = then.ndim - condition.ndim
    if more < 0:
        raise ValueError(
            "Rank of `condition` should be less than or equal to rank of `then_expression` and "
            f"`else_expression`. ndim(condition)={condition.ndim}, "
            f"ndim(then_expression)={then.ndim}"
        )
    if condition.ndim > 1:
        condition = tf.reshape(condition, [*condition.shape, *[1] * more])
    return tf.where(condition, then, other)


def temporal_padding(x: Any, padding: Any = (1, 1)) -> Any:
    """Zeros before and after the middle axis of (batch, time, features)."""
    if len(padding) != 2:
        raise ValueError(
            f"Expected `padding` to be a tuple of 2 integers. Received: padding={padding}"
        )
    return tf.pad(x, [[0, 0], list(padding), [0, 0]])


def spatial_2d_padding(
    x: Any, padding: Any = ((1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Zeros around pictures."""
    if [len(pair) for pair in padding] != [2, 2]:
        raise ValueError(
            f"Expected `padding` to be a tuple of 2 tuples of 2 integers. Received: "
            f"padding={padding}"
        )
    around = [list(pair) for pair in padding]
    if config.standardize_data_format(data_format) == "channels_first":
        return tf.pad(x, [[0, 0], [0, 0], *around])
    return tf.pad(x, [[0, 0], *around, [0, 0]])


def resize_images(
    x: Any, height_factor: int, width_factor: int, data_format: str, interpolation: str = "nearest"
) -> Any:
    """Pictures so many times as high and wide, by a method of `tf.image.resize`."""
    methods = (
        "area", "bicubic", "bilinear", "gaussian", "lanczos3", "lanczos5", "mitchellcubic",
        "nearest",
    )  # fmt: skip
    if interpolation not in methods:
        raise ValueError(
            f'`interpolation` argument should be one of: {methods}. Received: "{interpolation}".'
        )
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(f"Invalid `data_format` argument: {data_format}")
    first = data_format == "channels_first"
    x = tf.transpose(x, [0, 2, 3, 1]) if first else tensor(x)
    size = [int(x.shape[1]) * height_factor, int(x.shape[2]) * width_factor]
    resized = tf.image.resize(x, size, interpolation)
    return tf.transpose(resized, [0, 3, 1, 2]) if first else resized
