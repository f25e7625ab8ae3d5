"""Sorted tables of keys and values, the form of TensorFlow's `.index` files.

Blocks of entries, each entry without the bytes that its key shares with the one before; an index
block that names the others by place and size; 48 bytes at the end that name the index. Each block
is followed by its kind (0: as it is, 1: compressed) and its checksum. Source: LevelDB, "table
format".
"""

from __future__ import annotations

from collections.abc import Iterator

from gradtape.errors import DataLossError, UnimplementedError
from gradtape.formats.crc32c import masked
from gradtape.formats.wire import read_varint

_FOOTER = 48
_MAGIC = 0xDB4775248B80FB57


def read_table(data: bytes, name: str) -> dict[bytes, bytes]:
    """All entries of the table whose file holds `data`.

    Raises: DataLossError where it is no table or a checksum is wrong.
    """
    if len(data) < _FOOTER or int.from_bytes(data[-8:], "little") != _MAGIC:
        raise DataLossError(f"{name} is no table of a TensorFlow checkpoint (bad magic number).")
    footer = data[-_FOOTER:]
    _, at = read_varint(footer, 0)
    _, at = read_varint(footer, at)
    place, at = read_varint(footer, at)
    size, _ = read_varint(footer, at)
    found: dict[bytes, bytes] = {}
    for _, handle in _entries(_block(data, place, size, name)):
        start, at = read_varint(handle, 0)
        length, _ = read_varint(handle, at)
        found.update(_entries(_block(data, start, length, name)))
    return found


def _block(data: bytes, place: int, size: int, name: str) -> bytes:
    block, end = data[place : place + size], place + size
    if len(data) < end + 5:
        raise DataLossError(f"{name} is cut off.")
    if int.from_bytes(data[end + 1 : end + 5], "little") != masked(data[place : end + 1]):
        raise DataLossError(f"{name} is damaged: the checksum of a block is wrong.")
    if data[end]:
        raise UnimplementedError(
            f"{name} has compressed blocks, which TensorFlow's checkpoints do not have."
        )
    return block


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    restarts = int.from_bytes(block[-4:], "little")
    end, at, key = len(block) - 4 * (restarts + 1), 0, b""
    while at < end:
        shared, at = read_varint(block, at)
        fresh, at = read_varint(block, at)
        size, at = read_varint(block, at)
        key = key[:shared] + block[at : at + fresh]
        at += fresh
        yield key, block[at : at + size]
        at += size
