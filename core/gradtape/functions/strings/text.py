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
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor


def join(inputs: Any, separator: str = "", name: str | None = None) -> EagerTensor:
    """The texts at each place joined by `separator`; scalars go with every place.

    Raises: InvalidArgumentError where shapes differ.

    >>> tf.strings.join(["a", ["b", "c"]], separator="-").numpy()
    array([b'a-b', b'a-c'], dtype=object)
    """
    xs = [convert_operand(x) for x in inputs]
    if not xs:
        raise ValueError("tf.strings.join needs at least one tensor, got an empty list.")
    if len({shape_of(x) for x in xs if shape_of(x)}) > 1:
        raise InvalidArgumentError(
            f"the inputs must have equal shapes or be scalars, got {[shape_of(x) for x in xs]}."
        )
    return ops.string_join(*xs, separator=separator.encode())


def length(input: Any, unit: str = "BYTE", name: str | None = None) -> EagerTensor:
    """The number of bytes of each text, or with unit="UTF8_CHAR" of characters; int32.

    Raises: ValueError for another unit.

    >>> tf.strings.length(["ab", "é"]).numpy()
    array([2, 2], dtype=int32)
    """
    if unit not in ("BYTE", "UTF8_CHAR"):
        raise ValueError(f"unit is 'BYTE' or 'UTF8_CHAR', got {unit!r}.")
    return ops.string_length(convert_operand(input), characters=unit != "BYTE")


def lower(input: Any, encoding: str = "", name: str | None = None) -> EagerTensor:
    """The texts in small letters.

    >>> tf.strings.lower("AB").numpy()
    b'ab'
    """
    return ops.string_lower(convert_operand(input))


def upper(input: Any, encoding: str = "", name: str | None = None) -> EagerTensor:
    """The texts in capitals.

    >>> tf.strings.upper("ab").numpy()
    b'AB'
    """
    return ops.string_upper(convert_operand(input))


def to_number(input: Any, out_type: Any = "float32", name: str | None = None) -> EagerTensor:
    """The numbers that the texts write. No gradient passes.

    Raises: InvalidArgumentError for a text that is no number.

    >>> tf.strings.to_number(["1.5", "2"]).numpy()
    array([1.5, 2. ], dtype=float32)
    """
    return ops.string_to_number(convert_operand(input), dtype=as_dtype(out_type).numpy)


def as_string(
    input: Any, precision: int = -1, scientific: bool = False, shortest: bool = False,
    width: int = -1, fill: str = "", name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The numbers as text, with `precision` digits behind the point (6 by default).

    >>> tf.strings.as_string([1.5, 2.0], precision=1).numpy()
    array([b'1.5', b'2.0'], dtype=object)
    """
    if width >= 0 or fill:
        raise ValueError("width and fill are not supported here; pad with tf.strings.join.")
    return ops.as_string(
        convert_operand(input), precision=precision, scientific=scientific, shortest=shortest
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
