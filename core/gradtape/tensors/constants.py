"""`tf.constant` and `tf.convert_to_tensor`: tensors from values, at the user's door."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dtypes import as_dtype
from gradtape.runtime import devices
from gradtape.runtime.call_sites import here
from gradtape.tensors.conversion import as_array, convert, holds_tensors, is_tensor_like
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor, wrap


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const") -> EagerTensor:
    """A tensor that holds `value`.

    Dtypes: Python floats become float32, ints int32 (int64 where they do not fit), bools bool,
    complex numbers complex128, text string; NumPy arrays keep their dtype. `shape` fills with a
    scalar or reshapes. A tensor is returned as it is.

    Raises: ValueError for ragged or mixed sequences, TypeError where the values do not fit `dtype`
    or `shape`.

    >>> import gradtape as tf
    >>> tf.constant([[1, 2], [3, 4]])
    <tf.Tensor: shape=(2, 2), dtype=int32, numpy=
    array([[1, 2],
           [3, 4]], dtype=int32)>
    """
    wanted = None if dtype is None else as_dtype(dtype)
    if isinstance(value, EagerTensor):
        if wanted is not None and value.dtype is not wanted:
            raise TypeError(
                f"Expected tensor {value!r} with dtype {wanted!r}, but got dtype {value.dtype!r}. "
                f"Use tf.cast(t, {wanted!r})."
            )
        tensor = value
    elif holds_tensors(value):
        raise ValueError(
            "tf.constant takes numbers, and the list holds tensors. Use tf.stack or "
            "tf.convert_to_tensor, which keep the gradient."
        )
    elif is_tensor_like(value):
        tensor = convert(value, wanted)
    else:
        tensor = wrap(as_array(value, wanted))
        tensor._origin = ("made", here())
    if shape is not None:
        tensor = _shaped(tensor, TensorShape(shape), value)
    return _placed(tensor) if devices.SCOPED else tensor


def _placed(tensor: EagerTensor) -> EagerTensor:
    """The tensor on the device of the block of `tf.device` that this is."""
    value = devices.upload(tensor._value)
    if value is not tensor._value:
        origin = getattr(tensor, "_origin", None)
        tensor = wrap(value)
        tensor._origin = origin
    return tensor


def _shaped(tensor: EagerTensor, shape: TensorShape, came: Any) -> EagerTensor:
    array, dims = np.asarray(tensor._value), tuple(int(n or 0) for n in shape.as_list())
    if array.shape == dims:
        return tensor
    if array.size == 1 and not array.ndim:
        made = wrap(np.full(dims, array))
    elif array.size == np.prod(dims, dtype=int):
        made = wrap(array.reshape(dims))
    else:
        raise TypeError(
            f"Eager execution of tf.constant with unsupported shape. Tensor {array} (converted "
            f"from {came!r}) has {array.size} elements, but got `shape` {dims} with "
            f"{int(np.prod(dims))} elements)."
        )
    made._origin = ("made", here())
    return made


def convert_to_tensor(
    value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None
) -> EagerTensor:
    """`value` as a tensor; a tensor is returned as it is, a list of tensors is stacked.

    Stacking is differentiable. `dtype_hint` is used where it fits.

    Raises: ValueError where a tensor has another dtype than `dtype`.

    >>> import gradtape as tf
    >>> tf.convert_to_tensor([tf.constant(1.0), 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """
    return convert(
        value,
        None if dtype is None else as_dtype(dtype),
        None if dtype_hint is None else as_dtype(dtype_hint),
    )
