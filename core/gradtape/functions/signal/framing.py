"""Signals as frames that overlap, and frames added up to a signal again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import string
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integer, shape_of
from gradtape.functions.array.arranging import pad
from gradtape.functions.signal.arguments import length, of_rank, resized
from gradtape.ops.array.indexing import gather
from gradtape.ops.array.shaping import expand_dims, reshape, slice_, squeeze, transpose
from gradtape.ops.math.reductions import reduce_sum
from gradtape.tensors.tensor import EagerTensor, wrap


def frame(
    signal: Any, frame_length: Any, frame_step: Any, pad_end: bool = False, pad_value: Any = 0,
    axis: Any = -1, name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The frames of `frame_length` samples that begin every `frame_step` samples of an axis.

    Only whole frames, or with `pad_end` all that begin in the signal, filled up with `pad_value`.
    Derivative: each sample's is the sum over the frames that it is in. Any dtype.

    Shapes: (…, n, …) to (…, frames, frame_length, …) with 1 + (n − frame_length) // frame_step
    frames, or with `pad_end` ⌈n / frame_step⌉.
    Raises: ValueError for a scalar signal or a length that is none, InvalidArgumentError for a
    negative length or a step below 1, ValueError for an axis that is not there.

    >>> tf.signal.frame([1, 2, 3, 4, 5], 3, 2).numpy()
    array([[1, 2, 3],
           [3, 4, 5]], dtype=int32)
    """
    x = of_rank(signal, 1)
    size, step = length(frame_length, "frame_length"), length(frame_step, "frame_step", 1)
    rank, k = len(shape_of(x)), integer(axis, "axis")
    if not -rank <= k < rank:
        raise ValueError(f"axis {k} is out of range: the signal has {rank} axes")
    k %= rank
    n = shape_of(x)[k]
    if pad_end:
        count = -(-n // step)
        missing = max(0, size + step * (count - 1) - n) if count else 0
        x = _filled(x, k, missing, pad_value)
        n += missing
    else:
        count = max(0, 1 + (n - size) // step)
    return _windows(x, k, n, size, step, count)


def _filled(x: EagerTensor, axis: int, missing: int, value: Any) -> EagerTensor:
    if np.ndim(value) and not isinstance(value, str):
        raise ValueError(f"pad_value: Shape {np.shape(value)} must have rank 0")
    edges = [(0, missing if k == axis else 0) for k in range(len(shape_of(x)))]
    return pad(x, edges) if x.dtype is string and value == 0 else pad(x, edges, "CONSTANT", value)


def _windows(x: EagerTensor, k: int, n: int, size: int, step: int, count: int) -> EagerTensor:
    """The frames, taken in pieces as long as the length and the step have in common."""
    shape = shape_of(x)
    outer, inner = shape[:k], shape[k + 1 :]
    piece = math.gcd(size, step)
    pieces = n // piece
    whole = (*outer, pieces * piece, *inner)
    if whole != shape:
        x = slice_(x, begin=(0,) * len(shape), size=whole)
    parts = reshape(x, shape=(*outer, pieces, piece, *inner))
    starts = np.arange(count)[:, None] * (step // piece)
    places = wrap((starts + np.arange(size // piece)).astype(np.int32))
    # A leading axis keeps the gradient dense: along axis 0 of its input gather gives rows alone.
    wide = expand_dims(parts, axis=-len(shape) - 2)
    taken = squeeze(gather(wide, places, axis=k + 1, batch_dims=0), axis=(-len(shape) - 3,))
    return reshape(taken, shape=(*outer, count, size, *inner))


def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> EagerTensor:
    """The sum of frames, each of which begins `frame_step` samples after the one before it.

    yₜ = Σ_f signal[…, f, t − f·frame_step]. Derivative: the frames of the cotangent, as
    `tf.signal.frame` takes them. Any numeric dtype.

    Shapes: (…, frames, n) to (…, (frames − 1)·frame_step + n).
    Raises: ValueError for less than two axes and a step that is no integer or no scalar,
    InvalidArgumentError for a step below 1.

    >>> tf.signal.overlap_and_add([[1, 1, 1], [2, 2, 2]], 2).numpy()
    array([1, 1, 3, 2, 2], dtype=int32)
    """
    x = of_rank(signal, 2)
    kind = convert_operand(frame_step).dtype
    if not kind.is_integer:
        raise ValueError(f"frame_step must be an integer. Got {kind!r}")
    step = length(frame_step, "frame_step", 1)
    *outer, frames, n = shape_of(x)
    total = n + step * (frames - 1)
    if step == n:
        return reshape(x, shape=(*outer, total))
    if total < 0:
        raise InvalidArgumentError(f"{frames} frames of {n} samples {step} apart have no sum")
    # Each frame in `parts` pieces of one step: piece p of frame f goes to the steps f + p. With
    # `parts` empty frames after the others, and a row of pieces p for each p, the rows without
    # their last `parts` places are shifted by one step each when they are cut anew.
    parts = -(-n // step)
    x = resized(x, (frames + parts, parts * step))
    x = reshape(x, shape=(*outer, frames + parts, parts, step))
    first = -3 - len(outer)
    x = transpose(x, perm=(*range(first, -3), -2, -3, -1))
    x = reshape(x, shape=(*outer, (frames + parts) * parts, step))
    width = frames + parts - 1
    x = resized(x, (width * parts, step))
    x = reduce_sum(reshape(x, shape=(*outer, parts, width, step)), axis=(-3,), keepdims=False)
    return resized(reshape(x, shape=(*outer, width * step)), (total,))
