"""Functions on string tensors: join, length, lower, upper, to_number, as_string, format."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import shape_of
from gradtape.functions.control.printing import block
from gradtape.ops.strings import text as ops
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor


def join(inputs: Any, separator: str = "", name: str | None = None) -> EagerTensor:
    """The texts at each place joined by `separator`; scalars go with every place. Of none: "".

    Raises: InvalidArgumentError where shapes differ.

    >>> tf.strings.join(["a", ["b", "c"]], separator="-").numpy()
    array([b'a-b', b'a-c'], dtype=object)
    """
    xs = [_text(x) for x in inputs]
    if not xs:
        return convert("")
    if len({shape_of(x) for x in xs if shape_of(x)}) > 1:
        raise InvalidArgumentError(
            f"the inputs must have equal shapes or be scalars, got {[shape_of(x) for x in xs]}."
        )
    return ops.string_join(*xs, separator=separator.encode())


def length(input: Any, unit: str = "BYTE", name: str | None = None) -> EagerTensor:
    """The number of bytes of each text, or with unit="UTF8_CHAR" of characters; int32.

    Bytes that are no UTF-8 count as characters. Raises: InvalidArgumentError for another unit.

    >>> tf.strings.length(["ab", "é"]).numpy()
    array([2, 2], dtype=int32)
    """
    if unit not in ("BYTE", "UTF8_CHAR"):
        raise InvalidArgumentError(
            f"Value for attr 'unit' of {unit!r} is not in the list of allowed values: 'BYTE', "
            "'UTF8_CHAR' [Op:StringLength]"
        )
    return ops.string_length(_text(input), characters=unit != "BYTE")


def lower(input: Any, encoding: str = "", name: str | None = None) -> EagerTensor:
    """The texts in small letters: those of ASCII, or with encoding="utf-8" all.

    Raises: InvalidArgumentError for another encoding.

    >>> tf.strings.lower("AB").numpy()
    b'ab'
    """
    return ops.string_lower(_text(input), characters=_is_utf8(encoding))


def upper(input: Any, encoding: str = "", name: str | None = None) -> EagerTensor:
    """The texts in capitals: those of ASCII, or with encoding="utf-8" all.

    Raises: InvalidArgumentError for another encoding.

    >>> tf.strings.upper("ab").numpy()
    b'AB'
    """
    return ops.string_upper(_text(input), characters=_is_utf8(encoding))


def _text(value: Any) -> Any:
    """A tensor of text; Python's numbers are refused as other values of a wrong type are."""
    return convert_operand(value) if is_tensor_like(value) else convert(value, as_dtype("string"))


def _is_utf8(encoding: str) -> bool:
    if encoding not in ("", "utf-8"):
        raise InvalidArgumentError(
            f"only utf-8 or '' (no encoding) is supported, received {encoding!r}"
        )
    return encoding == "utf-8"


def to_number(input: Any, out_type: Any = "float32", name: str | None = None) -> EagerTensor:
    """The numbers that the texts write, with spaces around them or not. No gradient passes.

    Floats also as inf, nan or 0x1.8p3; float32, float64, int32, int64, uint32 and uint64.

    Raises: InvalidArgumentError for a text that is no number, or one that the dtype does not hold.

    >>> tf.strings.to_number(["1.5", "2"]).numpy()
    array([1.5, 2. ], dtype=float32)
    """
    dtype = as_dtype(out_type)
    if dtype.name not in ("float32", "float64", "int32", "int64", "uint32", "uint64"):
        raise InvalidArgumentError(
            f"Value for attr 'out_type' of {dtype.word} is not in the list of allowed values: "
            "float, double, int32, int64, uint32, uint64 [Op:StringToNumber]. Use tf.cast then."
        )
    return ops.string_to_number(_text(input), dtype=dtype.numpy)


def as_string(
    input: Any, precision: int = -1, scientific: bool = False, shortest: bool = False,
    width: int = -1, fill: str = "", name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The elements as text, as C's printf writes them: numbers, truth values, and text itself.

    Floats have `precision` digits behind the point (6 by default), `scientific` with an exponent,
    `shortest` as short as can be; complex numbers are (real,imaginary). `width` is the least number
    of bytes, `fill` one of printf's flags: "0" zeros in front, "-" to the left, "+" and " " a sign
    before what is not negative.

    Raises: InvalidArgumentError for another fill, both notations at once, and a precision or
    notation for integers and truth values.

    >>> tf.strings.as_string([1.5, 2.0], precision=1).numpy()
    array([b'1.5', b'2.0'], dtype=object)
    >>> tf.strings.as_string(7, width=3, fill="0").numpy()
    b'007'
    """
    x = convert_operand(input)
    if len(fill) > 1:
        raise InvalidArgumentError("Fill string must be one or fewer characters [Op:AsString]")
    if fill not in ("", " ", "+", "-", "0", "#"):
        raise InvalidArgumentError(f'Fill argument not supported: "{fill}" [Op:AsString]')
    if scientific and shortest:
        raise InvalidArgumentError("Cannot select both scientific and shortest notation")
    if x.dtype.is_integer or x.dtype.is_bool:
        if scientific or shortest or precision >= 0:
            what = "precision" if precision >= 0 else "scientific and shortest format"
            raise InvalidArgumentError(
                f"{what} not supported for datatype {x.dtype.name} [Op:AsString]"
            )
    return ops.as_string(
        x,
        flags=fill.encode(),
        width=width,
        precision=precision,
        notation=b"e" if scientific else b"g" if shortest else b"f",
    )


def format_(
    template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: str | None = None
) -> EagerTensor:
    """The template with its placeholders replaced by the printed inputs, a string scalar.

    Raises: ValueError where there are not as many placeholders as inputs.

    >>> tf.strings.format("x = {}", tf.constant([1, 2])).numpy()
    b'x = [1 2]'
    """
    values = inputs if isinstance(inputs, (list, tuple)) else [inputs]
    parts = template.split(placeholder)
    if len(parts) != len(values) + 1:
        raise ValueError(
            f"{len(values)} placeholder(s) expected in template, {len(parts) - 1} are there."
        )
    out = parts[0]
    for value, part in zip(values, parts[1:], strict=True):
        out += block(np.asarray(convert_operand(value)._value), summarize) + part
    return convert(out)
