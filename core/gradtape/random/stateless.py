"""Random tensors that depend on their seed alone: the same call always gives the same numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape import dtypes
from gradtape.dtypes import DType, as_dtype
from gradtape.random.arguments import host, stateless_seed, stateless_stream, traced_seed
from gradtape.random.draws import (
    Source,
    draw_full_range,
    draw_integers,
    draw_normal,
    draw_uniform,
)
from gradtape.random.philox import Stream
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap

__all__ = [
    "fold_in",
    "split",
    "stateless_normal",
    "stateless_truncated_normal",
    "stateless_uniform",
]


def _source(seed: Any, alg: Any) -> Source:
    traced = traced_seed(seed, alg)
    if traced is not None:
        return Source(_unknown, lambda count, read: traced(read))
    stream = stateless_stream(seed, alg)
    return Source(lambda count, signature: stream)


def _unknown(count: int, signature: tuple[str, str]) -> Stream:
    raise AssertionError("the seed of a traced draw has no value yet")


def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> EagerTensor:
    """Uniform numbers in [minval, maxval), the same for the same `seed`.

    y = minval + (maxval − minval) · u;  ∂y/∂maxval = u and ∂y/∂minval = 1 − u, where tensors are
    given.

    Shapes: y has `shape`, broadcast with minval and maxval; integer bounds are scalars. `seed` is
    two integers.
    Dtypes: float16, float32, float64 (u on a grid of 2⁻¹⁰, 2⁻²³, 2⁻⁵²), int32, int64; with minval
    and maxval both None also uint32 and uint64, over the whole range. Floats take 1 for maxval.
    Edge cases: by rounding, floats can equal maxval; integers are slightly biased unless
    maxval − minval is a power of two.
    Raises: InvalidArgumentError unless minval < maxval for integers, or where shape or seed have
    the wrong form; ValueError for another dtype or algorithm, or where one bound is None.
    Source: Philox4x32-10, Salmon et al. (2011); the numbers are those of TensorFlow on a CPU.

    >>> import gradtape as tf
    >>> tf.random.stateless_uniform([3], seed=[1, 2]).numpy()
    array([0.8440604 , 0.19204533, 0.9962232 ], dtype=float32)
    >>> tf.random.stateless_uniform([3], seed=[1, 2], minval=0, maxval=10, dtype=tf.int32).numpy()
    array([0, 9, 4], dtype=int32)
    """
    kind = as_dtype(dtype)
    _check_uniform(kind, minval, maxval)
    source = _source(seed, alg)
    if not kind.is_integer:
        op = "StatelessRandomUniformV2"
        return draw_uniform(source, op, shape, minval, 1 if maxval is None else maxval, kind, True)
    if minval is None:
        return draw_full_range(source, "StatelessRandomUniformFullIntV2", shape, kind)
    return draw_integers(source, "StatelessRandomUniformIntV2", shape, minval, maxval, kind)


def _check_uniform(kind: DType, minval: Any, maxval: Any) -> None:
    allowed = ("float16", "bfloat16", "float32", "float64", "int32", "int64", "uint32", "uint64")
    if kind.name not in allowed:
        raise ValueError(
            f"Argument `dtype` got invalid value {kind}. Accepted dtypes are {', '.join(allowed)}."
        )
    if kind.is_integer and (minval is None) != (maxval is None):
        raise ValueError(
            f"For integer `dtype` argument {kind}, argument `minval` and `maxval` must be both "
            f"None or not None. Got `minval`={minval} and `maxval`={maxval}."
        )
    if kind.is_unsigned and minval is not None:
        raise ValueError(
            f"Argument `dtype` got invalid value {kind} when argument `minval` is not None. Please "
            "don't use unsigned integers in this case; draw int64 and tf.cast."
        )


def stateless_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> EagerTensor:
    """Normal numbers of the given mean and standard deviation, the same for the same `seed`.

    y = mean + stddev · z with standard normal z;  ∂y/∂mean = 1, ∂y/∂stddev = z, where tensors are
    given.

    Shapes: y has `shape`, broadcast with mean and stddev; `seed` is two integers.
    Dtypes: float16, float32, float64.
    Edge cases: |z| < 5.68, as u is never taken below 1e-7; a negative stddev mirrors.
    Raises: InvalidArgumentError where shape or seed have the wrong form, TypeError for integer
    dtypes, ValueError for another algorithm.
    Source: Box & Muller (1958); the numbers are those of TensorFlow on a CPU.

    >>> import gradtape as tf
    >>> tf.random.stateless_normal([3], seed=[1, 2]).numpy()
    array([0.5441101 , 0.20738031, 0.07356432], dtype=float32)
    """
    source = _source(seed, alg)
    return draw_normal(source, "StatelessRandomNormalV2", shape, mean, stddev, dtype)


def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> EagerTensor:
    """Normal numbers no further than 2·stddev from the mean, the same for the same `seed`.

    y = mean + stddev · z, where z is drawn again while |z| ≥ 2;  ∂y/∂mean = 1, ∂y/∂stddev = z. The
    standard deviation of z is 0.8796.

    Shapes, dtypes, errors: those of `tf.random.stateless_normal`.
    Source: the numbers are those of TensorFlow on a CPU.

    >>> import gradtape as tf
    >>> tf.random.stateless_truncated_normal([3], seed=[5, 6]).numpy()
    array([ 1.0239844 , -0.53878856,  1.2795534 ], dtype=float32)
    """
    source = _source(seed, alg)
    return draw_normal(source, "StatelessTruncatedNormalV2", shape, mean, stddev, dtype, True)


def split(seed: Any, num: int = 2, alg: Any = "auto_select") -> EagerTensor:
    """`num` new seeds made from one, a tensor of shape [num, 2] and of the seed's dtype.

    Raises: InvalidArgumentError unless `seed` is two integers.
    Source: the numbers are those of TensorFlow on a CPU.

    >>> import gradtape as tf
    >>> tf.random.split([1, 2], num=2).numpy()
    array([[1105988140, 1738052849],
           [-335576002,  370444179]], dtype=int32)
    """
    tensor = stateless_seed(seed)
    count = host(num)
    shape = [*count.reshape(-1).tolist(), 2]
    return stateless_uniform(shape, tensor, None, None, tensor.dtype, alg=alg)


def fold_in(seed: Any, data: Any, alg: Any = "auto_select") -> EagerTensor:
    """A new seed made from a seed and an integer, such as a step's number.

    The dtype is that of `data`. Folding the same numbers in gives the same seed.

    Raises: InvalidArgumentError unless `seed` is two integers and `data` one.
    Source: the numbers are those of TensorFlow on a CPU.

    >>> import gradtape as tf
    >>> tf.random.fold_in([1, 2], 5).numpy()
    array([1105988140,          5], dtype=int32)
    """
    number = convert(data)
    first = draw_full_range(_source(seed, alg), "StatelessRandomUniformFullIntV2", [], number.dtype)
    trace = state.trace
    if trace is not None and (trace.holds(first) or trace.holds(number)):
        return wrap(trace.compute(None, _pair, (first._value, number._value), {}))
    return wrap(_pair(first._text(), host(number)))


def _pair(first: Any, number: Any) -> Any:
    return np.array([first, number], np.asarray(number).dtype)
