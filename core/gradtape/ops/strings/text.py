"""Ops on strings, kept as bytes; no gradient passes."""

from __future__ import annotations

import math
import re
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
    return each(lambda t: len(t.decode(errors="replace") if characters else t), x, np.int32)


#: What is read as a number, spaces around it left out: never Python's own 1_0.
_WHOLE = re.compile(rb"[+-]?[0-9]+")
_REAL = re.compile(
    rb"[+-]?([0-9]+\.?[0-9]*(e[+-]?[0-9]+)?|\.[0-9]+(e[+-]?[0-9]+)?|inf(inity)?|nan)", re.I
)
_HEXADECIMAL = re.compile(rb"[+-]?0x([0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(p[+-]?[0-9]+)?", re.I)


def _number(text: bytes, dtype: Any) -> Any:
    written = text.strip()
    if dtype.kind == "f":
        if _REAL.fullmatch(written):
            return float(written)
        return float.fromhex(written.decode()) if _HEXADECIMAL.fullmatch(written) else None
    if not _WHOLE.fullmatch(written):
        return None
    number, limits = int(written), np.iinfo(dtype)
    return number if limits.min <= number <= limits.max else None


@nondifferentiable("StringToNumber", allowed=_TEXT)
def string_to_number(x: Any, *, dtype: Any) -> Any:
    """The numbers that the texts write."""

    def number(text: bytes) -> Any:
        found = _number(text, np.dtype(dtype))
        if found is None:
            raise InvalidArgumentError(
                "StringToNumberOp could not correctly convert string: "
                f"{text.decode(errors='replace')} [Op:StringToNumber]"
            )
        return found

    return each(number, x, dtype)


@nondifferentiable("StringLower", allowed=_TEXT)
def string_lower(x: Any, *, characters: bool) -> Any:
    """The texts in small letters: those of ASCII, or all characters of UTF-8."""
    if characters:
        return each(lambda t: t.decode(errors="replace").lower().encode(), x)
    return each(bytes.lower, x)


@nondifferentiable("StringUpper", allowed=_TEXT)
def string_upper(x: Any, *, characters: bool) -> Any:
    """The texts in capitals: those of ASCII, or all characters of UTF-8."""
    if characters:
        return each(lambda t: t.decode(errors="replace").upper().encode(), x)
    return each(bytes.upper, x)


@nondifferentiable("AsString")
def as_string(x: Any, *, flags: bytes, width: int, precision: int, notation: bytes) -> Any:
    """The elements as text, as C's printf writes them with these flags."""
    size = b"%d" % width if width >= 0 else b""
    digits = b".%d" % precision if precision >= 0 else b""
    plain, kind = flags.replace(b"0", b""), x.dtype.kind
    whole = b"%" + (flags if kind == "i" else flags.strip(b"+ ")) + size + b"d"
    text = b"%" + plain + size + digits + b"s"

    def real(value: float) -> bytes:
        used = flags if math.isfinite(value) else plain  # inf and nan get no zeros in front
        return (b"%" + used + size + digits + notation) % value

    def written(value: Any) -> bytes:
        if kind == "b":
            return b"true" if value else b"false"
        if kind == "O":
            return bytes(text % value)
        if kind == "c":
            return b"(%b,%b)" % (real(float(value.real)), real(float(value.imag)))
        return real(float(value)) if kind == "f" else whole % int(value)

    return each(written, x)
