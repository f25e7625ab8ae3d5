"""Random classes: `tf.random.categorical` and its stateless form."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape import dtypes
from gradtape.dispatch.cuts import without_gradient
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError, NotFoundError, shape_text
from gradtape.random import philox
from gradtape.random.arguments import host, stateless_stream, traced_seed
from gradtape.random.philox import Stream
from gradtape.random.seeds import op_stream, traced_draw
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap

__all__ = ["categorical", "stateless_categorical"]

Array = np.ndarray[Any, Any]

_BLOCKS_RESERVED = 256


def categorical(
    logits: Any, num_samples: Any, dtype: Any = None, seed: Any = None, name: str | None = None
) -> EagerTensor:
    """`num_samples` classes for each row of `logits`, class k with probability softmax(logits)ₖ.

    No gradient passes.

    Shapes: logits (batch, classes) → (batch, num_samples).
    Dtypes: logits float16, float32, float64; classes int64 unless `dtype` is int32.
    Edge cases: a logit that is not finite stands for a class that is never drawn. For seeds see
    `tf.random.set_seed`.
    Raises: InvalidArgumentError for other shapes, and where a row has no class to draw;
    NotFoundError for integer logits, ValueError for another dtype.
    Source: inversion of the cumulative distribution; the classes are those of TensorFlow on a CPU,
    where it does not divide a large batch among threads.

    >>> import gradtape as tf
    >>> tf.random.set_seed(1)
    >>> tf.random.categorical([[0.0, 1.0, 2.0]], 6).numpy()
    array([[1, 0, 2, 2, 1, 1]])
    """
    logits = convert(logits)
    scores, samples, kind = _checked(logits, num_samples, dtype)
    rounded = -(-samples // 4) * 4
    blocks = len(scores) * rounded * 2 * _BLOCKS_RESERVED
    if state.trace is not None:

        def read(stream: Stream, scores: Array) -> Array:
            return _classes(stream, scores, samples).astype(kind.numpy)

        drawn = traced_draw(state.trace, seed, blocks, read, (logits._value,))
        return without_gradient("Multinomial", (logits,), wrap(drawn))
    stream = op_stream("Multinomial", seed, (scores.dtype.name, kind.name), blocks)
    classes = wrap(_classes(stream, np.asarray(scores), samples).astype(kind.numpy))
    return without_gradient("Multinomial", (logits,), classes)


def stateless_categorical(
    logits: Any, num_samples: Any, seed: Any, dtype: Any = dtypes.int64, name: str | None = None
) -> EagerTensor:
    """`num_samples` classes for each row of `logits`, the same for the same `seed`.

    Shapes, dtypes, errors: those of `tf.random.categorical`; `seed` is two integers.

    >>> import gradtape as tf
    >>> tf.random.stateless_categorical([[0.0, 1.0, 2.0]], 6, seed=[1, 2]).numpy()
    array([[2, 2, 1, 2, 2, 2]])
    """
    logits = convert(logits)
    scores, samples, kind = _checked(logits, num_samples, dtype)
    traced = traced_seed(seed, "auto_select", logits)
    if traced is not None:

        def read(stream: Stream, scores: Array) -> Array:
            return _classes(stream, scores, samples).astype(kind.numpy)

        return without_gradient("Multinomial", (logits,), wrap(traced(read)))
    classes = _classes(stateless_stream(seed, "auto_select"), np.asarray(scores), samples)
    return without_gradient("Multinomial", (logits,), wrap(classes.astype(kind.numpy)))


def _checked(tensor: EagerTensor, num_samples: Any, dtype: Any) -> tuple[Any, int, dtypes.DType]:
    scores, kind = tensor._value, as_dtype(dtypes.int64 if dtype is None else dtype)
    if state.trace is None:
        scores = host(tensor)
    if kind not in (dtypes.int32, dtypes.int64):
        raise ValueError(
            f"Argument `dtype` got invalid value {kind}. Accepted dtypes are int32, int64."
        )
    if not tensor.dtype.is_floating:
        raise NotFoundError(
            f"Could not find device for node Multinomial of dtype {tensor.dtype.name}: logits are "
            "floating-point numbers; use tf.cast."
        )
    if scores.ndim != 2 or scores.shape[1] == 0:
        raise InvalidArgumentError(
            f"logits should be a matrix with at least one class, got shape "
            f"{shape_text(scores.shape)}; logits[None] makes a row of a vector."
        )
    count = host(convert(num_samples, dtypes.int32))
    if count.ndim or count < 0:
        raise InvalidArgumentError(
            f"num_samples should be a scalar and non-negative, got {num_samples!r}"
        )
    return scores, int(count), kind


def _classes(stream: Stream, scores: Array, samples: int) -> Array:
    """The first class whose cumulative weight lies above u · total."""
    finite = np.isfinite(scores)
    if samples and not finite.any(axis=1).all():
        raise InvalidArgumentError(
            "a row of logits has no finite number, so there is no class to draw from it "
            "(TensorFlow would give a class that does not exist)"
        )
    highest = np.max(scores, axis=1, keepdims=True, initial=-np.inf, where=finite)
    weights = np.zeros(scores.shape)
    shifted = np.subtract(scores, highest, dtype=np.float64, where=finite, out=weights.copy())
    np.exp(shifted, out=weights, where=finite)
    cumulative = np.cumsum(weights, axis=1)
    u = philox.uniform(stream, len(scores) * samples, np.dtype(np.float64))
    sought = u.reshape(len(scores), samples) * cumulative[:, -1:]
    rows = zip(cumulative, sought, strict=True)
    found = [np.searchsorted(row, targets, side="right") for row, targets in rows]
    return np.array(found, np.int64).reshape(len(scores), samples)
