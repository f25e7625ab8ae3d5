"""Arrays that an optimizer may overwrite, and gradients as arrays.

A step of an optimizer is plain arithmetic on arrays, NumPy's or a device's (whose steps in place
make the handle stand for a new value). Where nobody but the variable holds its array,
the step writes into it; where a tape, a tensor or the user still holds it, the step writes into a
copy, so that values that were read before never change.
"""

from __future__ import annotations

from sys import getrefcount
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.errors import InvalidArgumentError, UnimplementedError, shape_text


def _holders(variable: Any) -> tuple[int, int]:
    """How many hold the variable's tensor, and how many hold its array."""
    return getrefcount(variable._tensor), getrefcount(variable._tensor._value)


def _held_by_itself_alone() -> tuple[int, int]:
    probe = tf.Variable(np.zeros(2, np.float32))
    probe.set_array(np.zeros(2, np.float32))
    return _holders(probe)


#: what `_holders` gives where nobody else holds anything (it depends on the Python version)
_ALONE = _held_by_itself_alone()


def writable(variable: Any) -> np.ndarray[Any, Any]:
    """The variable's array if nobody else can see it, otherwise a copy of it."""
    alone = _holders(variable) == _ALONE
    array = variable._tensor._value
    if on_device(array):
        handle: np.ndarray[Any, Any] = array.copy()
        return handle
    if type(array) is not np.ndarray:
        return np.array(array)  # a scalar
    if alone and array.base is None and array.flags.writeable:
        return array
    return array.copy()


def on_device(array: Any) -> bool:
    """Whether an array lies on a device."""
    return hasattr(array, "device_name")


def as_array(gradient: Any, variable: Any) -> np.ndarray[Any, Any]:
    """The gradient as an array of the variable's dtype and shape.

    Raises: InvalidArgumentError where the shape is another, UnimplementedError for text.
    """
    wanted = variable._tensor._value
    if isinstance(gradient, tf.IndexedSlices):
        gradient = tf.convert_to_tensor(gradient)
    if isinstance(gradient, tf.Tensor) and (
        type(gradient._value) is np.ndarray or on_device(gradient._value)
    ):
        array: np.ndarray[Any, Any] = gradient._value
    elif tf.is_tensor(gradient):
        array = np.asarray(gradient)
    else:
        array = np.asarray(tf.convert_to_tensor(gradient))
    if array.shape != wanted.shape:
        raise InvalidArgumentError(
            f"Cannot update variable with shape {shape_text(wanted.shape)} using a Tensor with "
            f"shape {shape_text(array.shape)}, shapes must be equal. (variable {variable.name})"
        )
    if array.dtype == object:
        raise UnimplementedError(
            f"Cast string to {wanted.dtype} is not supported [Op:Cast]: a gradient is no text. "
            f"(variable {variable.name})"
        )
    return array if array.dtype == wanted.dtype else array.astype(wanted.dtype)
