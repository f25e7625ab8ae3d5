"""`tf.io.TFRecordWriter`: files of records, as TensorFlow reads and writes them."""

from __future__ import annotations

from typing import Any, NamedTuple

from gradtape.formats.records import COMPRESSIONS, Writer
from gradtape.io.files import bytes_of, path_of


class TFRecordOptions(NamedTuple):
    """How a file of records is compressed: "", "GZIP" or "ZLIB"."""

    compression_type: Any = None
    flush_mode: Any = None
    input_buffer_size: Any = None
    output_buffer_size: Any = None
    window_bits: Any = None
    compression_level: int | None = None
    compression_method: Any = None
    mem_level: Any = None
    compression_strategy: Any = None


def compression_of(value: Any) -> str:
    """The name of a compression.

    Raises: ValueError for another one.
    """
    name = getattr(value, "compression_type", value)
    if hasattr(name, "numpy"):
        name = name.numpy()
    name = name.decode() if isinstance(name, bytes) else name
    if (name or "") not in COMPRESSIONS:
        raise ValueError(f"compression_type is one of {COMPRESSIONS}, got {name!r}")
    return name or ""


class TFRecordWriter:
    """Writes records (bytes) to a file; use it in a `with` block, or `close` it.

    Args: `path`; `options`, a compression or a `TFRecordOptions`.

    >>> import os, tempfile
    >>> import gradtape as tf
    >>> path = os.path.join(tempfile.mkdtemp(), "a.tfrecord")
    >>> with tf.io.TFRecordWriter(path) as writer:
    ...     writer.write(b"one")
    ...     writer.write(b"two")
    >>> [record.numpy() for record in tf.data.TFRecordDataset(path)]
    [b'one', b'two']
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        level = getattr(options, "compression_level", None)
        self._writer = Writer(
            path_of(path), compression_of(options), -1 if level is None else level
        )

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def write(self, record: Any) -> None:
        """Put one record at the end."""
        self._writer.write(bytes_of(record, "a record"))

    def flush(self) -> None:
        """Hand what was written to the system."""
        self._writer.flush()

    def close(self) -> None:
        """End the file."""
        self._writer.close()
