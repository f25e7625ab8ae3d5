"""Datasets whose elements lie in files: records, lines, pieces of one length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gradtape.data.dataset import Dataset
from gradtape.data.node import Node
from gradtape.errors import InvalidArgumentError
from gradtape.formats.records import opened, records
from gradtape.functions.control.specs import TensorSpec
from gradtape.io.files import path_of
from gradtape.io.records import compression_of
from gradtape.tensors.conversion import convert


class _Files(Node):
    """What a function reads from each of some files, one after the other."""

    def __init__(self, names: Any, read: Callable[[str], Iterator[bytes]], beside: Any) -> None:
        self._names, self._read = _names(names), read
        self._beside = max(int(beside or 1), 1)

    def _paths(self) -> Iterator[str]:
        if isinstance(self._names, Dataset):
            return (path_of(name) for name in self._names)
        texts = np.ravel(np.asarray(convert(self._names)._value, object))
        return map(path_of, texts.tolist())

    def elements(self) -> Iterator[Any]:
        paths = self._paths()
        if self._beside == 1:
            return (convert(data) for path in paths for data in self._read(path))
        return map(convert, self._in_turns(paths))

    def _in_turns(self, paths: Iterator[str]) -> Iterator[bytes]:
        """One from each of several files, as TensorFlow does for `num_parallel_reads`."""
        slots: list[Iterator[bytes] | None] = [None] * self._beside
        at, more = 0, True
        while True:
            if slots[at] is None and more:
                path = next(paths, None)
                more = path is not None
                slots[at] = None if path is None else self._read(path)
            slot = slots[at]
            if slot is not None:
                try:
                    yield next(slot)
                except StopIteration:
                    slots[at] = None
                    if more:
                        continue
            if not more and not any(slots):
                return
            at = (at + 1) % self._beside

    def spec(self) -> Any:
        return TensorSpec([], "string")


def _names(filenames: Any) -> Any:
    if isinstance(filenames, Dataset):
        return filenames
    if isinstance(filenames, (list, tuple)):
        return [path_of(name) for name in filenames]
    if hasattr(filenames, "numpy") or isinstance(filenames, np.ndarray):
        return filenames
    return [path_of(filenames)]


class _Compressed(Dataset):
    """The base of datasets whose files may be compressed; `_read` gives what one of them holds."""

    _read: Callable[[str, str], Iterator[bytes]]

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        kind, read = compression_of(compression_type), type(self)._read
        super().__init__(_Files(filenames, lambda path: read(path, kind), num_parallel_reads))


class TFRecordDataset(_Compressed):
    """The records of one or more files, each a scalar of tf.string.

    Args: `filenames`, a name, several, or a dataset of names; `compression_type`, "", "GZIP" or
    "ZLIB"; `num_parallel_reads`, from how many files records are taken in turns.

    Raises: NotFoundError, DataLossError while it is read.
    """

    _read = staticmethod(records)


class TextLineDataset(_Compressed):
    """The lines of one or more text files without their ends, each a scalar of tf.string."""

    _read = staticmethod(lambda path, compression: _lines(path, compression))


class FixedLengthRecordDataset(Dataset):
    """Pieces of `record_bytes` of one or more files, without a header and a footer."""

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
        compression_type: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        kind, size = compression_of(compression_type), int(record_bytes)
        ends = int(header_bytes or 0), int(footer_bytes or 0)

        def pieces(path: str) -> Iterator[bytes]:
            return _pieces(path, kind, size, ends)

        super().__init__(_Files(filenames, pieces, num_parallel_reads))


def _bytes(path: str, compression: str) -> Iterator[bytes]:
    file = opened(path, compression)
    try:
        while piece := file.read(1 << 18):
            yield piece
    finally:
        file.close()


def _lines(path: str, compression: str) -> Iterator[bytes]:
    rest = b""
    for piece in _bytes(path, compression):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r")
    if rest:
        yield rest.removesuffix(b"\r")


def _pieces(path: str, compression: str, size: int, ends: tuple[int, int]) -> Iterator[bytes]:
    data = b"".join(_bytes(path, compression))
    body = data[ends[0] : len(data) - ends[1]]
    if len(body) % size:
        raise InvalidArgumentError(
            None,
            None,
            f"{path} has {len(body)} bytes between header and footer, which is no multiple of "
            f"record_bytes ({size}).",
        )
    for at in range(0, len(body), size):
        yield body[at : at + size]
