"""TensorBoard's event files: records of `Event` messages, each a few values by tag.

Source: TensorBoard's event.proto, summary.proto, tensor.proto.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.formats import wire

_CODES = {"float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int64": 9, "bool": 10}
_TEXT = 7


def tensor(value: Any) -> bytes:
    """A `TensorProto` of an array, or of texts."""
    array = np.asarray(value)
    sizes = b"".join(wire.text(2, wire.number(1, n)) for n in array.shape)
    if array.dtype.kind in "OSU":
        texts = b"".join(wire.text(8, text) for text in array.reshape(-1).tolist())
        return wire.number(1, _TEXT) + wire.text(2, sizes) + texts
    data = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return wire.number(1, _CODES[array.dtype.name]) + wire.text(2, sizes) + wire.text(4, data)


def metadata(plugin: str, content: bytes = b"", description: str | None = None) -> bytes:
    """A `SummaryMetadata`: which part of TensorBoard shows the value."""
    data = wire.text(1, plugin) + (wire.text(2, content) if content else b"")
    return wire.text(1, data) + (wire.text(3, description) if description else b"")


def value(tag: str, kind: bytes, content: Any) -> bytes:
    """A `Summary.Value`: a tag, its metadata, an array."""
    return wire.text(1, tag) + wire.text(8, tensor(content)) + wire.text(9, kind)


def event(time: float, step: int, values: list[bytes]) -> bytes:
    """An `Event` that holds a `Summary`."""
    summary = b"".join(wire.text(1, one) for one in values)
    number = wire.number(2, step) if step else b""
    return wire.double(1, time) + number + wire.text(5, summary)


def first_event(time: float) -> bytes:
    """The `Event` that a file begins with."""
    return wire.double(1, time) + wire.text(3, "brain.Event:2")
