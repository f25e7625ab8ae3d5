"""PNG images, read and written by their definition: chunks, zlib, and a filter for each row.

All kinds without interlacing: grey, colours, palettes, with or without alpha, 1 to 16 bits.
Source: Portable Network Graphics Specification (W3C), §§ 5, 7, 9.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from gradtape.errors import InvalidArgumentError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type

Array = np.ndarray[Any, Any]


def _bad(why: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, f"Invalid PNG data: {why}")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        check = data[at + 8 + size : at + 12 + size]
        if len(check) < 4:
            raise _bad("it is cut off")
        if zlib.crc32(kind + body) != int.from_bytes(check, "big"):
            raise _bad(f"the checksum of {kind!r} is wrong")
        yield kind, body
        at += size + 12


def is_interlaced(data: bytes) -> bool:
    """Whether this is a PNG image whose rows come in several passes."""
    return data.startswith(SIGNATURE) and data[28:29] == b"\x01"


def decode(data: bytes) -> Array:
    """The pixels, (h, w, channels), uint8 or uint16; palettes are looked up.

    Raises: InvalidArgumentError for what is no whole PNG image, or is interlaced.
    """
    if not data.startswith(SIGNATURE):
        raise _bad("no signature")
    header, palette, alpha, packed = b"", b"", b"", []
    for kind, body in _chunks(data):
        if kind == b"IHDR":
            header = body
        elif kind == b"PLTE":
            palette = body
        elif kind == b"tRNS":
            alpha = body
        elif kind == b"IDAT":
            packed.append(body)
    if len(header) != 13:
        raise _bad("no header")
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, color, interlaced = header[8], header[9], header[12]
    if color not in _CHANNELS or depth not in (1, 2, 4, 8, 16):
        raise _bad(f"colour type {color} of {depth} bits")
    if interlaced:
        raise _bad("it is interlaced, which needs Pillow (pip install pillow)")
    channels = _CHANNELS[color]
    row_bytes = (width * channels * depth + 7) // 8
    try:
        rows = zlib.decompress(b"".join(packed))
    except zlib.error as error:
        raise _bad(str(error)) from error
    if len(rows) < height * (row_bytes + 1):
        raise _bad("it is cut off")
    lines = np.frombuffer(rows, np.uint8, height * (row_bytes + 1)).reshape(height, -1)
    raw = _unfiltered(lines, max(channels * depth // 8, 1))
    samples = _samples(raw, depth, width * channels).reshape(height, width, channels)
    if color == 3:
        return _looked_up(samples[..., 0], palette, alpha)
    if depth < 8:
        samples = samples * np.uint8(255 // (2**depth - 1))
    return _with_alpha(samples, alpha, depth) if alpha and color in (0, 2) else samples


def _unfiltered(lines: Array, step: int) -> Array:
    """The rows as they were before each was filtered: a byte by its left and upper neighbours."""
    kinds, size = lines[:, 0], lines.shape[1] - 1
    wide = -(-size // step) * step
    out = np.zeros((len(lines) + 1, wide), np.uint8)
    out[1:, :size] = lines[:, 1:]
    above = out[0]
    for row, kind in zip(out[1:], kinds.tolist(), strict=True):
        if kind == 1:
            np.cumsum(row.reshape(-1, step), axis=0, dtype=np.uint8, out=row.reshape(-1, step))
        elif kind == 2:
            row += above
        elif kind in (3, 4):
            _by_neighbours(row, above, step, kind)
        elif kind:
            raise _bad(f"a row has filter {kind}")
        above = row
    return out[1:, :size]


def _by_neighbours(row: Array, above: Array, step: int, kind: int) -> None:
    """Filters 3 (the mean of left and up) and 4 (Paeth), which go on from byte to byte."""
    line, up = row.tolist(), above.tolist()
    for k in range(len(line)):
        left = line[k - step] if k >= step else 0
        if kind == 3:
            line[k] = line[k] + (left + up[k] >> 1) & 255
            continue
        b, corner = up[k], up[k - step] if k >= step else 0
        to_left, to_up = abs(b - corner), abs(left - corner)
        to_corner = abs(left + b - 2 * corner)
        near = left if to_left <= to_up and to_left <= to_corner else b
        line[k] = line[k] + (near if near == left or to_up <= to_corner else corner) & 255
    row[:] = line


def _samples(raw: Array, depth: int, count: int) -> Array:
    if depth == 16:
        return np.ascontiguousarray(raw).view(">u2").astype(np.uint16)
    if depth == 8:
        return raw
    bits = np.unpackbits(raw, axis=1).reshape(len(raw), -1, depth)
    weights = (1 << np.arange(depth - 1, -1, -1)).astype(np.uint8)
    found: Array = (bits * weights).sum(axis=2, dtype=np.uint8)[:, :count]
    return found


def _looked_up(numbers: Array, palette: bytes, alpha: bytes) -> Array:
    colors = np.frombuffer(palette, np.uint8).reshape(-1, 3)
    if numbers.size and int(numbers.max()) >= len(colors):
        raise _bad("a pixel lies outside of the palette")
    if alpha:
        opaque = np.full((len(colors), 1), 255, np.uint8)
        opaque[: len(alpha), 0] = np.frombuffer(alpha, np.uint8)[: len(colors)]
        colors = np.concatenate([colors, opaque], axis=1)
    return colors[numbers]


def _with_alpha(samples: Array, alpha: bytes, depth: int) -> Array:
    """With one more channel: 0 where a pixel has the colour that stands for nothing."""
    key = np.frombuffer(alpha, ">u2").astype(np.int64)
    if depth < 8:
        key = key * (255 // (2**depth - 1))
    top = np.iinfo(samples.dtype).max
    solid = np.where((samples == key).all(axis=2, keepdims=True), 0, top).astype(samples.dtype)
    return np.concatenate([samples, solid], axis=2)


def encode(image: Array, level: int = -1) -> bytes:
    """A PNG file of an image (h, w, 1 to 4 channels) of uint8 or uint16."""
    height, width, channels = image.shape
    color = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    depth = 8 * image.dtype.itemsize
    rows = np.ascontiguousarray(image.astype(image.dtype.newbyteorder(">"))).view(np.uint8)
    rows = rows.reshape(height, -1)
    step = channels * depth // 8
    filtered = np.zeros((height, rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = 1  # each byte less its left neighbour: small numbers where pictures are even
    filtered[:, 1:] = rows
    filtered[:, 1 + step :] -= rows[:, :-step]
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([depth, color, 0, 0, 0])
    body = zlib.compress(filtered.tobytes(), level)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return len(body).to_bytes(4, "big") + kind + body + check.to_bytes(4, "big")
