"""Where the keys and values of a table come from: tensors, or the lines of a file."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dtypes import DType, as_dtype, int64, string
from gradtape.errors import InvalidArgumentError
from gradtape.io.files import path_of, read_file
from gradtape.tensors.conversion import convert

Array = np.ndarray[Any, Any]


class KeyValueTensorInitializer:
    """Keys and values given as tensors of one length.

    Raises: ValueError where their lengths differ.
    """

    def __init__(
        self,
        keys: Any,
        values: Any,
        key_dtype: Any = None,
        value_dtype: Any = None,
        name: str | None = None,
    ) -> None:
        first, second = (
            convert(given, None if dtype is None else as_dtype(dtype))
            for given, dtype in ((keys, key_dtype), (values, value_dtype))
        )
        # Python's integers are int64 as keys, as TensorFlow has it
        if key_dtype is None and first.dtype.name == "int32" and not hasattr(keys, "dtype"):
            first = convert(keys, int64)
        self.key_dtype, self.value_dtype = first.dtype, second.dtype
        self._keys, self._values = np.asarray(first._value), np.asarray(second._value)
        if self._keys.shape[:1] != self._values.shape[:1] or self._keys.ndim != 1:
            raise ValueError(
                f"keys and values must be rows of one length, got shapes {first.shape} and "
                f"{second.shape}"
            )

    def pairs(self) -> tuple[Array, Array]:
        """Keys and values."""
        return self._keys, self._values


class TextFileIndex:
    """What of a line is a key or a value, beside the number of a column."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


class TextFileInitializer:
    """Keys and values from the lines of a text file.

    Args: `key_index`, `value_index`: the number of a column, `TextFileIndex.WHOLE_LINE` or
    `LINE_NUMBER`; `vocab_size`, how many lines are read; `delimiter` of columns;
    `value_index_offset`, the number of the first line.

    Raises: NotFoundError without the file, InvalidArgumentError for a line with too few columns or
    without a number where one is needed.
    """

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:
        self.key_dtype, self.value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        for what, index, dtype in (
            ("key", key_index, self.key_dtype),
            ("value", value_index, self.value_dtype),
        ):
            if index == TextFileIndex.LINE_NUMBER and dtype != int64:
                raise ValueError(f"Signature mismatch. {what}s must be dtype int64, got {dtype}.")
            if index == TextFileIndex.WHOLE_LINE and not (dtype == string or dtype.is_integer):
                raise ValueError(f"Signature mismatch. {what}s must be string or int, got {dtype}.")
            if index < -2:
                raise ValueError(f"Invalid {what}_index: {index}")
        self._filename, self._most = path_of(filename), vocab_size
        self._indices, self._delimiter = (key_index, value_index), delimiter.encode()
        self._offset = int(value_index_offset)

    def pairs(self) -> tuple[Array, Array]:
        """Keys and values, read now."""
        lines = read_file(self._filename).numpy().split(b"\n")
        if lines and not lines[-1]:
            lines.pop()
        if self._most is not None:
            if len(lines) < self._most:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Invalid vocab_size in {self._filename}: expected {self._most} lines but got "
                    f"{len(lines)}",
                )
            lines = lines[: self._most]
        dtypes = (self.key_dtype, self.value_dtype)
        keys, values = (
            self._column(lines, index, dtype)
            for index, dtype in zip(self._indices, dtypes, strict=True)
        )
        return keys, values

    def _column(self, lines: list[bytes], index: int, dtype: DType) -> Array:
        out = np.empty(len(lines), dtype.numpy)
        for k, line in enumerate(lines):
            text: Any = line.removesuffix(b"\r")
            if index == TextFileIndex.LINE_NUMBER:
                out[k] = k + self._offset
                continue
            if index >= 0:
                columns = text.split(self._delimiter)
                if index >= len(columns):
                    raise InvalidArgumentError(
                        None,
                        None,
                        f"Invalid number of columns in {self._filename} line {k} "
                        f"({text.decode(errors='replace')}): expected {index + 1} got "
                        f"{len(columns)}",
                    )
                text = columns[index]
            try:
                out[k] = text if dtype == string else dtype.numpy.type(text.decode())
            except ValueError:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Field {text.decode(errors='replace')} in line {k} is not a valid "
                    f"{dtype.name}.",
                ) from None
        return out
