"""Ops on strings, kept as bytes; no gradient passes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.errors import InvalidArgumentError
from gradtape.ops.declaration import nondifferentiable

_TEXT = frozenset("O")


def each(f: Any, x: Any, dtype: Any = object) -> Any:
    """f of every element."""
    array = np.asarray(x, dtype=object)
    out = np.empty(array.shape, dtype)
    for at in np.ndindex(array.shape):
        out[at] = f(array[at])
    return out


@nondifferentiable("StringJoin", allowed=_TEXT)
def string_join(*xs: Any, separator: bytes) -> Any:
    """The texts of each place joined; scalars go with every place."""
    arrays: list[Any] = [np.asarray(x, dtype=object) for x in xs]
    wide: Any = np.broadcast_arrays(*arrays)
    out = np.empty(wide[0].shape, object)
    for at in np.ndindex(out.shape):
        out[at] = separator.join(x[at] for x in wide)
    return out


@nondifferentiable("StringLength", allowed=_TEXT)
def string_length(x: Any, *, characters: bool) -> Any:
    """The number of bytes, or of UTF-8 characters."""
    return each(lambda t: len(t.decode() if characters else t), x, np.int32)


@nondifferentiable("StringToNumber", allowed=_TEXT)
def string_to_number(x: Any, *, dtype: Any) -> Any:
    """The numbers that the texts write."""
    read = float if np.dtype(dtype).kind == "f" else int

    def number(text: bytes) -> Any:
        try:
            return read(text.strip())
        except ValueError:
            raise InvalidArgumentError(
                "StringToNumberOp could not correctly convert string: "
                f"{text.decode(errors='replace')} "
                "[Op:StringToNumber]"
            ) from None

    return each(number, x, dtype)


@nondifferentiable("StringLower", allowed=_TEXT)
def string_lower(x: Any) -> Any:
    """The texts in small letters."""
    return each(lambda t: t.decode().lower().encode(), x)


@nondifferentiable("StringUpper", allowed=_TEXT)
def string_upper(x: Any) -> Any:
    """The texts in capitals."""
    return each(lambda t: t.decode().upper().encode(), x)


@nondifferentiable("AsString")
def as_string(x: Any, *, precision: int, scientific: bool, shortest: bool) -> Any:
    """The numbers as text."""
    kind = "e" if scientific else "g" if shortest else "f"
    digits = f".{precision}" if precision >= 0 else ""

    def text(value: Any) -> bytes:
        if isinstance(value, (bool, np.bool_)):
            return str(bool(value)).lower().encode()
        if isinstance(value, (float, np.floating)):
            return format(float(value), digits + kind).encode()
        return str(value).encode()

    return each(text, x)
