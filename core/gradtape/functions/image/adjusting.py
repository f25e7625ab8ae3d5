"""Images with other values: dtypes, brightness, contrast, colours, standardised."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import DType, as_dtype
from gradtape.dtypes import float32 as f32
from gradtape.errors import InvalidArgumentError
from gradtape.functions.array.casting import saturate_cast
from gradtape.ops.array.shaping import broadcast_to, identity, reshape
from gradtape.ops.image import color
from gradtape.ops.linalg.products import matmul
from gradtape.ops.math.arithmetic import floordiv, maximum, power, squared_difference
from gradtape.ops.math.complex_numbers import cast
from gradtape.ops.math.reductions import reduce_mean
from gradtape.ops.math.roots import sqrt
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor

_IMAGE = (-3, -2, -1)


def convert_image_dtype(
    image: Any, dtype: Any, saturate: bool = False, name: str | None = None
) -> EagerTensor:
    """`image` in another dtype, scaled: floats lie in [0, 1], integers in [0, their maximum].

    To integers: the integer part of (maximum + ½)·x; from integers: x/maximum; between integers by
    the ratio of the ranges, a power of 2. `saturate` clips values that do not fit, where otherwise
    they wrap. Only floats among each other and the way from integers to floats have a gradient.

    Raises: TypeError for a dtype that is no number.

    >>> tf.image.convert_image_dtype(tf.constant([0, 128, 255], tf.uint8), tf.float32).numpy()
    array([0.       , 0.5019608, 1.       ], dtype=float32)
    """
    x, to = convert_operand(image), as_dtype(dtype)
    if not (to.is_floating or to.is_integer):
        raise TypeError(f"dtype must be an integer or floating-point type, got {to!r}")
    of = x.dtype
    if not (of.is_floating or of.is_integer or of.is_bool):
        raise TypeError(f"an image holds numbers, got {of!r}")
    if of is to:
        return identity(x)
    if of.is_integer and to.is_integer:
        top, new_top = int(of.max), int(to.max)
        if top > new_top:
            shrunk = floordiv(x, convert((top + 1) // (new_top + 1), of))
            return _cast(shrunk, to, saturate)
        return _cast(x, to, saturate) * ((new_top + 1) // (top + 1))
    if of.is_floating and to.is_floating:
        return cast(x, dtype=to.numpy)
    if of.is_integer:
        return cast(x, dtype=to.numpy) * (1.0 / int(of.max))
    return _cast(x * (int(to.max) + 0.5), to, saturate)


def _cast(x: Any, to: DType, saturate: bool) -> EagerTensor:
    return saturate_cast(x, to) if saturate else cast(x, dtype=to.numpy)


def _as_float(
    image: Any, keep: tuple[str, ...] = ("float16", "float32")
) -> tuple[EagerTensor, DType]:
    """The image as float32 (or as it is, for the dtypes in `keep`), and the dtype that it had."""
    x = convert_operand(image)
    return (x if x.dtype.name in keep else convert_image_dtype(x, f32)), x.dtype


def _number(value: Any, x: Any) -> Any:
    """A factor in the dtype of x."""
    t = convert(value, x.dtype) if isinstance(value, (int, float)) else convert_operand(value)
    return t if t._value.dtype == x._value.dtype else cast(t, dtype=x._value.dtype)


def _scalar(value: Any, x: Any, what: str, op: str) -> Any:
    """A factor that holds for all pixels and channels."""
    t = _number(value, x)
    if t._value.shape:
        raise InvalidArgumentError(f"{what} must be scalar: {list(t._value.shape)} [Op:{op}]")
    return t


def adjust_brightness(image: Any, delta: Any) -> EagerTensor:
    """`image` + delta, where 1 is the whole range of brightness.

    Derivative: 1 for both. Dtypes: integer images are shifted as floats in [0, 1], and clipped.

    >>> tf.image.adjust_brightness([[[0.25], [0.5]]], 0.25)[0, :, 0].numpy()
    array([0.5 , 0.75], dtype=float32)
    """
    x, of = _as_float(image)
    return convert_image_dtype(x + _number(delta, x), of, saturate=True)


def adjust_contrast(images: Any, contrast_factor: Any) -> EagerTensor:
    """(x − mean)·contrast_factor + mean, with the mean of each channel of each image.

    No gradient is registered for this op, as in TensorFlow: asking for one is a LookupError.

    Shapes: (…, h, w, c). Dtypes: integer images are changed as floats in [0, 1], and clipped.

    >>> tf.image.adjust_contrast([[[1.0], [3.0]]], 2.0)[0, :, 0].numpy()
    array([0., 4.], dtype=float32)
    """
    x, of = _as_float(images)
    if len(x._value.shape) < 3:
        raise InvalidArgumentError(
            "input must be at least 3-D (height, width, channels), got "
            f"shape{list(x._value.shape)} [Op:AdjustContrastv2]"
        )
    y = color.adjust_contrast(x, _scalar(contrast_factor, x, "contrast_factor", "AdjustContrastv2"))
    return convert_image_dtype(y, of, saturate=True)


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> EagerTensor:
    """`image` with its hue turned by `delta` in [−1, 1], where 1 is the full circle.

    No gradient is registered for this op, as in TensorFlow: asking for one is a LookupError.

    Shapes: (…, 3), red, green, blue. Raises: InvalidArgumentError for other channels, ValueError
    for another delta.

    >>> tf.image.adjust_hue([[[1.0, 0.0, 0.0]]], 1 / 3).numpy().round(2).ravel()
    array([0., 1., 0.], dtype=float32)
    """
    x, of = _as_float(image)
    _check_colors(x, 3)
    turn = _scalar(delta, x, "delta", "AdjustHue")
    if np.any(np.abs(np.asarray(turn._value)) > 1):
        raise ValueError(f"delta must be in the interval [-1, 1], got {delta}")
    return convert_image_dtype(color.adjust_hue(x, turn), of)


def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> EagerTensor:
    """`image` with its saturation times `saturation_factor`, at most 1.

    No gradient is registered for this op, as in TensorFlow: asking for one is a LookupError.

    Shapes: (…, 3), red, green, blue. Raises: InvalidArgumentError for other channels.

    >>> tf.image.adjust_saturation([[[1.0, 0.5, 0.5]]], 0.5).numpy().ravel()
    array([1.  , 0.75, 0.75], dtype=float32)
    """
    x, of = _as_float(image)
    _check_colors(x, 3)
    factor = _scalar(saturation_factor, x, "scale", "AdjustSaturation")
    return convert_image_dtype(color.adjust_saturation(x, factor), of)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> EagerTensor:
    """gain · xᵞ, pixel by pixel.

    Dtypes: integer images are changed as floats in [0, 1], and clipped.
    Raises: ValueError for a gamma below 0 (InvalidArgumentError for such a tensor), or for several.

    >>> tf.image.adjust_gamma([[[0.5]]], gamma=2.0).numpy().ravel()
    array([0.25], dtype=float32)
    """
    x, of = _as_float(image)
    exponent = _number(gamma, x)
    if exponent._value.shape:
        raise ValueError(f"gamma is one number for all pixels, got {gamma!r}; use x ** gamma.")
    if np.any(np.asarray(exponent._value) < 0):
        error = InvalidArgumentError if is_tensor_like(gamma) else ValueError
        raise error(f"Gamma should be a non-negative real number, got {gamma}")
    y = power(x, exponent) * _number(gain, x)
    return convert_image_dtype(y, of, saturate=True)


def rgb_to_grayscale(images: Any, name: str | None = None) -> EagerTensor:
    """0.2989·red + 0.587·green + 0.114·blue.

    Shapes: (…, 3) to (…, 1). Dtypes: computed in float32; the result has that of `images`.
    Raises: InvalidArgumentError for other channels.

    >>> tf.image.rgb_to_grayscale([[[1.0, 0.0, 0.0]]]).numpy().ravel()
    array([0.2989], dtype=float32)
    """
    x, of = _as_float(images, ("float32",))
    _check_colors(x)
    shape = tuple(x._value.shape)
    flat = reshape(x, shape=(-1, 3)) if len(shape) != 2 else x
    gray = matmul(flat, convert(np.array([[0.2989], [0.587], [0.114]], np.float32)))
    return convert_image_dtype(reshape(gray, shape=(*shape[:-1], 1)), of)


def grayscale_to_rgb(images: Any, name: str | None = None) -> EagerTensor:
    """The one channel three times. Shapes: (…, 1) to (…, 3). Raises: ValueError for more channels.

    >>> tf.image.grayscale_to_rgb([[[0.5]]]).numpy().ravel()
    array([0.5, 0.5, 0.5], dtype=float32)
    """
    x = convert_operand(images)
    shape = tuple(x._value.shape)
    if not shape or shape[-1] != 1:
        raise ValueError(f"Last dimension of a grayscale image should be size 1, got {list(shape)}")
    return broadcast_to(x, shape=(*shape[:-1], 3))


def per_image_standardization(image: Any) -> EagerTensor:
    """(x − mean)/max(σ, 1/√N), with mean and standard deviation of each image of N numbers.

    Differentiable, also through mean and σ, and for an image of one colour, where σ = 0.

    Shapes: (…, h, w, c). Dtypes: the result is float32.
    Raises: ValueError for a rank below 3, or without pixels.

    >>> tf.image.per_image_standardization([[[1.0], [3.0]]]).numpy().ravel()
    array([-1.,  1.], dtype=float32)
    """
    x = convert_operand(image)
    if x.dtype.is_complex or x.dtype.name == "string":
        raise TypeError(f"an image holds real numbers, got {x.dtype!r}; use tf.math.real.")
    if x.dtype is not f32:
        x = cast(x, dtype="float32")
    count = int(np.prod(x._value.shape[-3:]))
    if len(x._value.shape) < 3 or not count:
        raise ValueError(
            "'image' must be at least 3-dimensional, (…, height, width, channels), and its inner 3 "
            f"dims must be > 0; got shape {list(x._value.shape)}"
        )
    mean = reduce_mean(x, axis=_IMAGE, keepdims=True)
    variance = reduce_mean(squared_difference(x, mean), axis=_IMAGE, keepdims=True)
    floor = convert(x._value.dtype.type(1 / count))  # under the root, whose slope at 0 is inf
    return (x - mean) / sqrt(maximum(variance, floor))


def _check_colors(x: EagerTensor, rank: int = 1) -> None:
    shape = x._value.shape
    if len(shape) < rank:
        raise InvalidArgumentError(
            f"input must be at least {rank}-D (h, w, channels), got shape {list(shape)}"
        )
    if not shape or shape[-1] != 3:
        raise InvalidArgumentError(
            "input must have 3 channels (red, green, blue) in its last axis, got shape "
            f"{list(shape)}"
        )
