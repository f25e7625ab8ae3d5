"""What dispatch says when an op does not take its operands, in TensorFlow's words."""

from __future__ import annotations

from typing import Any

from gradtape import dtypes
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.primitives.op import Op

#: What TensorFlow calls the dtypes of each of NumPy's kinds.
_KINDS = {
    "f": "bfloat16, half, float, double",
    "i": "int8, int16, int32, int64",
    "u": "uint8, uint16, uint32, uint64",
    "c": "complex64, complex128",
    "b": "bool",
    "O": "string",
}


def word(dtype: Any) -> str:
    """TensorFlow's word for a NumPy dtype in its messages."""
    known = dtypes.BY_NUMPY.get(dtype)
    return str(dtype) if known is None else known.word


def refused_dtype(op: Op, dtype: Any) -> InvalidArgumentError:
    """The error for an op that does not take this dtype."""
    allowed = ", ".join(words for kind, words in _KINDS.items() if kind in op.allowed)
    return InvalidArgumentError(
        f"Value for attr 'T' of {word(dtype)} is not in the list of allowed values: {allowed} "
        f"[Op:{op.type}]. Use tf.cast(x, tf.float32), or write numbers with a decimal point."
    )


def check_same(op: Op, values: tuple[Any, ...]) -> None:
    """Refuse operands of two dtypes."""
    first = values[0].dtype
    for i, value in enumerate(values):
        if value.dtype != first:
            raise InvalidArgumentError(
                f"cannot compute {op.type} as input #{i}(zero-based) was expected to be a "
                f"{word(first)} tensor but is a {word(value.dtype)} tensor [Op:{op.type}] name: . "
                "There is no promotion between tensor dtypes: use tf.cast."
            )


def failed(op: Op, values: tuple[Any, ...], error: Exception) -> InvalidArgumentError:
    """A kernel's ValueError in TensorFlow's words."""
    text = str(error)
    if "broadcast" in text and len(values) > 1:
        text = "Incompatible shapes: " + " vs. ".join(shape_text(v.shape) for v in values)
    elif not isinstance(error, ValueError):
        came = ", ".join(f"{word(v.dtype)}{shape_text(v.shape)}" for v in values)
        text = f"{op.type} cannot take {came}: {text}"
    return InvalidArgumentError(f"{text} [Op:{op.type}]")
