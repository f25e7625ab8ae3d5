"""Images of Pillow as arrays, and arrays as images: Pillow is loaded when one comes.

gradtape does not require it: where it is missing, the error says how to get it.
"""

from __future__ import annotations

import io
import os
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config

_METHODS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")


def load_img(
    path: Any,
    color_mode: str = "rgb",
    target_size: Any = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """The image of a file, as Pillow has it; `img_to_array` gives its pixels.

    `color_mode`: "rgb", "rgba" or "grayscale". `target_size` (height, width): resized by
    `interpolation` ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos"), of the middle
    with that ratio alone where `keep_aspect_ratio` is set.

    Raises: ImportError without Pillow; ValueError for another mode or method.
    """
    if not isinstance(path, (str, bytes, os.PathLike, io.BytesIO)):
        raise TypeError(f"path should be path-like or io.BytesIO, not {type(path)}")
    data = (
        path if isinstance(path, io.BytesIO) else io.BytesIO(Path(os.fsdecode(path)).read_bytes())
    )
    image = _in_mode(_pillow().open(data), color_mode)
    if target_size is None:
        return image
    size = (target_size[1], target_size[0])
    if image.size == size:
        return image
    if interpolation not in _METHODS:
        raise ValueError(
            f"Invalid interpolation method {interpolation} specified. Supported methods are "
            f"{', '.join(_METHODS)}"
        )
    method = getattr(_pillow().Resampling, interpolation.upper())
    box = _middle(image.size, size) if keep_aspect_ratio else None
    return image.resize(size, method, box=box)


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> Any:
    """The pixels of an image of Pillow: an array (height, width, channels) of `floatx()`.

    Channels come first where `data_format`, or the chosen one, says so.

    >>> img_to_array(np.zeros([2, 3], np.uint8)).shape
    (2, 3, 1)
    """
    pixels = np.asarray(img, tf.as_dtype(dtype or config.floatx()).as_numpy_dtype)
    if pixels.ndim not in (2, 3):
        raise ValueError(f"Unsupported image shape: {pixels.shape}")
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    first = config.standardize_data_format(data_format) == "channels_first"
    return pixels.transpose(2, 0, 1) if first else pixels


def array_to_img(
    x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None
) -> Any:
    """An image of Pillow of pixels (height, width, 1, 3 or 4 channels).

    With `scale` the smallest number becomes 0 and the largest 255.

    Raises: ImportError without Pillow; ValueError for another shape.
    """
    first = config.standardize_data_format(data_format) == "channels_first"
    pixels = np.asarray(x, tf.as_dtype(dtype or config.floatx()).as_numpy_dtype)
    if pixels.ndim != 3:
        raise ValueError(
            "Expected image array to have rank 3 (single image). "
            f"Got array with shape: {pixels.shape}"
        )
    if first:
        pixels = pixels.transpose(1, 2, 0)
    if pixels.shape[2] not in (1, 3, 4):
        raise ValueError(f"Unsupported channel number: {pixels.shape[2]}")
    if scale:
        pixels = pixels - np.min(pixels)
        largest = np.max(pixels)
        pixels = (pixels / largest if largest else pixels) * 255
    if pixels.shape[2] > 1:
        return _pillow().fromarray(pixels.astype("uint8"))
    return _pillow().fromarray(pixels[:, :, 0].astype("int32" if np.max(pixels) > 255 else "uint8"))


def save_img(
    path: Any,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Write pixels as an image file; the format is that of the name's end, or `file_format`.

    `scale` as in `array_to_img`; `kwargs` go to Pillow. A JPEG file of four channels loses the
    last, with a warning.

    Raises: as `array_to_img`.
    """
    if file_format is None and isinstance(path, (str, os.PathLike)):
        file_format = Path(path).suffix[1:].lower()
    if file_format and file_format.lower() == "jpg":
        file_format = "jpeg"
    image = array_to_img(x, data_format, scale)
    if image.mode == "RGBA" and file_format == "jpeg":
        warnings.warn(
            "The JPEG format does not support RGBA images, converting to RGB.", stacklevel=2
        )
        image = image.convert("RGB")
    image.save(path, format=file_format, **kwargs)


def _pillow() -> Any:
    try:
        return import_module("PIL.Image")
    except ImportError:
        raise ImportError(
            "Images are read and written through Pillow, which is not installed here: "
            'pip install "gradtape[image]" (or pillow).'
        ) from None


def _in_mode(image: Any, color_mode: str) -> Any:
    modes = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
    if color_mode not in modes:
        raise ValueError('color_mode must be "grayscale", "rgb", or "rgba"')
    if color_mode == "grayscale" and image.mode in ("I;16", "I"):
        return image  # grey already, of more than 8 bits
    return image if image.mode == modes[color_mode] else image.convert(modes[color_mode])


def _middle(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int, int, int]:
    """The largest box in the middle with the ratio of `target`."""
    (width, height), (wide, high) = size, target
    h, w = min(height, width * high // wide), min(width, height * wide // high)
    top, left = (height - h) // 2, (width - w) // 2
    return left, top, left + w, top + h
