"""Reading shapes, axes and counts, given as numbers, lists, arrays or tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dispatch.batching import Batched
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.primitives.op import FLOATING
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor, wrap


def matched(*values: Any) -> list[EagerTensor]:
    """The values as tensors: what is none, also an array, takes the dtype of the first that is one.

    Without a tensor among them the first value gives the dtype. Tensors keep theirs, which may
    differ.
    """
    first = next((v for v in values if is_tensor_like(v)), None)
    dtype = None if first is None else convert_operand(first).dtype
    xs: list[EagerTensor] = []
    for value in values:
        if is_tensor_like(value):
            xs.append(convert_operand(value))
        else:
            xs.append(convert(value, dtype))
            dtype = xs[-1].dtype
    return xs


def truths_of(value: Any) -> EagerTensor:
    """A tensor as it is; what is none becomes truth values, as the ops of logic take them.

    Raises: TypeError for Python numbers and texts.
    """
    return convert_operand(value) if is_tensor_like(value) else convert(value, as_dtype("bool"))


def integers(value: Any, what: str) -> tuple[int, ...]:
    """The numbers of a vector (or one number) of integers, whatever holds them.

    Raises: TypeError for anything but integers, ValueError for None among them.
    """
    if type(value) is tuple and all(type(n) is int for n in value):
        return value
    if isinstance(value, TensorShape):
        return static_shape(value, what)
    if is_tensor_like(value):
        value = _read(value, what)
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "iu" and value.size:
            raise _no_integer(value, what)
        return tuple(int(n) for n in value.ravel())
    if isinstance(value, (list, tuple, range)):
        return tuple(integer(n, what) for n in value)
    return (integer(value, what),)


def integer(value: Any, what: str) -> int:
    """One integer, whatever holds it."""
    if type(value) is int:
        return value
    if is_tensor_like(value):
        value = _read(value, what)
    if isinstance(value, (bool, np.bool_)) or value is None:
        raise _no_integer(value, what)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind in "iu":
        return int(value.reshape(-1)[0])
    raise _no_integer(value, what)


def _read(value: Any, what: str) -> Any:
    tensor = convert_operand(value)
    array = (tensor if state.trace is None else state.trace.known(tensor))._value
    if isinstance(array, Batched):
        raise TypeError(
            f"{what} must be the same for all elements inside tf.vectorized_map, but this one "
            "depends on the element; tf.map_fn runs element by element."
        )
    return np.asarray(array)


def _no_integer(value: Any, what: str) -> TypeError:
    return TypeError(
        f"{what} takes integers (int, or int32 and int64 tensors), got {value!r} of type "
        f"{type(value).__name__}."
    )


def static_shape(shape: TensorShape, what: str) -> tuple[int, ...]:
    """The sizes of a shape that is fully known."""
    if not shape.is_fully_defined():
        raise ValueError(
            f"Cannot convert a partially known TensorShape {shape} to a Tensor: {what}"
        )
    return tuple(shape.as_list())  # type: ignore[arg-type]


def dims(value: Any, what: str = "shape") -> tuple[int, ...]:
    """A shape; negative sizes are an error."""
    sizes = integers(value, what)
    for n in sizes:
        if n < 0:
            raise InvalidArgumentError(f"{what} must have sizes >= 0, got {list(sizes)}.")
    return sizes


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a tensor, as ints."""
    return tuple(x._value.shape)


def axis_of(axis: Any, rank: int, op: str, what: str = "axis") -> int:
    """The axis counted from the front; InvalidArgumentError where the tensor has it not."""
    k = integer(axis, what)
    if not -rank <= k < rank:
        raise InvalidArgumentError(
            f"{what} = {k} must be in [{-rank}, {rank}): the tensor has {rank} axes [Op:{op}]"
        )
    return k % rank if rank else 0


def is_floating(x: Any) -> bool:
    """Whether a tensor holds real or complex floating-point numbers."""
    return x._value.dtype.kind in FLOATING


def indices_of(value: Any, what: str = "indices") -> Any:
    """A tensor of integers.

    Raises: InvalidArgumentError for any other dtype.
    """
    x = convert_operand(value)
    if x._value.dtype.kind not in "iu":
        if not getattr(x._value, "size", 1):  # an empty list is float32
            return wrap(np.zeros(shape_of(x), np.int32))
        raise InvalidArgumentError(
            f"{what} must be int32 or int64, got {x.dtype.name} of shape {list(shape_of(x))}; use "
            "tf.cast(x, tf.int32)."
        )
    return x


def numpy_dtype(dtype: Any) -> np.dtype[Any]:
    """The NumPy dtype that `dtype` names."""
    return as_dtype(dtype).numpy
