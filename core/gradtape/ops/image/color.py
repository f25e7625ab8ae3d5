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
    """The hue turned by `delta`, where 1 is the full circle; value and chroma stay."""
    high, low = images.max(axis=-1), images.min(axis=-1)
    hue = (_hue(images, high, high - low) + 6 * delta) % 6
    return _from_hue(hue, high, high - low).astype(images.dtype)


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
