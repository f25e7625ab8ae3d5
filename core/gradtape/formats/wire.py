"""Protocol Buffers' wire format: the fields of a message, read and written by number.

A message is a row of fields: a varint (number · 8 + kind), then the value. Kinds: 0 a varint, 1
eight bytes, 2 a length and so many bytes, 5 four bytes. Source: "Encoding", the Protocol Buffers
documentation.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from gradtape.errors import DataLossError

Value = int | bytes

_WHOLE = (1 << 64) - 1


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins at `at`, and where it ends.

    Raises: DataLossError where the data end within it.
    """
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise DataLossError("a number is cut off: the data are not whole.")
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value & _WHOLE, at
        shift += 7


def varint(value: int) -> bytes:
    """A number as a varint; a negative one as its 64 bits."""
    value &= _WHOLE
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed(value: int) -> int:
    """The int64 whose bits a varint gave."""
    return value - (1 << 64) if value >> 63 else value


def fields(data: bytes) -> Iterator[tuple[int, Value]]:
    """The fields of a message: number and value; four and eight bytes come as unsigned integers.

    Raises: DataLossError for what is no message.
    """
    at, end = 0, len(data)
    while at < end:
        key, at = read_varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = read_varint(data, at)
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = read_varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise DataLossError(f"these data are no message: a field of kind {kind}.")
        part = data[at : at + size]
        at += size
        if at > end:
            raise DataLossError("a message is cut off: the data are not whole.")
        yield key >> 3, part if kind == 2 else int.from_bytes(part, "little")


def number(field: int, value: int) -> bytes:
    """A field that holds an integer."""
    return varint(field << 3) + varint(value)


def text(field: int, value: bytes | str) -> bytes:
    """A field that holds bytes, text, or a message inside."""
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def single(field: int, value: float) -> bytes:
    """A field that holds a float32."""
    return varint(field << 3 | 5) + struct.pack("<f", value)


def double(field: int, value: float) -> bytes:
    """A field that holds a float64."""
    return varint(field << 3 | 1) + struct.pack("<d", value)


def as_float(value: Value) -> float:
    """The float32 of a four-byte field."""
    assert isinstance(value, int)
    found: float = struct.unpack("<f", value.to_bytes(4, "little"))[0]
    return found


def as_double(value: Value) -> float:
    """The float64 of an eight-byte field."""
    assert isinstance(value, int)
    found: float = struct.unpack("<d", value.to_bytes(8, "little"))[0]
    return found
