"""`tf.io.decode_image` and its kin: the bytes of image files as pixels, and back.

PNG and BMP are read and written by gradtape itself; JPEG and GIF through Pillow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.formats import bmp, pillow, png
from gradtape.functions.image.adjusting import convert_image_dtype
from gradtape.io.files import bytes_of
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap

_JPEG, _GIF = b"\xff\xd8\xff", (b"GIF87a", b"GIF89a")

Array = np.ndarray[Any, Any]


def _checked_channels(channels: Any, allowed: tuple[int, ...], what: str) -> int:
    count = int(channels or 0)
    if count not in allowed:
        raise InvalidArgumentError(
            None, None, f"channels must be one of {allowed} for {what}, got {channels}"
        )
    return count


def _png_pixels(data: bytes, channels: int) -> Array:
    if png.is_interlaced(data):
        return pillow.decode(data, "PNG", channels)
    return _with_channels(png.decode(data), channels)


def _with_channels(image: Array, channels: int) -> Array:
    """Grey from colours, colours from grey, with or without alpha, in 8 or 16 bits."""
    have = image.shape[-1]
    if channels in (0, have):
        return image
    color, top = image[..., : 3 if have > 2 else 1], np.iinfo(image.dtype).max
    alpha = image[..., -1:] if have in (2, 4) else np.full_like(image[..., :1], top)
    if channels < 3 and color.shape[-1] == 3:
        # libpng's weights of red, green and blue, 0.299, 0.587 and 0.114 in units of 1/32768
        mixed = color.astype(np.int64) @ np.array([9797, 19234, 3737]) + (
            0 if image.dtype == np.uint8 else 16384
        )
        color = (mixed >> 15).astype(image.dtype)[..., None]
    elif channels >= 3 and color.shape[-1] == 1:
        color = np.repeat(color, 3, axis=-1)
    return np.concatenate([color, alpha], axis=-1) if channels in (2, 4) else color


def decode_png(
    contents: Any, channels: int = 0, dtype: Any = "uint8", name: str | None = None
) -> EagerTensor:
    """The pixels of a PNG file, (h, w, channels); 0 channels: as many as the file has.

    Dtypes: uint8 or uint16. Interlaced files need Pillow.
    Raises: InvalidArgumentError for what is no PNG file.

    >>> image = tf.constant([[[0], [255]]], tf.uint8)
    >>> tf.io.decode_png(tf.io.encode_png(image)).numpy().tolist()
    [[[0], [255]]]
    """
    wanted = as_dtype(dtype)
    if wanted.name not in ("uint8", "uint16"):
        raise TypeError(f"decode_png gives uint8 or uint16, not {wanted.name}")
    count = _checked_channels(channels, (0, 1, 2, 3, 4), "PNG")
    return wrap(_as_depth(_png_pixels(bytes_of(contents), count), wanted.numpy))


def _as_depth(image: Array, dtype: Any) -> Array:
    if image.dtype == dtype:
        return np.ascontiguousarray(image)
    if dtype == np.uint16:
        return image.astype(np.uint16) * np.uint16(257)
    return (image >> 8).astype(np.uint8)


def encode_png(image: Any, compression: int = -1, name: str | None = None) -> EagerTensor:
    """A PNG file of an image (h, w, 1 to 4 channels) of uint8 or uint16; (…, h, w, c) several.

    Raises: InvalidArgumentError for another shape, TypeError for another dtype.
    """
    x = convert_operand(image)
    pixels = np.asarray(x._value)
    if x.dtype.name not in ("uint8", "uint16"):
        raise TypeError(
            f"encode_png takes uint8 or uint16, not {x.dtype.name}: "
            "tf.image.convert_image_dtype(image, tf.uint8) makes it so"
        )
    if pixels.ndim < 3 or not 1 <= pixels.shape[-1] <= 4:
        raise InvalidArgumentError(
            None,
            None,
            f"image must be of shape (height, width, 1 to 4 channels), got {list(pixels.shape)}",
        )
    if not -1 <= int(compression) <= 9:
        raise InvalidArgumentError(
            None, None, f"compression should be in [-1,9], got {compression}"
        )
    out = np.empty(pixels.shape[:-3], object)
    for at in np.ndindex(out.shape):
        out[at] = png.encode(pixels[at], int(compression))
    return convert(out) if out.ndim else convert(out.item())


def decode_jpeg(
    contents: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> EagerTensor:
    """The pixels of a JPEG file, (h, w, channels), uint8; through Pillow, the decoder of libjpeg.

    `ratio` 2, 4 or 8 gives a smaller image quickly. Values may differ from TensorFlow's by a few
    units, as those of two builds of libjpeg do.

    Raises: UnimplementedError without Pillow, InvalidArgumentError for what is no JPEG file.
    """
    count = _checked_channels(channels, (0, 1, 3), "JPEG")
    if ratio not in (1, 2, 4, 8):
        raise InvalidArgumentError(None, None, f"ratio must be 1, 2, 4, or 8, got {ratio}")
    return wrap(pillow.decode(bytes_of(contents), "JPEG", count, ratio))


def decode_and_crop_jpeg(
    contents: Any, crop_window: Any, channels: int = 0, ratio: int = 1, **options: Any
) -> EagerTensor:
    """The part of a JPEG image that begins at y, x and has a height and width."""
    top, left, height, width = (int(n) for n in np.asarray(convert(crop_window)._value))
    image = np.asarray(decode_jpeg(contents, channels, ratio)._value)
    if top < 0 or left < 0 or top + height > image.shape[0] or left + width > image.shape[1]:
        raise InvalidArgumentError(
            None, None, "Invalid JPEG data or crop window: the window lies outside of the image"
        )
    return wrap(np.ascontiguousarray(image[top : top + height, left : left + width]))


def encode_jpeg(
    image: Any,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str = "",
    name: str | None = None,
) -> EagerTensor:
    """A JPEG file of an image (h, w, 1 or 3 channels) of uint8, through Pillow.

    Raises: UnimplementedError without Pillow.
    """
    x = convert_operand(image)
    pixels = np.asarray(x._value)
    if x.dtype.name != "uint8" or pixels.ndim != 3 or pixels.shape[-1] not in (1, 3):
        raise InvalidArgumentError(
            None,
            None,
            "image must be uint8 of shape (height, width, 1 or 3 channels), got "
            f"{x.dtype.name} of {list(pixels.shape)}",
        )
    if not 0 <= quality <= 100:
        raise InvalidArgumentError(None, None, f"quality must be in [0,100], got {quality}")
    return convert(
        pillow.encode_jpeg(
            pixels,
            quality=int(quality),
            progressive=progressive,
            optimize=optimize_size,
            subsampling=2 if chroma_downsampling else 0,
            dpi=(x_density, y_density),
        )
    )


def adjust_jpeg_quality(image: Any, jpeg_quality: Any, dct_method: str = "") -> EagerTensor:
    """The image after it was written as JPEG of this quality and read again."""
    x = convert_operand(image)
    whole = convert_image_dtype(x, "uint8", saturate=True)
    quality = int(np.asarray(convert(jpeg_quality)._value))
    again = decode_jpeg(encode_jpeg(whole, quality=quality), channels=int(whole._value.shape[-1]))
    return convert_image_dtype(again, x.dtype, saturate=True)


def decode_gif(contents: Any, name: str | None = None) -> EagerTensor:
    """The pictures of a GIF file, (n, h, w, 3), uint8; through Pillow."""
    return wrap(pillow.decode_frames(bytes_of(contents)))


def decode_bmp(contents: Any, channels: int = 0, name: str | None = None) -> EagerTensor:
    """The pixels of a BMP file, (h, w, channels), uint8.

    Raises: InvalidArgumentError for another number of channels than the file has.
    """
    count = _checked_channels(channels, (0, 1, 3, 4), "BMP")
    pixels = bmp.decode(bytes_of(contents))
    if count not in (0, pixels.shape[-1]):
        raise InvalidArgumentError(
            None,
            None,
            f"channels attribute {count} does not match bits per pixel from file "
            f"{8 * pixels.shape[-1]}",
        )
    return wrap(pixels)


def decode_image(
    contents: Any,
    channels: int | None = None,
    dtype: Any = "uint8",
    name: str | None = None,
    expand_animations: bool = True,
) -> EagerTensor:
    """The pixels of a PNG, JPEG, GIF or BMP file, whichever it is, as any dtype.

    (h, w, channels), a GIF (n, h, w, 3); with `expand_animations=False` its first picture.

    Raises: InvalidArgumentError for another kind of file.
    """
    data, wanted, count = bytes_of(contents), as_dtype(dtype), int(channels or 0)
    if data.startswith(png.SIGNATURE):
        depth = "uint16" if wanted.name == "uint16" else "uint8"
        return convert_image_dtype(decode_png(data, count, depth), wanted)
    if data.startswith(_JPEG):
        return convert_image_dtype(decode_jpeg(data, count), wanted)
    if data.startswith(_GIF):
        if count in (1, 4):
            raise InvalidArgumentError(None, None, "channels must be 0 or 3 for GIF")
        frames = decode_gif(data)
        return convert_image_dtype(frames if expand_animations else frames[0], wanted)
    if data.startswith(bmp.SIGNATURE):
        return convert_image_dtype(decode_bmp(data, count), wanted)
    raise InvalidArgumentError(
        None,
        None,
        "Unknown image file format. One of JPEG, PNG, GIF, BMP required. [Op:DecodeImage]",
    )


def is_jpeg(contents: Any, name: str | None = None) -> EagerTensor:
    """Whether this begins as a JPEG file does."""
    return convert(bytes_of(contents).startswith(_JPEG))


def extract_jpeg_shape(
    contents: Any, output_type: Any = "int32", name: str | None = None
) -> EagerTensor:
    """Height, width and channels of a JPEG file."""
    return convert(pillow.shape(bytes_of(contents), "JPEG"), as_dtype(output_type))
