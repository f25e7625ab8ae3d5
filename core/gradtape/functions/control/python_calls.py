"""Python functions called with a tensor's value: numpy_function, py_function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.ops.array.passing import py_func
from gradtape.runtime.call_sites import here
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import as_array, convert, is_tensor_like


def numpy_function(
    func: Callable[..., Any] | None = None, inp: Any = None, Tout: Any = None,
    stateful: bool = True, name: str | None = None,
) -> Any:  # fmt: skip
    """What the NumPy function `func` gives for the arrays of `inp`, as tensors.

    No gradient passes: NumPy's steps are not recorded. `tf.py_function` and `tf.custom_gradient`
    have one. `func` is called at once and its result taken as it is: several values are a list,
    None is None, and `Tout` changes nothing. Without `func` it is a decorator.

    Raises: TypeError where `func` cannot be called.

    >>> tf.numpy_function(lambda a: a * 2, [tf.constant([1.0, 2.0])], tf.float32).numpy()
    array([2., 4.], dtype=float32)
    """
    if func is None:

        def decorator(f: Callable[..., Any]) -> Callable[..., Any]:
            return lambda *args: numpy_function(f, args, Tout)

        return decorator
    _callable(func)
    if state.trace is not None:
        state.trace.give_up("it calls tf.numpy_function", here())
    # without a tensor among the inputs the op gives bare arrays
    xs = (convert_operand(x if is_tensor_like(x) else np.array(x)) for x in inp)
    ys = [convert(y) for y in py_func(*xs, func=_arrays(func))]
    return ys if len(ys) > 1 else ys[0] if ys else None


def _callable(func: Any) -> None:
    if not callable(func):
        raise TypeError(f"func must be callable, got {func!r}.")


def _arrays(func: Callable[..., Any]) -> Callable[..., Any]:
    """`func` with copies for arguments and a tuple of arrays for a result."""

    def called(*xs: Any) -> Any:
        y = func(*(np.array(x) if np.ndim(x) else np.asarray(x)[()] for x in xs))
        if y is None:
            return ()
        return tuple(map(as_array, y)) if isinstance(y, (list, tuple)) else (as_array(y),)

    return called


def py_function(
    func: Callable[..., Any] | None = None, inp: Any = None, Tout: Any = None,
    name: str | None = None,
) -> Any:  # fmt: skip
    """What `func` gives for the tensors of `inp`; the gradient goes through the ops in it.

    A list or tuple in `Tout` asks for a list of tensors of those dtypes. Without `func` it is a
    decorator.

    Raises: InvalidArgumentError where a result has another dtype than `Tout` says.

    >>> tf.py_function(lambda a: a * 2, [tf.constant([1.0, 2.0])], tf.float32).numpy()
    array([2., 4.], dtype=float32)
    """
    if func is None:

        def decorator(f: Callable[..., Any]) -> Callable[..., Any]:
            return lambda *args: py_function(f, args, Tout)

        return decorator
    _callable(func)
    if state.trace is not None:
        state.trace.give_up("it calls tf.py_function", here())
    result = func(*(convert_operand(x) for x in inp))
    if not isinstance(Tout, (list, tuple)):
        if result is None:
            raise InvalidArgumentError(
                "func returns 0 values, but expects to see 1 values [Op:EagerPyFunc]: let it "
                "return one, or give Tout=[]."
            )
        return _of_dtype(result, Tout)
    if not Tout:
        return []
    results = result if isinstance(result, (list, tuple)) else [result]
    if len(results) != len(Tout):
        raise InvalidArgumentError(
            f"func gave {len(results)} results, and Tout names {len(Tout)} [Op:EagerPyFunc]"
        )
    return [_of_dtype(y, dtype) for y, dtype in zip(results, Tout, strict=True)]


def _of_dtype(value: Any, dtype: Any) -> Any:
    try:
        return convert_operand(convert(value, as_dtype(dtype)))
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"{type(error).__name__}: {error} [Op:EagerPyFunc]") from None
