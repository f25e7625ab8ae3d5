"""An array for a notebook: what it is, its range, a small picture, and its numbers.

Colours as in the page: warm above zero, cold below, stronger for what is larger; NaN and infinity
magenta, and counted in words. A small value is transparent, so one picture serves light and dark.
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from gradtape.display.markup import Markup, element
from gradtape.display.style import framed
from gradtape.formats import png

Array = np.ndarray[Any, Any]

_WARM, _COLD, _BROKEN = (226, 103, 38), (58, 124, 219), (214, 0, 143)
_MOST = 96  # cells of a picture along an axis
_WIDTH = 288  # of a picture, in pixels
_TILES = 16
_WHOLE = 16  # elements that are shown as numbers, without a picture


def shown(kind: str, value: Any, dtype: str, facts: list[str]) -> str:
    """The HTML of an array: `kind` as a title, its shape and type, and more facts about it."""
    array = np.asarray(value)
    shape = "×".join(map(str, array.shape)) or "scalar"
    head = element(
        "div",
        element("span", kind, class_="head"),
        element("span", " · ".join(["", shape, dtype, *facts]), class_="muted"),
    )
    text = element("pre", np.array2string(array, threshold=200, separator=", "))
    if array.size <= _WHOLE or array.dtype.kind not in "biufc":
        return framed(head, text)
    numbers = element("details", element("summary", "Numbers"), text)
    return framed(head, _range(array), *_picture(array), numbers)


def _range(array: Array) -> Markup:
    """Its least, mean and largest number, and how many are none."""
    if array.dtype.kind == "c":
        told = [element("span", "sizes of complex numbers", class_="muted")]
        array = np.abs(array)
    else:
        told = []
    if array.dtype.kind == "b":
        return element("div", f"{int(array.sum())} of {array.size} True", class_="muted")
    values = _wide(array)
    finite = values[np.isfinite(values)]
    if finite.size:
        mean = float((finite / finite.size).sum())
        words = f"min {finite.min():.4g} · mean {mean:.4g} · max {finite.max():.4g}"
        told.append(element("span", words, class_="muted"))
    for count, word in (
        (int(np.isnan(values).sum()), "NaN"),
        (int(np.isinf(values).sum()), "infinite"),
    ):
        if count:
            told.append(element("span", f"{count} of {array.size} {word}", class_="bad"))
    spaced = [part for one in told for part in (" · ", one)][1:]
    return element("div", *spaced)


def _wide(array: Array) -> Array:
    """The numbers as float64; of complex ones their sizes."""
    return np.asarray(np.abs(array) if array.dtype.kind == "c" else array, np.float64)


def _picture(array: Array) -> list[Markup]:
    """The picture and what is to be said of it; empty for an array of too many tiny parts."""
    image = _as_image(array)
    if image is not None:
        pixels, note = image, "as an image"
    else:
        plane, note = _plane(array)
        pixels = _coloured(_wide(plane))
    step = [-(-n // _MOST) for n in pixels.shape[:2]]
    pixels = pixels[:: step[0], :: step[1]]
    left = [f"1 of {n} {word}" for n, word in zip(step, ("rows", "columns"), strict=True) if n > 1]
    note = ", ".join([*filter(None, [note]), *left])
    height, width = pixels.shape[:2]
    by = max(1, _WIDTH // max(width, height, 18))
    data = base64.b64encode(png.encode(np.ascontiguousarray(pixels))).decode()
    shape = "×".join(map(str, array.shape))
    drawn = element(
        "img",
        src=f"data:image/png;base64,{data}",
        width=width * by,
        height=height * by,
        alt=f"picture of {shape} numbers",
    )
    return [drawn, element("div", note, class_="muted")] if note else [drawn]


def _as_image(array: Array) -> Array | None:
    """Pixels of what is meant to be seen: (h, w, 3 or 4) bytes, or floats from 0 to 1."""
    if array.ndim != 3 or array.shape[2] not in (3, 4) or min(array.shape[:2]) < 8:
        return None
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind != "f" or not np.isfinite(array).all():
        return None
    if array.min() < 0 or array.max() > 1:
        return None
    return np.asarray(np.round(array.astype(np.float64) * 255), np.uint8)


def _plane(array: Array) -> tuple[Array, str]:
    """The array in two dimensions: its last two axes, tiles side by side for the others."""
    if array.ndim == 1:
        return array[None, :].repeat(max(1, min(array.size, _MOST) // 12), axis=0), ""
    if array.ndim == 2:
        return array, ""
    tiles = array.reshape(-1, *array.shape[-2:])
    kept = tiles[:_TILES]
    height, width = kept.shape[1:]
    across = max(1, int(np.ceil(np.sqrt(len(kept) * height / width))))
    down = -(-len(kept) // across)
    plane = np.zeros((down * (height + 1) - 1, across * (width + 1) - 1), kept.dtype)
    for k, tile in enumerate(kept):
        top, left = (k // across) * (height + 1), (k % across) * (width + 1)
        plane[top : top + height, left : left + width] = tile
    some = f"the first {len(kept)} of " if len(kept) < len(tiles) else ""
    return plane, f"{some}{len(tiles)} matrices"


def _coloured(values: Array) -> Array:
    finite = np.isfinite(values)
    sizes = np.where(finite, np.abs(values), 0.0)
    largest = sizes.max(initial=0.0)
    strength = np.sqrt(sizes / largest) if largest > 0 else sizes
    pixels = np.zeros((*values.shape, 4), np.uint8)
    pixels[..., :3] = np.where((values < 0)[..., None], _COLD, _WARM)
    pixels[..., 3] = np.round(255 * strength)
    pixels[~finite] = (*_BROKEN, 255)
    return pixels
