"""TFRecord files: records of bytes, each with its length and two checksums.

A record is eight bytes (its length), their masked checksum, the bytes, and their masked checksum; a
file may be compressed as a whole. Source: TensorFlow, "TFRecord and tf.train.Example".
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import IO, Any

from gradtape.errors import DataLossError, NotFoundError
from gradtape.formats.crc32c import masked

COMPRESSIONS = ("", "GZIP", "ZLIB")
_PIECE = 1 << 18


class _Inflated:
    """A file that is a zlib stream, read as what it holds."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "rb")
        self._inflate, self._ready = zlib.decompressobj(), b""

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        while len(self._ready) < size:
            piece = self._file.read(_PIECE)
            if not piece:
                self._ready += self._inflate.flush()
                break
            self._ready += self._inflate.decompress(piece)
        found, self._ready = self._ready[:size], self._ready[size:]
        return found

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def opened(path: str, compression: str) -> Any:
    """The file, to be read as it was before it was compressed.

    Raises: NotFoundError where there is none.
    """
    try:
        if compression == "ZLIB":
            return _Inflated(path)
        return gzip.open(path) if compression == "GZIP" else open(path, "rb")
    except FileNotFoundError:
        raise NotFoundError(None, None, f"{path}; No such file or directory") from None


def records(path: str, compression: str = "") -> Iterator[bytes]:
    """The records of a file, in order.

    Raises: NotFoundError where there is no file, DataLossError where it is damaged or cut off.
    """
    file = opened(path, compression)
    at = 0
    try:
        while head := _read(file, 12, path, at):
            if len(head) < 12:
                raise DataLossError(None, None, f"truncated record at {at} of {path}")
            if int.from_bytes(head[8:], "little") != masked(head[:8]):
                raise DataLossError(
                    None,
                    None,
                    f"corrupted record at {at} of {path} (wrong checksum of the length). Is it a "
                    "TFRecord file, and compression_type what it was written with?",
                )
            size = int.from_bytes(head[:8], "little")
            data = _read(file, size + 4, path, at)
            if len(data) < size + 4:
                raise DataLossError(None, None, f"truncated record at {at} of {path}")
            record = data[:size]
            if int.from_bytes(data[size:], "little") != masked(record):
                raise DataLossError(None, None, f"corrupted record at {at} of {path}")
            at += size + 16
            yield record
    finally:
        file.close()


def _read(file: Any, size: int, path: str, at: int) -> bytes:
    try:
        data: bytes = file.read(size)
    except (OSError, EOFError, zlib.error) as error:
        raise DataLossError(None, None, f"{path} cannot be read at {at}: {error}") from error
    return data


def framed(record: bytes) -> bytes:
    """A record as it stands in a file."""
    head = len(record).to_bytes(8, "little")
    return b"".join(
        (head, masked(head).to_bytes(4, "little"), record, masked(record).to_bytes(4, "little"))
    )


class Writer:
    """Puts records into a file, one after the other."""

    def __init__(self, path: str, compression: str = "", level: int = -1) -> None:
        self._compress: Any = None
        self._file: IO[bytes] | gzip.GzipFile
        if compression == "GZIP":
            self._file = gzip.open(path, "wb", 6 if level < 0 else level)
        else:
            self._file = open(path, "wb")
            self._compress = zlib.compressobj(level) if compression == "ZLIB" else None

    def write(self, record: bytes) -> None:
        """Put one record at the end."""
        data = framed(record)
        self._file.write(self._compress.compress(data) if self._compress else data)

    def flush(self) -> None:
        """Hand what was written to the system."""
        if self._compress:
            self._file.write(self._compress.flush(zlib.Z_SYNC_FLUSH))
        self._file.flush()

    def close(self) -> None:
        """End the file."""
        if self._file.closed:
            return
        if self._compress:
            self._file.write(self._compress.flush())
        self._file.close()
