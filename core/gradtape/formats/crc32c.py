"""CRC-32C (Castagnoli), the checksum of TensorFlow's records, tables and tensors.

The checksum is linear over GF(2), so long data are cut into lanes that NumPy takes a byte at a time
side by side; the checksums of neighbouring lanes are then joined: crc(ab) = Mⁿ·crc(a) ⊕ crc(b),
with M the step by one zero byte and n the length of b.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_POLYNOMIAL = 0x82F63B78
_MASK = 0xA282EAD8  # what TensorFlow adds, so that a checksum inside of data is not one of its own
_SHORT = 512

Array = np.ndarray[Any, Any]


def _table() -> Array:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, table >> 1 ^ np.uint32(_POLYNOMIAL), table >> 1)
    return table


_TABLE = _table()
_LIST: list[int] = _TABLE.tolist()


def _bytewise(data: bytes | memoryview, crc: int) -> int:
    table = _LIST
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ crc >> 8
    return crc


def _applied(matrix: Array, words: Array) -> Array:
    """The 32 × 32 matrix, given by its columns as words, times each of the words."""
    out = np.zeros_like(words)
    for bit in range(32):
        out ^= np.where(words >> np.uint32(bit) & np.uint32(1), matrix[bit], np.uint32(0))
    return out


def _zeros(count: int) -> Array:
    """The step by `count` zero bytes, as a matrix."""
    columns = np.uint32(1) << np.arange(32, dtype=np.uint32)
    power = _TABLE[columns & np.uint32(255)] ^ columns >> np.uint32(8)
    while count:
        if count & 1:
            columns = _applied(power, columns)
        power = _applied(power, power)
        count >>= 1
    return columns


def crc32c(data: bytes | memoryview) -> int:
    """The checksum of `data`.

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    size = len(data)
    if size < _SHORT:
        return _bytewise(data, 0xFFFFFFFF) ^ 0xFFFFFFFF
    lanes = 1 << max(int(size**0.5).bit_length() - 1, 3)
    length = size // lanes
    whole = lanes * length
    columns = np.frombuffer(data, np.uint8, whole).reshape(lanes, length).T.astype(np.uint32)
    crc = np.zeros(lanes, np.uint32)
    crc[0] = 0xFFFFFFFF
    for column in columns:
        crc = _TABLE[(crc ^ column) & np.uint32(255)] ^ crc >> np.uint32(8)
    step = _zeros(length)
    while len(crc) > 1:
        crc = _applied(step, crc[::2]) ^ crc[1::2]
        step = _applied(step, step)
    return _bytewise(memoryview(data)[whole:], int(crc[0])) ^ 0xFFFFFFFF


def masked(data: bytes | memoryview) -> int:
    """The checksum of `data` in the masked form that files hold."""
    crc = crc32c(data)
    return (crc >> 15 | crc << 17 & 0xFFFFFFFF) + _MASK & 0xFFFFFFFF
