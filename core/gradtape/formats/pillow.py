"""JPEG and GIF images, through Pillow, which is loaded when such an image comes.

gradtape does not require it: where it is missing, the error says how to get it.
"""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any

import numpy as np

from gradtape.errors import InvalidArgumentError, UnimplementedError

Array = np.ndarray[Any, Any]

_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def _pillow(what: str) -> Any:
    try:
        return import_module("PIL.Image")
    except ImportError:
        raise UnimplementedError(
            f"{what} images are read and written through Pillow, which is not installed here: "
            'pip install "gradtape[image]" (or pillow). PNG and BMP images need nothing.'
        ) from None


def _opened(data: bytes, what: str) -> Any:
    pillow = _pillow(what)
    try:
        image = pillow.open(io.BytesIO(data))
        image.load()
    except Exception as error:
        raise InvalidArgumentError(
            None, None, f"Invalid {what} data or crop window, data size {len(data)}: {error}"
        ) from error
    return image


def decode(data: bytes, what: str, channels: int, ratio: int = 1) -> Array:
    """The pixels of an image, (h, w, channels); 0 channels: as many as it has."""
    image = _opened(data, what)
    if ratio != 1:
        image = _pillow(what).open(io.BytesIO(data))
        image.draft(image.mode, (max(image.width // ratio, 1), max(image.height // ratio, 1)))
        image.load()
    if not channels:
        channels = {"L": 1, "RGBA": 4, "1": 1}.get(image.mode, 3)
    mode = _MODES[channels]
    pixels = np.array(image if image.mode == mode else image.convert(mode))
    return pixels.reshape(*pixels.shape[:2], channels)


def decode_frames(data: bytes) -> Array:
    """The pictures of a GIF image, (n, h, w, 3)."""
    image = _opened(data, "GIF")
    frames = []
    for k in range(getattr(image, "n_frames", 1)):
        image.seek(k)
        frames.append(np.array(image.convert("RGB")))
    return np.stack(frames)


def shape(data: bytes, what: str) -> tuple[int, int, int]:
    """Height, width and channels."""
    image = _opened(data, what)
    return image.height, image.width, len(image.getbands())


def encode_jpeg(image: Array, **options: Any) -> bytes:
    """A JPEG file of an image (h, w, 1 or 3 channels) of uint8."""
    pillow = _pillow("JPEG")
    out = io.BytesIO()
    plain = image[..., 0] if image.shape[-1] == 1 else image
    pillow.fromarray(plain).save(out, "JPEG", **options)
    return out.getvalue()
