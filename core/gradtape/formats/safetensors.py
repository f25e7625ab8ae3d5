"""The safetensors layout: a JSON header that names each array, and the arrays' bytes.

Eight bytes (the header's length), the header, the bytes. An entry of the header is
`{"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}`; `__metadata__` holds texts. The
layout has no code in it, so that a file of a stranger can do nothing but be wrong. Complex128 and
strings have no name there: `stored` and `restored` give them a form of numbers.

A file is written beside its place and moved there whole, so that an interruption leaves the old
one.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gradtape.errors import DataLossError

Array = np.ndarray[Any, Any]

_NAMES = {
    "bool": "BOOL", "int8": "I8", "uint8": "U8", "int16": "I16", "uint16": "U16",
    "int32": "I32", "uint32": "U32", "int64": "I64", "uint64": "U64",
    "float16": "F16", "float32": "F32", "float64": "F64", "complex64": "C64",
}  # fmt: skip
_DTYPES = {name: np.dtype(dtype) for dtype, name in _NAMES.items()}
_LONGEST_HEADER = 100_000_000


def write_bytes(path: str, *parts: bytes | memoryview) -> None:
    """Write a file whole or not at all: beside its place, to the disk, then moved."""
    folder = os.path.dirname(path) or "."
    handle, beside = tempfile.mkstemp(prefix=".unfinished-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        # As open() would have made it; a mask that forbids everything, as a tab has, is not heeded.
        os.chmod(beside, 0o600 | 0o666 & ~mask)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
    _keep_folder(folder)


def _keep_folder(folder: str) -> None:
    """Have the disk keep the new name too, where folders can be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass  # some file systems do not know this for folders
    finally:
        os.close(handle)


def save(path: str, arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> None:
    """Write arrays and texts as one file."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    parts: list[bytes] = []
    at = 0
    # Wide elements first, as the layout's own library does it: all begin at a multiple of their
    # size.
    for name in sorted(arrays, key=lambda n: (-arrays[n].dtype.itemsize, n)):
        array = arrays[name]
        data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        header[name] = {
            "dtype": _NAMES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [at, at + data.nbytes],
        }
        parts.append(data.tobytes())
        at += data.nbytes
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    write_bytes(path, len(text).to_bytes(8, "little"), text, *parts)


class File:
    """A file of this layout: its header at once, an array when it is asked for.

    Raises: DataLossError where the file is no such file, or is cut off.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, _LONGEST_HEADER):
                raise DataLossError(f"{path} is no safetensors file, or it is cut off.")
            text = file.read(length)
        try:
            header = json.loads(text)
            metadata = header.pop("__metadata__", {})
            self.entries = {name: self._checked(entry) for name, entry in header.items()}
            self.metadata = {str(key): str(value) for key, value in metadata.items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataLossError(f"{path} is no safetensors file: {error}") from error
        self._begin = 8 + length
        ends = [end for _, _, _, end in self.entries.values()]
        if self._begin + max(ends, default=0) > size:
            raise DataLossError(f"{path} is cut off: it should have more bytes.")

    @staticmethod
    def _checked(entry: Mapping[str, Any]) -> tuple[np.dtype[Any], tuple[int, ...], int, int]:
        dtype, shape = _DTYPES[entry["dtype"]], tuple(int(n) for n in entry["shape"])
        begin, end = (int(n) for n in entry["data_offsets"])
        count = 1
        for n in shape:
            count *= n
        if begin < 0 or min(shape, default=0) < 0 or end - begin != count * dtype.itemsize:
            raise ValueError(f"an entry says {dict(entry)}, which does not fit")
        return dtype, shape, begin, end

    def array(self, name: str) -> Array:
        """The array of this name."""
        dtype, shape, begin, end = self.entries[name]
        with open(self.path, "rb") as file:
            file.seek(self._begin + begin)
            data = file.read(end - begin)
        return np.frombuffer(data, dtype.newbyteorder("<")).astype(dtype).reshape(shape)


def exists(path: str | os.PathLike[str]) -> bool:
    """Whether there is a file."""
    return Path(path).is_file()


def stored(array: Array) -> tuple[dict[str, Array], str | None]:
    """The arrays that stand for one whose type has no name, by the ends of names; its type."""
    if array.dtype == np.complex128:
        pairs = np.ascontiguousarray(array).view(np.float64)
        return {"": pairs.reshape(*array.shape, 2)}, "complex128"
    if array.dtype.kind == "O":
        texts = [bytes(text) for text in array.reshape(-1)]
        sizes = np.array([len(text) for text in texts], np.int64).reshape(array.shape)
        return {"": sizes, "#bytes": np.frombuffer(b"".join(texts), np.uint8)}, "string"
    return {"": array}, None


def restored(parts: dict[str, Array], kind: str | None) -> Array:
    """The array that `stored` took apart."""
    whole = parts[""]
    if kind == "complex128":
        return np.ascontiguousarray(whole).view(np.complex128).reshape(whole.shape[:-1])
    if kind == "string":
        texts = np.empty(whole.size, object)
        data, at = parts["#bytes"].tobytes(), 0
        for k, size in enumerate(whole.reshape(-1).tolist()):
            texts[k] = data[at : at + size]
            at += size
        return texts.reshape(whole.shape)
    return whole
