"""Random tensors that follow `tf.random.set_seed`: each call goes on where the last one ended."""

from __future__ import annotations

from typing import Any

from gradtape import dtypes
from gradtape.dtypes import as_dtype
from gradtape.random.draws import Source, draw_integers, draw_normal, draw_uniform
from gradtape.random.philox import Stream
from gradtape.random.seeds import op_stream, traced_draw
from gradtape.runtime.recorders import state
from gradtape.tensors.tensor import EagerTensor

__all__ = ["normal", "truncated_normal", "uniform"]

_BLOCKS_RESERVED = 256  # for each number, whatever its distribution really uses


def _source(op: str, seed: Any) -> Source:
    def source(count: int, signature: tuple[str, str]) -> Stream:
        return op_stream(op, seed, signature, count * _BLOCKS_RESERVED)

    trace = state.trace
    if trace is None:
        return Source(source)
    return Source(
        source, lambda count, read: traced_draw(trace, seed, count * _BLOCKS_RESERVED, read)
    )


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """Normal numbers of the given mean and standard deviation.

    y = mean + stddev · z with standard normal z;  ∂y/∂mean = 1, ∂y/∂stddev = z, where tensors are
    given.

    Shapes: y has `shape`, broadcast with mean and stddev.
    Dtypes: float16, float32, float64.
    Edge cases: |z| < 5.68; a negative stddev mirrors. How `seed` and the global seed act together
    stands at `tf.random.set_seed`; without either, every run differs.
    Raises: InvalidArgumentError where the shape is no vector of sizes; TypeError for integers.
    Source: Box & Muller (1958); the numbers are those of TensorFlow on a CPU.

    >>> import gradtape as tf
    >>> tf.random.set_seed(1)
    >>> tf.random.normal([3]).numpy()
    array([-1.1012203,  1.5457517,  0.383644 ], dtype=float32)
    """
    op = "RandomStandardNormal"
    return draw_normal(_source(op, seed), op, shape, mean, stddev, dtype)


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """Normal numbers no further than 2·stddev from the mean.

    y = mean + stddev · z, where z is drawn again while |z| ≥ 2;  ∂y/∂mean = 1, ∂y/∂stddev = z. The
    standard deviation of z is 0.8796.

    Shapes, dtypes, seeds, errors: those of `tf.random.normal`.
    Source: the numbers are those of TensorFlow on a CPU.

    >>> import gradtape as tf
    >>> tf.random.set_seed(1)
    >>> tf.random.truncated_normal([3]).numpy()
    array([-1.1012203,  1.5457517,  0.383644 ], dtype=float32)
    """
    op = "TruncatedNormal"
    return draw_normal(_source(op, seed), op, shape, mean, stddev, dtype, True)


def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    seed: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """Uniform numbers in [minval, maxval).

    y = minval + (maxval − minval) · u;  ∂y/∂maxval = u and ∂y/∂minval = 1 − u, where tensors are
    given.

    Shapes: y has `shape`, broadcast with minval and maxval; integer bounds are scalars.
    Dtypes: float16, float32, float64, int32, int64; integers need `maxval`, floats take 1.
    Edge cases: by rounding, floats can equal maxval; integers are slightly biased unless
    maxval − minval is a power of two. For seeds see `tf.random.set_seed`.
    Raises: InvalidArgumentError unless minval < maxval for integers, or where the shape is no
    vector of sizes; ValueError for another dtype, or integers without maxval.
    Source: Philox4x32-10, Salmon et al. (2011); the numbers are those of TensorFlow on a CPU.

    >>> import gradtape as tf
    >>> tf.random.set_seed(1)
    >>> tf.random.uniform([3]).numpy()
    array([0.16513085, 0.9014813 , 0.6309742 ], dtype=float32)
    """
    kind = as_dtype(dtype)
    allowed = ("float16", "bfloat16", "float32", "float64", "int32", "int64")
    if kind.name not in allowed:
        raise ValueError(
            f"Argument `dtype` got invalid value {kind}. Accepted dtypes are {', '.join(allowed)}."
        )
    if not kind.is_integer:
        op = "RandomUniform"
        upper = 1 if maxval is None else maxval
        return draw_uniform(_source(op, seed), op, shape, minval, upper, kind, False)
    if maxval is None:
        raise ValueError(f"Must specify maxval for integer dtype {kind!r}; maxval is not drawn.")
    op = "RandomUniformInt"
    return draw_integers(_source(op, seed), op, shape, minval, maxval, kind)
