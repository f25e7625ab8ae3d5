"""Reads TensorFlow's own checkpoints: `<prefix>.index` and `<prefix>.data-00000-of-00001`.

The index is a table: key → where a tensor lies, its type, shape and checksum; the empty key has the
number of data files. The graph of objects is a message under `_CHECKPOINTABLE_OBJECT_GRAPH`.
Source: TensorFlow's tensor_bundle.proto and trackable_object_graph.proto.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gradtape.dtypes import ALL, DType
from gradtape.errors import DataLossError, NotFoundError, UnimplementedError
from gradtape.formats.crc32c import masked
from gradtape.formats.table import read_table
from gradtape.formats.wire import fields, read_varint, signed
from gradtape.saving.graph import Node

GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
_BY_CODE = {dtype.code: dtype for dtype in ALL}


class _Entry(NamedTuple):
    dtype: int = 0
    shape: tuple[int, ...] = ()
    shard: int = 0
    offset: int = 0
    size: int = 0
    crc: int = 0
    sliced: bool = False


def _shape(data: bytes) -> tuple[int, ...]:
    sizes = []
    for field, value in fields(data):
        if field == 2 and isinstance(value, bytes):
            sizes.append(signed(next((n for f, n in fields(value) if f == 1), 0)))  # type: ignore[arg-type]
    return tuple(sizes)


def _entry(data: bytes) -> _Entry:
    found: dict[str, Any] = {}
    names = {1: "dtype", 3: "shard", 4: "offset", 5: "size", 6: "crc"}
    for field, value in fields(data):
        if field in names:
            found[names[field]] = value
        elif field == 2 and isinstance(value, bytes):
            found["shape"] = _shape(value)
        elif field == 7:
            found["sliced"] = True
    return _Entry(**found)


class Foreign:
    """A checkpoint that TensorFlow wrote.

    Raises: DataLossError where it is damaged.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        index = Path(prefix + ".index")
        table = read_table(index.read_bytes(), str(index))
        header = dict(fields(table.pop(b"", b"")))
        if header.get(2, 0):
            raise UnimplementedError(f"{index} was written on a big-endian machine.")
        self._shards = int(header.get(1, 1))
        self._entries = {
            key.decode(): _entry(value)
            for key, value in table.items()
            if not key.startswith(b"\0")  # a slice of a variable
        }
        self.nodes = _graph(self.array(GRAPH_KEY).item()) if GRAPH_KEY in self._entries else []

    def variables(self) -> dict[str, tuple[DType, tuple[int, ...]]]:
        """Type and shape by key."""
        return {
            key: (_BY_CODE.get(entry.dtype) or DType("variant", None, entry.dtype), entry.shape)
            for key, entry in self._entries.items()
            if key != GRAPH_KEY
        }

    def graph_bytes(self) -> bytes:
        """The graph of objects, a message of TensorFlow's; empty where there is none."""
        found: bytes = self.array(GRAPH_KEY).item() if GRAPH_KEY in self._entries else b""
        return found

    def _dtype(self, key: str, entry: _Entry) -> DType:
        try:
            return _BY_CODE[entry.dtype]
        except KeyError:
            raise UnimplementedError(
                f"{key} of {self._prefix} has a type that gradtape has not (number {entry.dtype})."
            ) from None

    def array(self, key: str) -> np.ndarray[Any, Any]:
        """The value under a key, checked against its checksum."""
        entry = self._entries[key]
        if entry.sliced:
            raise UnimplementedError(
                f"{key} of {self._prefix} lies in slices, as partitioned variables do; save it "
                "whole in TensorFlow."
            )
        name = f"{self._prefix}.data-{entry.shard:05d}-of-{self._shards:05d}"
        try:
            with open(name, "rb") as file:
                file.seek(entry.offset)
                data = file.read(entry.size)
        except FileNotFoundError:
            raise NotFoundError(f"{name} is missing: a checkpoint is its index and data.") from None
        if len(data) < entry.size:
            raise DataLossError(f"{name} is cut off: {key} should have {entry.size} bytes.")
        dtype = self._dtype(key, entry)
        if dtype.name == "string":
            return _texts(data, entry, f"{key} of {name}")
        if masked(data) != entry.crc:
            raise DataLossError(f"{name} is damaged: the checksum of {key} is wrong.")
        stored = dtype.numpy.newbyteorder("<")
        return np.frombuffer(data, stored).astype(dtype.numpy).reshape(entry.shape)


def _texts(data: bytes, entry: _Entry, where: str) -> np.ndarray[Any, Any]:
    """Strings: their lengths as varints, the lengths' checksum, their bytes."""
    count = int(np.prod(entry.shape, dtype=np.int64))
    sizes, at = [], 0
    for _ in range(count):
        size, at = read_varint(data, at)
        sizes.append(size)
    lengths = b"".join(struct.pack("<I" if n < 1 << 32 else "<Q", n) for n in sizes)
    check = data[at : at + 4]
    if int.from_bytes(check, "little") != masked(lengths):
        raise DataLossError(f"{where} is damaged: the checksum of its lengths is wrong.")
    if entry.crc != masked(lengths + check + data[at + 4 :]):
        raise DataLossError(f"{where} is damaged: its checksum is wrong.")
    at += 4
    out = np.empty(count, object)
    for k, size in enumerate(sizes):
        out[k] = data[at : at + size]
        at += size
    return out.reshape(entry.shape)


def _graph(data: bytes) -> list[Node]:
    nodes = []
    for field, value in fields(data):
        if field == 1 and isinstance(value, bytes):
            node = Node({}, {})
            for inner, part in fields(value):
                if not isinstance(part, bytes):
                    continue
                found = dict(fields(part))
                if inner == 1:
                    node.children[_text(found.get(2, b""))] = int(found.get(1, 0))
                elif inner == 2:
                    node.values[_text(found.get(1, b""))] = _text(found.get(3, b""))
            nodes.append(node)
    return nodes


def _text(value: Any) -> str:
    return bytes(value).decode()
