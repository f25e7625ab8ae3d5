"""`tf.image.random_…` and `stateless_random_…`: images changed by a draw of TensorFlow's numbers.

The first kind follows `tf.random.set_seed` and `seed=`; the second depends on its seed, a pair of
integers, alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import float32, int32
from gradtape.functions.array.selection import slice as slice_of
from gradtape.functions.image.adjusting import (
    adjust_brightness,
    adjust_contrast,
    adjust_hue,
    adjust_saturation,
)
from gradtape.functions.image.resizing import flip_left_right, flip_up_down
from gradtape.ops.math.complex_numbers import cast
from gradtape.random.stateful import uniform
from gradtape.random.stateless import stateless_uniform
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor

Draw = Callable[..., Any]


def _follows(seed: Any) -> Draw:
    """Draws that follow the global seed."""

    def draw(shape: Any, minval: Any, maxval: Any, dtype: Any = float32) -> EagerTensor:
        return uniform(shape, minval, maxval, dtype, seed)

    return draw


def _alone(seed: Any) -> Draw:
    """Draws that depend on their seed alone."""

    def draw(shape: Any, minval: Any, maxval: Any, dtype: Any = float32) -> EagerTensor:
        return stateless_uniform(shape, seed, minval, maxval, dtype)

    return draw


def _flipped(image: Any, draw: Draw, flip: Callable[[Any], EagerTensor]) -> EagerTensor:
    x = convert_operand(image)
    shape = tuple(x._value.shape)
    if len(shape) == 3:
        return flip(x) if float(draw([], 0, 1.0)) < 0.5 else x
    if len(shape) != 4:
        raise ValueError(f"'image' must have either 3 or 4 dimensions, got shape {list(shape)}")
    chosen = np.round(np.asarray(draw([shape[0]], 0, 1.0)._value)).reshape(-1, 1, 1, 1)
    flips = convert(chosen.astype(np.float32))
    flips = cast(flips, dtype=x._value.dtype)
    return flips * flip(x) + (1 - flips) * x


def random_flip_left_right(image: Any, seed: Any = None) -> EagerTensor:
    """The image, or each of several, mirrored from left to right with a probability of ½.

    Shapes: (h, w, c) or (n, h, w, c). Raises: ValueError for another rank.
    """
    return _flipped(image, _follows(seed), flip_left_right)


def random_flip_up_down(image: Any, seed: Any = None) -> EagerTensor:
    """The image, or each of several, upside down with a probability of ½."""
    return _flipped(image, _follows(seed), flip_up_down)


def stateless_random_flip_left_right(image: Any, seed: Any) -> EagerTensor:
    """As `random_flip_left_right`, by its seed alone."""
    return _flipped(image, _alone(seed), flip_left_right)


def stateless_random_flip_up_down(image: Any, seed: Any) -> EagerTensor:
    """As `random_flip_up_down`, by its seed alone."""
    return _flipped(image, _alone(seed), flip_up_down)


def _symmetric(limit: Any, what: str) -> float:
    if limit < 0:
        raise ValueError(f"{what} must be non-negative.")
    return float(limit)


def _span(lower: Any, upper: Any) -> tuple[float, float]:
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")
    return float(lower), float(upper)


def random_brightness(image: Any, max_delta: Any, seed: Any = None) -> EagerTensor:
    """`adjust_brightness` by a number of [−max_delta, max_delta).

    Raises: ValueError for a negative max_delta.
    """
    most = _symmetric(max_delta, "max_delta")
    return adjust_brightness(image, _follows(seed)([], -most, most))


def stateless_random_brightness(image: Any, max_delta: Any, seed: Any) -> EagerTensor:
    """As `random_brightness`, by its seed alone.

    >>> image = tf.zeros([1, 1, 1])
    >>> tf.image.stateless_random_brightness(image, 0.5, seed=(1, 2)).numpy().ravel()
    array([0.34406042], dtype=float32)
    """
    most = _symmetric(max_delta, "max_delta")
    return adjust_brightness(image, _alone(seed)([], -most, most))


def random_contrast(image: Any, lower: Any, upper: Any, seed: Any = None) -> EagerTensor:
    """`adjust_contrast` by a number of [lower, upper).

    Raises: ValueError where not 0 ≤ lower < upper.
    """
    return adjust_contrast(image, _follows(seed)([], *_span(lower, upper)))


def stateless_random_contrast(image: Any, lower: Any, upper: Any, seed: Any) -> EagerTensor:
    """As `random_contrast`, by its seed alone."""
    return adjust_contrast(image, _alone(seed)([], *_span(lower, upper)))


def random_saturation(image: Any, lower: Any, upper: Any, seed: Any = None) -> EagerTensor:
    """`adjust_saturation` by a number of [lower, upper).

    Raises: ValueError where not 0 ≤ lower < upper.
    """
    return adjust_saturation(image, _follows(seed)([], *_span(lower, upper)))


def stateless_random_saturation(image: Any, lower: Any, upper: Any, seed: Any) -> EagerTensor:
    """As `random_saturation`, by its seed alone."""
    return adjust_saturation(image, _alone(seed)([], *_span(lower, upper)))


def _hue(max_delta: Any) -> float:
    if not 0 <= max_delta <= 0.5:
        raise ValueError("max_delta must be <= 0.5 and non-negative.")
    return float(max_delta)


def random_hue(image: Any, max_delta: Any, seed: Any = None) -> EagerTensor:
    """`adjust_hue` by a number of [−max_delta, max_delta).

    Raises: ValueError for a max_delta outside [0, ½].
    """
    most = _hue(max_delta)
    return adjust_hue(image, _follows(seed)([], -most, most))


def stateless_random_hue(image: Any, max_delta: Any, seed: Any) -> EagerTensor:
    """As `random_hue`, by its seed alone."""
    most = _hue(max_delta)
    return adjust_hue(image, _alone(seed)([], -most, most))


def _cropped(value: Any, size: Any, draw: Draw) -> EagerTensor:
    x = convert_operand(value)
    wanted = np.asarray(convert(size, int32)._value)
    have = np.array(x._value.shape)
    if wanted.shape != have.shape or (wanted > have).any():
        raise ValueError(
            f"Need value.shape >= size, got {have.tolist()} and {wanted.tolist()}: the size has a "
            "number for each axis."
        )
    top = np.iinfo(np.int32).max
    start = np.asarray(draw([len(have)], 0, int(top), int32)._value)
    return slice_of(x, start % (have - wanted + 1), wanted)


def random_crop(value: Any, size: Any, seed: Any = None, name: str | None = None) -> EagerTensor:
    """A part of `value` of this size, a number for each axis, anywhere in it.

    Raises: ValueError for a size that does not fit.
    """
    return _cropped(value, size, _follows(seed))


def stateless_random_crop(value: Any, size: Any, seed: Any, name: str | None = None) -> EagerTensor:
    """As `random_crop`, by its seed alone."""
    return _cropped(value, size, _alone(seed))
