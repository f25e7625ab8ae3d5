"""How functions of `keras.ops` are made: dtypes as Keras settles them, steps of functional models.

`op` makes a function a step of the model when it is called on symbolic tensors. `unary`, `floating`
and `binary` make the many functions that are one function of gradtape under NumPy's name.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.symbolic import functional

op = functional


def tensor(x: Any, dtype: Any = None) -> Any:
    """`x` as a tensor; Python's floats in `floatx()`."""
    if dtype is not None:
        return tf.cast(tf.convert_to_tensor(x), dtype)
    if isinstance(x, float):
        return tf.constant(x, config.floatx())
    return tf.convert_to_tensor(x)


def as_float(x: Any) -> Any:
    """`x` as a tensor of floats; integers and booleans become `floatx()`."""
    x = tensor(x)
    return tf.cast(x, config.floatx()) if x.dtype.is_integer or x.dtype.is_bool else x


def together(*values: Any) -> list[Any]:
    """The values as tensors of the dtype that holds all; Python's numbers go with the tensors."""
    known = [v for v in values if not isinstance(v, (bool, int, float, complex))]
    if not known:
        return [tensor(v) for v in values]
    tensors = [tensor(v) for v in known]
    kinds = [t.dtype for t in tensors]
    floats = [k for k in kinds if k.is_floating or k.is_complex]
    if not floats and any(isinstance(v, float) for v in values):
        wide = tf.as_dtype(config.floatx())
    elif len(set(floats or kinds)) == 1:
        wide = (floats or kinds)[0]
    else:
        wide = tf.as_dtype(np.result_type(*(k.as_numpy_dtype for k in floats or kinds)))
    if wide.is_bool and any(isinstance(v, int) and not isinstance(v, bool) for v in values):
        wide = tf.int32
    return [tf.cast(tf.convert_to_tensor(v), wide) for v in values]


def _named(function: Callable[..., Any], name: str, text: str, module: str) -> Callable[..., Any]:
    function.__name__ = function.__qualname__ = name
    function.__module__, function.__doc__ = module, text
    return op(function)


def unary(module: str, name: str, function: Callable[..., Any], text: str) -> Callable[..., Any]:
    """A function of one tensor, under the name `name`."""

    def called(x: Any) -> Any:
        return function(tensor(x))

    return _named(called, name, text, module)


def floating(module: str, name: str, function: Callable[..., Any], text: str) -> Callable[..., Any]:
    """A function of one tensor of floats; integers become floats first."""

    def called(x: Any) -> Any:
        return function(as_float(x))

    return _named(called, name, text, module)


def binary(module: str, name: str, function: Callable[..., Any], text: str) -> Callable[..., Any]:
    """A function of two tensors of one dtype."""

    def called(x1: Any, x2: Any) -> Any:
        return function(*together(x1, x2))

    return _named(called, name, text, module)


#: what the modules of functions need themselves
_INNER = frozenset({
    "array_of_window", "causal_mask", "channels_first", "channels_last", "transposed_size",
})  # fmt: skip


def functions_of(*modules: ModuleType) -> dict[str, Any]:
    """The public functions that these modules define, by name."""
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if callable(value)
        and name[0] != "_"
        and name not in _INNER
        and getattr(value, "__module__", "") == module.__name__
    }
