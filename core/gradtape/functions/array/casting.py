"""From one dtype to another."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import DType, as_dtype
from gradtape.errors import UnimplementedError
from gradtape.ops.math import complex_numbers as ops
from gradtape.ops.math.arithmetic import maximum, minimum
from gradtape.tensors.conversion import convert
from gradtape.tensors.indexed_slices import IndexedSlices
from gradtape.tensors.tensor import EagerTensor


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """x in another dtype; the same tensor where it has that dtype already.

    Floating point to integers drops the fraction; complex to real drops the imaginary part, with a
    warning; numbers to bool say which are not 0. Derivative: the cotangent, cast back; none (None)
    through integers and bools. Takes `tf.IndexedSlices` too.

    Raises: UnimplementedError between text and numbers.

    >>> tf.cast([1.8, 2.2], tf.int32).numpy()
    array([1, 2], dtype=int32)
    """
    to = as_dtype(dtype)
    if isinstance(x, IndexedSlices):
        return IndexedSlices(cast(x.values, to), x.indices, x.dense_shape)
    x = convert_operand(x)
    if x.dtype is to:
        return x
    return _cast(x, to)


def _cast(x: EagerTensor, to: DType) -> EagerTensor:
    have = x.dtype
    if "string" in (have.name, to.name):
        raise UnimplementedError(
            f"Cast {have.word} to {to.word} is not supported [Op:Cast]. Convert text in Python: "
            "tf.constant([float(s) for s in ...])."
        )
    if have.is_complex and not (to.is_complex or to.is_bool):
        logging.getLogger("tensorflow").warning(
            "You are casting an input of type %s to an incompatible dtype %s.  This will discard "
            "the imaginary part and may not be what you intended.",
            have.name, to.name,
        )  # fmt: skip
    return ops.cast(x, dtype=to.numpy)


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> EagerTensor:
    """value in another dtype, with what does not fit moved to the nearest number that does.

    An infinity does not fit: it becomes the largest finite number that both dtypes have. nan stays.
    Derivative: that of `tf.clip_by_value` and `tf.cast`: 1 inside the range, 0 outside, none (None)
    through integers. Complex numbers are treated part by part.

    Raises: TypeError for truth values and texts, which have no range.

    >>> tf.saturate_cast([-3.0, 400.0], tf.uint8).numpy()
    array([  0, 255], dtype=uint8)
    """
    x, to = convert_operand(value), as_dtype(dtype)
    for kind in (x.dtype, to):
        if kind.is_bool or kind.name == "string":
            raise TypeError(f"Cannot find minimum value of {kind!r}; use tf.cast.")
    if x.dtype.is_complex:
        if not to.is_complex:
            return saturate_cast(ops.real(x), to)
        part = to.real_dtype
        return ops.make_complex(saturate_cast(ops.real(x), part), saturate_cast(ops.imag(x), part))
    low, high = _bounds(x.dtype, to.real_dtype)
    if low is not None:
        return ops.cast(maximum(minimum(x, convert(high)), convert(low)), dtype=to.numpy)
    return x if x.dtype is to else _cast(x, to)


def _bounds(have: DType, to: DType) -> tuple[Any, Any]:
    """The finite numbers of dtype `have` nearest to the ends of dtype `to`; None where all fit."""
    kind = have.numpy.type
    low, high = have.limits
    if have.is_integer:
        if float(to.min) <= float(low) and float(high) <= float(to.max):
            return None, None
        return kind(max(int(low), int(to.min))), kind(min(int(high), int(to.max)))
    with np.errstate(over="ignore"):
        ends = [max(kind(to.min), low), min(kind(to.max), high)]
        if to.is_integer and int(ends[1]) > int(to.max):  # the end itself is no number of `have`
            ends[1] = np.nextafter(ends[1], kind(0))
    return ends[0], ends[1]
