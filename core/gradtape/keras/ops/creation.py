"""`keras.ops`: tensors made of nothing: zeros, ranges, windows."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.ops.making import tensor


def zeros(shape: Any, dtype: Any = None) -> Any:
    """Zeros."""
    return tf.zeros(shape, dtype or config.floatx())


def ones(shape: Any, dtype: Any = None) -> Any:
    """Ones."""
    return tf.ones(shape, dtype or config.floatx())


def empty(shape: Any, dtype: Any = None) -> Any:
    """Zeros, for values that come later."""
    return tf.zeros(shape, dtype or config.floatx())


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """One value everywhere."""
    value = tensor(fill_value) if dtype is None else tf.cast(fill_value, dtype)
    return tf.broadcast_to(value, shape)


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """Ones on the k-th diagonal, zeros elsewhere."""
    kind = tf.as_dtype(dtype or config.floatx()).as_numpy_dtype
    return tf.constant(np.eye(N, M, k, dtype=kind))


def identity(n: int, dtype: Any = None) -> Any:
    """The matrix that changes nothing."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """Ones up to the k-th diagonal, zeros above."""
    kind = tf.as_dtype(dtype or config.floatx()).as_numpy_dtype
    return tf.constant(np.tri(N, M, k, dtype=kind))


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """The numbers from `start` to before `stop`, in steps."""
    given = [v for v in (start, stop, step) if v is not None]
    if dtype is None:
        floats = builtins.any(isinstance(v, float) for v in given)
        dtype = config.floatx() if floats else "int32"
    low, high = (0, start) if stop is None else (start, stop)
    kind = tf.as_dtype(dtype).as_numpy_dtype
    return tf.constant(np.arange(low, high, 1 if step is None else step).astype(kind))


def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False,
    dtype: Any = None, axis: int = 0,
) -> Any:  # fmt: skip
    """So many numbers from `start` to `stop`, evenly."""
    kind = tf.as_dtype(dtype or config.floatx()).as_numpy_dtype
    ends = np.asarray(tensor(start)), np.asarray(tensor(stop))
    found: Any
    step: Any
    found, step = np.linspace(ends[0], ends[1], num, endpoint=endpoint, retstep=True, axis=axis)
    values = tf.constant(found.astype(kind))
    return (values, tf.constant(np.asarray(step, kind))) if retstep else values


def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10,
    dtype: Any = None, axis: int = 0,
) -> Any:  # fmt: skip
    """`base` to the powers of `linspace`."""
    kind = tf.as_dtype(dtype or config.floatx()).as_numpy_dtype
    return tf.constant(np.logspace(start, stop, num, endpoint, base, axis=axis).astype(kind))


def array_of_window(values: Any) -> Any:
    """A window of NumPy's as a tensor."""
    return tf.constant(np.asarray(values, config.floatx()))


def hanning(x: Any) -> Any:
    """The Hann window of this length."""
    return array_of_window(np.hanning(int(x)))


def hamming(x: Any) -> Any:
    """The Hamming window of this length."""
    return array_of_window(np.hamming(int(x)))


def blackman(x: Any) -> Any:
    """The Blackman window of this length."""
    return array_of_window(np.blackman(int(x)))


def bartlett(x: Any) -> Any:
    """The Bartlett window of this length."""
    return array_of_window(np.bartlett(int(x)))


def kaiser(x: Any, beta: float) -> Any:
    """The Kaiser window of this length."""
    return array_of_window(np.kaiser(int(x), float(beta)))
