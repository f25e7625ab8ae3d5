"""BMP images without compression: 8, 24 or 32 bits a pixel, rows from below or from above.

Source: Microsoft, "Bitmap Storage".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.errors import InvalidArgumentError

SIGNATURE = b"BM"


def decode(data: bytes) -> np.ndarray[Any, Any]:
    """The pixels, (h, w, channels), uint8: 1, 3 or 4 channels in the order red, green, blue, alpha.

    Raises: InvalidArgumentError for what is no such image.
    """

    def number(at: int, size: int = 4) -> int:
        return int.from_bytes(data[at : at + size], "little", signed=True)

    if not data.startswith(SIGNATURE) or len(data) < 54:
        raise InvalidArgumentError(None, None, "Incomplete bmp content, or no BMP image at all")
    begin, width, height, bits = number(10), number(18), number(22), number(28, 2)
    if bits not in (8, 24, 32):
        raise InvalidArgumentError(
            None, None, f"Number of channels inferred from {bits} bits must be 1, 3 or 4"
        )
    channels = bits // 8
    row = (width * channels + 3) // 4 * 4
    if width <= 0 or not height or len(data) < begin + row * abs(height) - (row - width * channels):
        raise InvalidArgumentError(None, None, "Incomplete bmp content")
    whole = data[begin : begin + row * abs(height)].ljust(row * abs(height), b"\0")
    pixels = np.frombuffer(whole, np.uint8).reshape(abs(height), row)[:, : width * channels]
    image = pixels.reshape(abs(height), width, channels)
    if height > 0:
        image = image[::-1]
    if channels == 1:
        return np.ascontiguousarray(image)
    return np.ascontiguousarray(image[..., [2, 1, 0, 3][:channels]])
