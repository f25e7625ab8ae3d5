"""Constants and variables, what they hold, and how they are set, as Keras's backend has them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.config import floatx

name_scope, ones_like, zeros_like, cast = tf.name_scope, tf.ones_like, tf.zeros_like, tf.cast


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """A constant, of `floatx()` by default."""
    return tf.constant(value, dtype or floatx(), shape)


def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Any:
    """A variable, of `floatx()` by default."""
    kind = tf.as_dtype(dtype or floatx())
    return tf.Variable(value, dtype=kind, name=name, constraint=constraint)


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of zeros."""
    return variable(tf.zeros(shape, dtype or floatx()), dtype, name)


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of ones."""
    return variable(tf.ones(shape, dtype or floatx()), dtype, name)


def eye(size: int, dtype: Any = None, name: str | None = None) -> Any:
    """A variable with ones on the diagonal."""
    return variable(tf.eye(size, dtype=tf.as_dtype(dtype or floatx())), dtype, name)


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: str = "int32") -> Any:
    """The numbers from `start` to before `stop`, in steps; from 0 where `start` stands alone."""
    low, high = (0, start) if stop is None else (start, stop)
    numbers = tf.range(low, high, step)
    return numbers if dtype == "int32" else tf.cast(numbers, dtype)


def stop_gradient(variables: Any) -> Any:
    """The value, or each of several, as a constant for the tape."""
    if isinstance(variables, (list, tuple)):
        return [tf.stop_gradient(each) for each in variables]
    return tf.stop_gradient(variables)


def int_shape(x: Any) -> tuple[int, ...]:
    """The sizes of the axes."""
    return tuple(x.shape)


def ndim(x: Any) -> int:
    """The number of axes."""
    return len(x.shape)


def dtype(x: Any) -> str:
    """The name of the dtype."""
    return str(tf.as_dtype(x.dtype).name)


def count_params(x: Any) -> int:
    """The number of elements."""
    return math.prod(int_shape(x))


def is_sparse(tensor: Any) -> bool:
    """Whether this is a `tf.SparseTensor`."""
    return isinstance(tensor, tf.SparseTensor)


def cast_to_floatx(x: Any) -> Any:
    """`x` in `floatx()`: a tensor of a tensor or variable, else an array."""
    if tf.is_tensor(x) or isinstance(x, tf.Variable):
        return tf.cast(x, floatx())
    return np.asarray(x, tf.as_dtype(floatx()).as_numpy_dtype)


def get_value(x: Any) -> Any:
    """The value of a tensor or variable as an array; anything else as it is."""
    return x.numpy() if hasattr(x, "numpy") else x


def batch_get_value(tensors: Any) -> list[Any]:
    """The values as arrays."""
    return [x.numpy() for x in tensors]


def eval(x: Any) -> Any:
    """The value as an array, of a sparse tensor too."""
    return get_value(tf.sparse.to_dense(x) if is_sparse(x) else x)


def set_value(x: Any, value: Any) -> None:
    """Set a variable to an array of its shape."""
    x.assign(np.asarray(value, tf.as_dtype(x.dtype).as_numpy_dtype))


def batch_set_value(tuples: Any) -> None:
    """Set variables, each with its value."""
    for x, value in tuples:
        set_value(x, value)


def update(x: Any, new_x: Any) -> Any:
    """Set a variable."""
    return x.assign(new_x)


def update_add(x: Any, increment: Any) -> Any:
    """Add to a variable."""
    return x.assign_add(increment)


def update_sub(x: Any, decrement: Any) -> Any:
    """Take from a variable."""
    return x.assign_sub(decrement)


def moving_average_update(x: Any, value: Any, momentum: Any) -> Any:
    """x ← momentum · x + (1 − momentum) · value."""
    value, momentum = tf.cast(value, x.dtype), tf.cast(momentum, x.dtype)
    return x.assign_sub((x - value) * (1 - momentum))
