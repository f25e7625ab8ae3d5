"""What is measured on images: differences of neighbours, total variation, signal to noise."""

from __future__ import annotations

import math
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import float32 as f32
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.functions.image.adjusting import convert_image_dtype
from gradtape.ops.array.shaping import pad, slice_
from gradtape.ops.math.arithmetic import squared_difference
from gradtape.ops.math.complex_numbers import absolute, cast
from gradtape.ops.math.exponential import log
from gradtape.ops.math.reductions import reduce_mean, reduce_sum
from gradtape.tensors.tensor import EagerTensor

_IMAGE = (-3, -2, -1)


def image_gradients(image: Any) -> tuple[EagerTensor, EagerTensor]:
    """(dy, dx): each pixel's difference to the one below it, and to the one right of it.

    The last row of dy and the last column of dx are 0.

    Shapes: (n, h, w, c), results the same. Raises: ValueError for another rank,
    InvalidArgumentError for an image without rows or columns.

    >>> dy, dx = tf.image.image_gradients(tf.reshape([1.0, 2.0, 4.0, 8.0], (1, 2, 2, 1)))
    >>> dy.numpy().ravel(), dx.numpy().ravel()
    (array([3., 6., 0., 0.], dtype=float32), array([1., 0., 4., 0.], dtype=float32))
    """
    x = convert_operand(image)
    if len(x._value.shape) != 4:
        raise ValueError(
            "image_gradients expects a 4D tensor [batch_size, h, w, d], not "
            f"{tuple(x._value.shape)}."
        )
    if 0 in x._value.shape[1:3]:
        if 0 in (x._value.shape[0], x._value.shape[3]):
            return x - x, x - x
        raise InvalidArgumentError(
            f"image_gradients needs a row and a column, got shape {shape_text(x._value.shape)}."
        )
    dy = pad(_difference(x, 1), paddings=((0, 0), (0, 1), (0, 0), (0, 0)))
    dx = pad(_difference(x, 2), paddings=((0, 0), (0, 0), (0, 1), (0, 0)))
    return dy, dx


def _difference(x: Any, axis: int) -> Any:
    """x[k + 1] − x[k] along `axis`."""
    shape = list(x._value.shape)
    start = [0] * len(shape)
    shape[axis] = max(shape[axis] - 1, 0)
    low = slice_(x, begin=tuple(start), size=tuple(shape))
    start[axis] = 1 if shape[axis] else 0
    return slice_(x, begin=tuple(start), size=tuple(shape)) - low


def total_variation(images: Any, name: str | None = None) -> EagerTensor:
    """Σ |difference of vertical neighbours| + Σ |difference of horizontal neighbours|.

    Derivative: the sum of the signs of the differences; 0 where neighbours are equal.

    Shapes: (h, w, c) gives a scalar, (n, h, w, c) one number per image.
    Raises: ValueError for another rank.

    >>> tf.image.total_variation(tf.reshape([1.0, 2.0, 4.0, 8.0], (2, 2, 1))).numpy()
    np.float32(14.0)
    """
    x = convert_operand(images)
    rank = len(x._value.shape)
    if rank not in (3, 4):
        raise ValueError(
            f"'images' must be either 3 or 4-dimensional, got shape {list(x._value.shape)}"
        )
    down, right = (
        reduce_sum(absolute(_difference(x, axis)), axis=_IMAGE, keepdims=False)
        for axis in (rank - 3, rank - 2)
    )
    return down + right


def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> EagerTensor:
    """The peak signal-to-noise ratio 10·log₁₀(max_val²/mean (a − b)²), in decibels.

    inf for equal images. `max_val` is the range of the values, 1.0 or 255.

    Shapes: (…, h, w, c), equal or broadcast; one number per image. Dtypes: computed in float32,
    with integers (and max_val, for these) as numbers in [0, 1].
    Raises: InvalidArgumentError for shapes that do not broadcast or have fewer than three axes,
    ValueError for two sizes of image.
    Source: the definition.

    >>> tf.image.psnr(tf.zeros((1, 1, 1)), tf.fill((1, 1, 1), 0.1), max_val=1.0).numpy().round(3)
    np.float32(20.0)
    """
    x, y = convert_operand(a), convert_operand(b)
    top = convert_operand(max_val)
    top = convert_image_dtype(cast(top, dtype=x._value.dtype), f32)
    squares = squared_difference(convert_image_dtype(x, f32), convert_image_dtype(y, f32))
    if len(squares._value.shape) < 3:
        raise InvalidArgumentError(
            f"an image has at least 3 axes (h, w, c), got {x.shape} and {y.shape} [Op:Mean]"
        )
    if x.shape[-3:] != y.shape[-3:]:
        raise ValueError(f"Shapes {x.shape} and {y.shape} are of images of two sizes")
    error = reduce_mean(squares, axis=_IMAGE, keepdims=False)
    return log(top) * (20 / math.log(10)) - log(error) * (10 / math.log(10))
