"""Tensor slicing: Python's index expressions and `tf.strided_slice`, as TensorFlow reads them."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integers, shape_of
from gradtape.ops.array import indexing as ops
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, Tensor
from gradtape.tensors.variable import Variable
from gradtape.tensors.variable_reference import one_value
from gradtape.tensors.variable_scattering import made_of

_ALLOWED = (
    "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar "
    "tf.int32/tf.int64 tensors are "
    "valid indices"
)


def getitem(self: Any, key: Any) -> EagerTensor:
    """self[key]: integers, slices, `...`, `tf.newaxis` and boolean masks; no lists of indices."""
    x = self if isinstance(self, EagerTensor) else convert_operand(self)
    if isinstance(key, (Tensor, Variable, np.ndarray)) and _is_mask(key):
        from gradtape.functions.array.selection import boolean_mask  # masks are few

        return boolean_mask(x, key)
    index = normalise(key, tuple(x._value.shape))
    return ops.strided_slice(x, index=index)


def strided_slice(
    input_: Any, begin: Any, end: Any, strides: Any = None, begin_mask: int = 0, end_mask: int = 0,
    ellipsis_mask: int = 0, new_axis_mask: int = 0, shrink_axis_mask: int = 0, var: Any = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """`input_[begin[0]:end[0]:strides[0], …]`, with bit masks for what Python writes in brackets.

    Bit k of a mask says of entry k: begin_mask, end_mask – left open; ellipsis_mask – is `...`;
    new_axis_mask – is `None`; shrink_axis_mask – is the single index begin[k]. The gradient stands
    in zeros.

    Raises: InvalidArgumentError for a stride of 0 and for entries without an axis.

    >>> tf.strided_slice([0, 1, 2, 3, 4, 5], [1], [5], [2]).numpy()
    array([1, 3], dtype=int32)
    """
    first, last = integers(begin, "begin"), integers(end, "end")
    steps = (1,) * len(first) if strides is None else integers(strides, "strides")
    if not len(first) == len(last) == len(steps):
        raise InvalidArgumentError(
            "Expected begin, end, and strides to be 1D equal size tensors, but got sizes "
            f"{len(first)}, {len(last)} and {len(steps)} [Op:StridedSlice]"
        )
    key: list[Any] = []
    for k, (a, b, step) in enumerate(zip(first, last, steps, strict=True)):
        bit = 1 << k
        if ellipsis_mask & bit:
            key.append(...)
        elif new_axis_mask & bit:
            key.append(None)
        elif shrink_axis_mask & bit:
            if step <= 0:
                raise InvalidArgumentError(
                    f"only stride 1 allowed on non-range indexing, got {step} [Op:StridedSlice]"
                )
            key.append(a)
        else:
            key.append(slice(None if begin_mask & bit else a, None if end_mask & bit else b, step))
    x = convert_operand(input_)
    return ops.strided_slice(x, index=normalise(tuple(key), shape_of(x)))


def variable_item(self: Variable, key: Any) -> Any:
    """variable[key], with the methods that assign to that slice alone."""
    piece: Any = getitem(self, key)
    piece.assign = lambda value, *_, **__: set_slice(self, key, value)
    piece.assign_add = lambda value, *_, **__: set_slice(self, key, operator.add(piece, value))
    piece.assign_sub = lambda value, *_, **__: set_slice(self, key, operator.sub(piece, value))
    return piece


def _is_mask(key: Any) -> bool:
    return bool(key.dtype == np.bool_ if isinstance(key, np.ndarray) else key.dtype.is_bool)


def normalise(key: Any, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """The key as a tuple with every slice explicit, checked against `shape`."""
    parts = list(key) if isinstance(key, (tuple, list)) else [key]
    if sum(part is Ellipsis for part in parts) > 1:
        raise InvalidArgumentError(
            "Multiple ellipses in slice spec not allowed; one `...` stands for all missing axes "
            "[Op:StridedSlice]"
        )
    used = sum(part is not None and part is not Ellipsis for part in parts)
    if used > len(shape):
        raise InvalidArgumentError(
            f"Index out of range using input dim {len(shape)}; input has only {len(shape)} dims "
            "[Op:StridedSlice]"
        )
    missing = [slice(None)] * (len(shape) - used)
    at = next((k for k, part in enumerate(parts) if part is Ellipsis), None)
    if at is None:
        parts += missing
    else:
        parts[at : at + 1] = missing
    index: list[Any] = []
    axis = 0
    for part in parts:
        if part is None:
            index.append(None)
            continue
        index.append(_part(part, shape[axis], axis))
        axis += 1
    return tuple(index)


def _part(part: Any, n: int, axis: int) -> Any:
    if isinstance(part, slice):
        start, stop, step = (
            None if v is None else _integer(v) for v in (part.start, part.stop, part.step)
        )
        if step == 0:
            raise InvalidArgumentError(f"strides[{axis}] must be non-zero [Op:StridedSlice]")
        return slice(start, stop, step)
    k = _integer(part)
    if not -n <= k < n:
        raise InvalidArgumentError(
            f"slice index {k} of dimension {axis} out of bounds. [Op:StridedSlice]"
        )
    return k


def _integer(value: Any) -> int:
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{_ALLOWED}, got {value!r}")
    if isinstance(value, (int, np.integer)):
        return int(value)
    if (
        isinstance(value, (Tensor, Variable))
        and value.dtype.name in ("int32", "int64", "int16")
        and not value.shape.rank
    ):
        return int(value)
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iu":
        return int(value)
    raise TypeError(
        f"{_ALLOWED}, got {value!r}. For a list of indices use tf.gather or tf.gather_nd."
    )


def set_slice(variable: Variable, key: Any, value: Any) -> Any:
    """Assign to `variable[key]` what has the slice's shape or broadcasts to it."""
    index = normalise(key, tuple(variable._tensor._value.shape))
    tensor = one_value(convert(value, variable.dtype))
    operands = (variable._now()._value, tensor._value)
    return variable._store(tensor, made_of(_with_slice, operands, {"index": index}), True)


def _with_slice(held: Any, value: Any, index: Any) -> Any:
    array = np.array(held)
    try:
        array[index] = value
    except ValueError:
        raise InvalidArgumentError(
            f"Cannot broadcast input shape {list(value.shape)} into final shape "
            f"{list(array[index].shape)}; nothing was changed [Op:ResourceStridedSliceAssign]"
        ) from None
    return array
