"""`tf.train.Example` messages as bytes: named lists of bytes, floats or integers, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from gradtape.errors import DataLossError
from gradtape.formats import wire

#: the three lists that a feature may be, by their field
KINDS = {1: "bytes_list", 2: "float_list", 3: "int64_list"}
FIELDS = {kind: field for field, kind in KINDS.items()}

Feature = tuple[str, Any]  # kind ("" for an empty feature), values


def packed_integers(data: bytes) -> np.ndarray[Any, Any]:
    """The int64 numbers of a row of varints.

    Raises: DataLossError where the last one is cut off.
    """
    octets = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(octets < 128)
    if octets.size and (not ends.size or ends[-1] != octets.size - 1):
        raise DataLossError("a list of integers is cut off.")
    starts = np.concatenate([[0], ends[:-1] + 1]) if ends.size else ends
    sizes = ends - starts + 1
    out = np.zeros(ends.size, np.uint64)
    for k in range(int(sizes.max(initial=0))):
        has = sizes > k
        part = (octets[starts[has] + k] & 127).astype(np.uint64)
        out[has] |= part << np.uint64(7 * k)
    return out.view(np.int64)


def read_feature(data: bytes) -> Feature:
    """The kind and the values of a feature."""
    kind, values = "", []
    for field, part in wire.fields(data):
        if field in KINDS and isinstance(part, bytes):
            kind, values = KINDS[field], _values(KINDS[field], part)
    return kind, values


def _values(kind: str, data: bytes) -> Any:
    if kind == "bytes_list":
        return [part for field, part in wire.fields(data) if field == 1]
    arrays: list[Any] = []
    single: list[Any] = []
    for field, part in wire.fields(data):
        if field != 1:
            continue
        if not isinstance(part, bytes):
            single.append(wire.as_float(part) if kind == "float_list" else wire.signed(part))
        elif kind == "float_list":
            if len(part) % 4:
                raise DataLossError("a list of floats is cut off.")
            arrays.append(np.frombuffer(part, "<f4").astype(np.float32))
        else:
            arrays.append(packed_integers(part))
    if single:
        arrays.append(np.array(single, np.float32 if kind == "float_list" else np.int64))
    if len(arrays) == 1:
        return arrays[0]
    none = np.zeros(0, np.float32 if kind == "float_list" else np.int64)
    return np.concatenate([none, *arrays])


def _entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The entries of a map from text to message."""
    for field, part in wire.fields(data):
        if field == 1 and isinstance(part, bytes):
            entry = dict(wire.fields(part))
            yield bytes(entry.get(1, b"")).decode(), bytes(entry.get(2, b""))


def read_features(data: bytes) -> dict[str, Feature]:
    """The features of a `Features` message by name."""
    return {key: read_feature(part) for key, part in _entries(data)}


def read_example(data: bytes) -> dict[str, Feature]:
    """The features of an `Example` message by name."""
    found: dict[str, Feature] = {}
    for field, part in wire.fields(data):
        if field == 1 and isinstance(part, bytes):
            found.update(read_features(part))
    return found


def read_sequence_example(data: bytes) -> tuple[dict[str, Feature], dict[str, list[Feature]]]:
    """The context of a `SequenceExample`, and its rows of features by name."""
    context: dict[str, Feature] = {}
    rows: dict[str, list[Feature]] = {}
    for field, part in wire.fields(data):
        if not isinstance(part, bytes):
            continue
        if field == 1:
            context.update(read_features(part))
        elif field == 2:
            for key, entry in _entries(part):
                inner = (f for n, f in wire.fields(entry) if n == 1 and isinstance(f, bytes))
                rows[key] = [read_feature(f) for f in inner]
    return context, rows


def write_feature(kind: str, values: Iterable[Any]) -> bytes:
    """A feature as bytes."""
    if not kind:
        return b""
    if kind == "bytes_list":
        inner = b"".join(wire.text(1, value) for value in values)
    elif kind == "float_list":
        packed = np.asarray(list(values), "<f4").tobytes()
        inner = wire.text(1, packed) if packed else b""
    else:
        packed = b"".join(wire.varint(int(value)) for value in values)
        inner = wire.text(1, packed) if packed else b""
    return wire.text(FIELDS[kind], inner)


def write_map(entries: dict[str, bytes]) -> bytes:
    """A map from text to message, sorted by key, so that equal messages have equal bytes."""
    return b"".join(
        wire.text(1, wire.text(1, key) + wire.text(2, part))
        for key, part in sorted(entries.items())
    )
