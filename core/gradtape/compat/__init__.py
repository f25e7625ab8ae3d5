"""`tf.compat`: texts as bytes and back, `v2`, and of `v1` the names that mean the same."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from gradtape.names.absence import absent_from

__all__ = ["as_bytes", "as_str", "as_str_any", "as_text", "path_to_str", "v1", "v2"]


def as_bytes(bytes_or_text: Any, encoding: str = "utf-8") -> bytes:
    r"""Text as bytes; bytes as they are. Raises: TypeError for anything else.

    >>> import gradtape as tf
    >>> tf.compat.as_bytes("é"), tf.compat.as_text(b"a")
    (b'\xc3\xa9', 'a')
    """
    if isinstance(bytes_or_text, bytearray):
        return bytes(bytes_or_text)
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_text(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    """Bytes as text; text as it is. Raises: TypeError for anything else."""
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


as_str = as_text


def as_str_any(value: Any, encoding: str = "utf-8") -> str:
    """Bytes as text, anything else as `str` has it."""
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)


def path_to_str(path: Any) -> str:
    """A path as text."""
    return str(path.__fspath__()) if hasattr(path, "__fspath__") else as_str_any(path)


integral_types = (int, np.integer)
real_types = (float, int, np.integer, np.floating)
complex_types = (complex, *real_types, np.complexfloating)
bytes_or_text_types = (bytes, str)

_absent = absent_from(__name__)


if not TYPE_CHECKING:  # for type checkers there is what stands above

    def __getattr__(name: str) -> Any:
        if name == "v2":
            return import_module("gradtape")
        if name == "v1":
            return import_module(f"{__name__}.v1")
        return _absent(name)
