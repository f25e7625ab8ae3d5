"""Images under affine maps: what stands at each place comes from another, between four pixels.

Source: TensorFlow's ImageProjectiveTransformV3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf

FILLS = ("reflect", "wrap", "constant", "nearest")
METHODS = ("nearest", "bilinear")


def warped(images: Any, matrices: Any, method: str, fill: str, value: float) -> Any:
    """Images (batch, height, width, channels) by matrices (batch, 8).

    The pixel at (x, y) is that at ((a₀x + a₁y + a₂) / k, (b₀x + b₁y + b₂) / k), where
    k = c₀x + c₁y + 1. Derivative: for the images alone.
    """
    m = np.asarray(tf.cast(matrices, tf.float32))[:, :, None, None]
    batch, height, width = (int(n) for n in images.shape[:3])
    y, x = np.mgrid[:height, :width].astype(np.float32)
    k = m[:, 6] * x + m[:, 7] * y + np.float32(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y = (m[:, 0] * x + m[:, 1] * y + m[:, 2]) / k, (m[:, 3] * x + m[:, 4] * y + m[:, 5]) / k
    x, y = _placed(x, width, fill), _placed(y, height, fill)
    number = np.arange(batch)[:, None, None]
    filler = tf.constant(value, images.dtype)

    def read(rows: Any, columns: Any) -> Any:
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        at = [
            np.broadcast_to(number, rows.shape),
            np.where(inside, rows, 0).astype(np.int64),
            np.where(inside, columns, 0).astype(np.int64),
        ]
        found = tf.gather_nd(images, np.stack(at, axis=-1))
        return found if inside.all() else tf.where(inside[..., None], found, filler)

    if method == "nearest":
        return read(_rounded(y), _rounded(x))
    top, left = np.floor(y), np.floor(x)
    bottom, right = top + 1, left + 1
    shares = [share[..., None] for share in (right - x, x - left, bottom - y, y - top)]
    to_left, to_right, up, down = (tf.constant(s.astype(np.float32)) for s in shares)
    if images.dtype != tf.float32:
        to_left, to_right, up, down = (
            tf.cast(share, images.dtype) for share in (to_left, to_right, up, down)
        )
    above = to_left * read(top, left) + to_right * read(top, right)
    below = to_left * read(bottom, left) + to_right * read(bottom, right)
    return up * above + down * below


def _rounded(places: Any) -> Any:
    """Halves go away from zero, as in C's round."""
    return np.where(places < 0, np.ceil(places - 0.5), np.floor(places + 0.5))


def _placed(places: Any, size: int, fill: str) -> Any:
    """Places outside brought into the image, as `fill` says."""
    one = np.float32(1)
    if fill == "nearest":
        return np.clip(places, 0, size - one)
    if fill == "constant" or not places.size:
        return places
    if fill == "wrap":
        if size <= 1:
            return np.zeros_like(places)
        turns = np.trunc(np.where(places < 0, -places, places) / np.float32(size - 1))
        below = places + np.float32(size) * (turns + one)
        above = places - np.float32(size) * turns
        inside = (places >= 0) & (places <= size - 1)
        return np.clip(np.where(inside, places, np.where(places < 0, below, above)), 0, size - one)
    if size <= 1:
        return np.zeros_like(places)
    double = np.float32(2 * size)
    low = places + double * np.trunc(-places / double)
    low = np.where(low < -size, low + double, -low - one)
    high = places - double * np.trunc(places / double)
    high = np.where(high >= size, double - high - one, high)
    inside = (places >= 0) & (places <= size - 1)
    found = np.where(inside, places, np.where(places < 0, low, high))
    return np.clip(found, 0, size - one)
