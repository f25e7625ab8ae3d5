"""Images in other colour spaces: HSV, and the matrices of YUV and YIQ."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import FailedPreconditionError, InvalidArgumentError
from gradtape.functions.array.joining import stack
from gradtape.functions.array.selection import where
from gradtape.functions.linalg.products import tensordot
from gradtape.functions.math.arithmetic import abs
from gradtape.functions.math.clipping import clip_by_value
from gradtape.functions.math.comparison import equal, less, less_equal
from gradtape.functions.math.reductions import reduce_max, reduce_min
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor

_YUV = [
    [0.299, -0.14714119, 0.61497538],
    [0.587, -0.28886916, -0.51496512],
    [0.114, 0.43601035, -0.10001026],
]
_RGB_OF_YUV = [[1, 1, 1], [0, -0.394642334, 2.03206185], [1.13988303, -0.58062185, 0]]
_YIQ = [
    [0.299, 0.59590059, 0.2115],
    [0.587, -0.27455667, -0.52273617],
    [0.114, -0.32134392, 0.31119955],
]
_RGB_OF_YIQ = [
    [1, 1, 1],
    [0.95598634, -0.27201283, -1.10674021],
    [0.6208248, -0.64720424, 1.70423049],
]


def _colors(images: Any, op: str) -> EagerTensor:
    x = convert_operand(images)
    shape = tuple(x._value.shape)
    if not shape or shape[-1] != 3 or not x.dtype.is_floating:
        floats = x.dtype.is_floating
        error = FailedPreconditionError if floats and shape else InvalidArgumentError
        raise error(
            None,
            None,
            f"input must be floats with 3 channels last, got {x.dtype.name} of {list(shape)} "
            f"[Op:{op}]; tf.image.convert_image_dtype makes floats.",
        )
    return x


def rgb_to_hsv(images: Any, name: str | None = None) -> EagerTensor:
    """Hue, saturation and value of red, green and blue in [0, 1].

    Shapes: (…, 3). Derivative: of the formula, 0 where colours are grey.
    Raises: FailedPreconditionError for other channels, InvalidArgumentError for other dtypes.

    >>> tf.image.rgb_to_hsv([0.0, 0.5, 1.0]).numpy().round(3)
    array([0.583, 1.   , 1.   ], dtype=float32)
    """
    x = _colors(images, "RGBToHSV")
    r, g, b = (x[..., k] for k in range(3))
    value = reduce_max(x, -1)
    span = value - reduce_min(x, -1)
    zero, one = value * 0.0, value * 0.0 + 1.0
    gray, black = equal(span, zero), less_equal(value, zero)
    saturation = where(black, zero, span / where(black, one, value))
    norm = 1.0 / (6.0 * where(gray, one, span))
    hue = where(
        equal(value, r),
        norm * (g - b),
        where(equal(value, g), norm * (b - r) + 2.0 / 6.0, norm * (r - g) + 4.0 / 6.0),
    )
    hue = where(gray, zero, hue)
    return stack([where(less(hue, zero), hue + 1.0, hue), saturation, value], -1)


def hsv_to_rgb(images: Any, name: str | None = None) -> EagerTensor:
    """Red, green and blue of hue, saturation and value in [0, 1].

    Shapes: (…, 3).
    Raises: FailedPreconditionError for other channels, InvalidArgumentError for other dtypes.

    >>> tf.image.hsv_to_rgb([0.5, 1.0, 1.0]).numpy()
    array([0., 1., 1.], dtype=float32)
    """
    x = _colors(images, "HSVToRGB")
    hue, saturation, value = (x[..., k] for k in range(3))
    turn = hue * 6.0
    low, high = convert(0.0, x.dtype), convert(1.0, x.dtype)
    red = clip_by_value(abs(turn - 3.0) - 1.0, low, high)
    green = clip_by_value(2.0 - abs(turn - 2.0), low, high)
    blue = clip_by_value(2.0 - abs(turn - 4.0), low, high)
    pure = stack([red, green, blue], -1)
    s, v = saturation[..., None], value[..., None]
    return ((1.0 - s) + s * pure) * v


def _mixed(images: Any, matrix: Any) -> EagerTensor:
    x = convert_operand(images)
    if not x.dtype.is_differentiable:
        raise TypeError(
            f"colours are mixed as floats, got {x.dtype.name}: tf.image.convert_image_dtype makes "
            "them of integers"
        )
    if not x.shape.rank or x.shape[-1] != 3:
        raise InvalidArgumentError(None, None, f"images have 3 channels last, got {x.shape}")
    return tensordot(x, convert(np.array(matrix), x.dtype), [[-1], [0]])


def rgb_to_yuv(images: Any) -> EagerTensor:
    """Luma and two differences of colour. Shapes: (…, 3), no integers."""
    return _mixed(images, _YUV)


def yuv_to_rgb(images: Any) -> EagerTensor:
    """What `rgb_to_yuv` undoes. Shapes: (…, 3), no integers."""
    return _mixed(images, _RGB_OF_YUV)


def rgb_to_yiq(images: Any) -> EagerTensor:
    """Luma, in-phase and quadrature. Shapes: (…, 3), no integers."""
    return _mixed(images, _YIQ)


def yiq_to_rgb(images: Any) -> EagerTensor:
    """What `rgb_to_yiq` undoes. Shapes: (…, 3), no integers."""
    return _mixed(images, _RGB_OF_YIQ)
