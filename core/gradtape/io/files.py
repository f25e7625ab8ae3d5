"""`tf.io`: whole files read and written, and the names that match a pattern."""

from __future__ import annotations

import glob
import os
from typing import Any

import numpy as np

from gradtape.errors import NotFoundError, PermissionDeniedError, UnimplementedError
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor


def path_of(name: Any) -> str:
    """A file's name as text, from text, bytes, a path or a scalar tensor.

    Raises: UnimplementedError for an address that is not of this machine.
    """
    if hasattr(name, "numpy"):
        name = name.numpy()
    if isinstance(name, np.ndarray) and not name.ndim:
        name = name.item()
    path = os.fsdecode(os.fspath(name))
    kind, found, rest = path.partition("://")
    if found and kind == "file":
        return rest
    if found and kind.isalnum():
        raise UnimplementedError(
            None, None, f"File system scheme '{kind}' not implemented (file: '{path}')"
        )
    return path


def bytes_of(value: Any, what: str = "contents") -> bytes:
    """The bytes of a scalar of text.

    Raises: TypeError for what is none.
    """
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, str):
        return value.encode()
    found = np.asarray(convert(value)._value, object)
    if found.ndim or not isinstance(found.item(), bytes):
        raise TypeError(f"{what} must be one text (a scalar of tf.string), got {value!r}")
    data: bytes = found.item()
    return data


def read_file(filename: Any, name: str | None = None) -> EagerTensor:
    """The bytes of a file, a scalar of tf.string.

    Raises: NotFoundError where there is none.
    """
    path = path_of(filename)
    try:
        with open(path, "rb") as file:
            return convert(file.read())
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(None, None, f"{path}; No such file or directory") from None
    except PermissionError:
        raise PermissionDeniedError(None, None, f"{path}; Permission denied") from None


def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Write a text as a file, with the folders that are missing."""
    path = path_of(filename)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(bytes_of(contents))


def matching_files(pattern: Any, name: str | None = None) -> EagerTensor:
    """The sorted names of the files that match one or more patterns; none may be there."""
    patterns = np.ravel(np.asarray(convert(pattern)._value, object))
    found = {name.encode() for one in patterns for name in glob.glob(path_of(one))}
    names = np.array(sorted(found), object) if found else np.zeros(0, object)
    return convert(names)
