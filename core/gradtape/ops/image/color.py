"""Contrast, hue and saturation: as in TensorFlow, these have no gradient (LookupError)."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.declaration import unregistered
from gradtape.ops.nn.windows import Array

_FLOAT = frozenset("f")


@unregistered("AdjustContrastv2", allowed=_FLOAT)
def adjust_contrast(images: Any, factor: Any) -> Any:
    """(x − mean)·factor + mean, with the mean of each channel of each image."""
    mean = np.mean(images, axis=(-3, -2), keepdims=True, dtype=images.dtype)
    return ((images - mean) * factor + mean).astype(images.dtype)


@unregistered("AdjustHue", allowed=_FLOAT)
def adjust_hue(images: Any, delta: Any) -> Any:
    """The hue turned by `delta`, where 1 is the full circle; value and chroma stay.

    In TensorFlow's steps, since an image of integers shows each rounding: the sixth of the circle,
    and how far the middle channel lies between the other two.
    """
    red, green, blue = np.moveaxis(images, -1, 0)
    high, low = images.max(axis=-1), images.min(axis=-1)
    sixth = np.where(
        red < green,
        np.where(blue < red, 1, np.where(blue > green, 3, 2)),
        np.where(blue < green, 0, np.where(blue > red, 4, 5)),
    )
    middle = np.choose(sixth % 3, (green, red, blue))
    colored = high != low
    part = np.divide(middle - low, high - low, out=np.zeros_like(high), where=colored)
    hue = np.where(colored, sixth.astype(high.dtype) + np.where(sixth % 2, 1 - part, part), 0)
    hue = hue + delta * 6
    hue = np.where(hue < 0, hue + 6, hue)
    for _ in range(2):  # red lies at 6, and a full turn further at 12
        hue = np.where(hue >= 6, hue - 6, hue)
    sixth = np.floor(np.nan_to_num(hue)).astype(int)
    part = hue - sixth
    middle = low + np.where(sixth % 2, 1 - part, part) * (high - low)
    parts = (
        np.choose(sixth, (high, middle, low, low, middle, high)),
        np.choose(sixth, (middle, high, high, middle, low, low)),
        np.choose(sixth, (low, low, middle, high, high, middle)),
    )
    return np.stack(parts, axis=-1).astype(images.dtype)


@unregistered("AdjustSaturation", allowed=_FLOAT)
def adjust_saturation(images: Any, scale: Any) -> Any:
    """The saturation (1 − lowest/highest channel) times `scale`, at most 1; hue and value stay."""
    high, low = images.max(axis=-1), images.min(axis=-1)
    chroma = high - low
    saturation = np.divide(chroma, high, out=np.zeros_like(high), where=high > 0)
    changed = np.clip(saturation * scale, 0, 1) * high
    return _from_hue(_hue(images, high, chroma), high, changed).astype(images.dtype)


def _hue(images: Array, high: Array, chroma: Array) -> Array:
    """The hue in [0, 6): red 0, green 2, blue 4; 0 for grey."""
    red, green, blue = np.moveaxis(images, -1, 0)
    safe = np.where(chroma > 0, chroma, 1)
    hue = np.where(
        red == high,
        (green - blue) / safe % 6,
        np.where(green == high, (blue - red) / safe + 2, (red - green) / safe + 4),
    )
    return np.where(chroma > 0, hue, 0)


def _from_hue(hue: Array, high: Array, chroma: Array) -> Array:
    """Each channel falls from `high` by `chroma` as the hue moves away from it."""
    parts = []
    for turn in (5, 3, 1):
        k = (turn + hue) % 6
        parts.append(high - chroma * np.clip(np.minimum(k, 4 - k), 0, 1))
    return np.stack(parts, axis=-1)
