"""The draws that the stateless functions, the stateful ones and generators share.

Where the random words come from is a `Source`: a function of how many numbers are wanted, and of
their dtype and that of the shape, which returns the stream to read. In a traced function it may be
that a stream is to be found anew in each call; then `Source.traced` notes how.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dtypes import DType
from gradtape.errors import InvalidArgumentError, ResourceExhaustedError, shape_text
from gradtape.random import philox
from gradtape.random.arguments import bounds, element_count, floating, parameter, scaled, shape_of
from gradtape.random.box_muller import normal as normal_numbers
from gradtape.random.box_muller import truncated_normal as truncated_numbers
from gradtape.random.philox import Stream
from gradtape.runtime import devices
from gradtape.runtime.recorders import state
from gradtape.tensors.tensor import EagerTensor, wrap

__all__ = ["Source", "draw_full_range", "draw_integers", "draw_normal", "draw_uniform"]

#: from a stream to the numbers that are read of it
Reading = Callable[[Stream], Any]
Fill = Callable[..., Any]


class Source:
    """Where a draw finds its random words."""

    __slots__ = ("stream", "traced")

    def __init__(
        self,
        stream: Callable[[int, tuple[str, str]], Stream],
        traced: Callable[[int, Reading], Any] | None = None,
    ) -> None:
        self.stream = stream
        #: where a function is traced: count and reading → the traced value of what is read
        self.traced = traced


def draw_normal(
    source: Source, op: str, shape: Any, mean: Any, stddev: Any, dtype: Any, truncated: bool = False
) -> EagerTensor:
    """mean + stddev · z for standard normal z, kept below two sigma where `truncated`."""
    kind = floating(dtype, op)
    shift, scale = parameter(mean, kind), parameter(stddev, kind)  # refused before drawing
    fill = truncated_numbers if truncated else normal_numbers
    return scaled(_filled(source, fill, op, shape, kind), scale, shift)


def draw_uniform(
    source: Source, op: str, shape: Any, minval: Any, maxval: Any, kind: DType, always_shift: bool
) -> EagerTensor:
    """minval + (maxval − minval) · u for u in [0, 1).

    A `minval` of Python's 0 is not added unless `always_shift`; that shows in the sign of zeros.
    """
    width, shift = parameter(maxval, kind), parameter(minval, kind)
    if not always_shift and type(minval) is int and minval == 0:
        shift = None
    else:
        with np.errstate(all="ignore"):
            width = width - shift
    return scaled(_filled(source, philox.uniform, op, shape, kind), width, shift)


def draw_integers(
    source: Source, op: str, shape: Any, minval: Any, maxval: Any, kind: DType
) -> EagerTensor:
    """Integers in [minval, maxval).

    Raises: InvalidArgumentError unless minval < maxval.
    """
    low, high = bounds(minval, maxval, kind, op)
    if low >= high and element_count(shape_of(shape, op)[0]):
        raise InvalidArgumentError(
            f"Need minval < maxval, got {low} >= {high} [Op:{op}]. maxval itself is never drawn."
        )
    return _plain(_filled(source, philox.integers, op, shape, kind, low, high))


def draw_full_range(source: Source, op: str, shape: Any, kind: DType) -> EagerTensor:
    """Integers over the whole range of the dtype."""
    if not kind.is_integer or kind.size < 4:
        raise InvalidArgumentError(
            f"Value for attr 'dtype' of {kind.word} is not in the list of allowed values: int32, "
            f"int64, uint32, uint64 [Op:{op}]"
        )
    return _plain(_filled(source, philox.full_range, op, shape, kind))


def _filled(source: Source, fill: Fill, op: str, shape: Any, kind: DType, *parameters: int) -> Any:
    sizes, width = shape_of(shape, op)
    count = element_count(sizes)
    try:
        if max(count * kind.size, *sizes, 0) > sys.maxsize:
            raise MemoryError
        if source.traced is not None:

            def read(stream: Stream) -> Any:
                array = fill(stream, count, kind.numpy, *parameters).reshape(sizes)
                return array if array.ndim else array[()]

            return source.traced(count, read)
        stream = source.stream(count, (kind.name, width))
        if state.device == "GPU":
            drawn = devices.entered().draw(fill.__name__, sizes, kind.numpy, stream, *parameters)
            if drawn is not None:
                return drawn
        return fill(stream, count, kind.numpy, *parameters).reshape(sizes)
    except MemoryError:
        raise ResourceExhaustedError(
            f"OOM when allocating tensor with shape {shape_text(sizes)} and type {kind.word} "
            f"[Op:{op}]. Draw fewer numbers at a time."
        ) from None


def _plain(array: Any) -> EagerTensor:
    return wrap(array if array.ndim or not isinstance(array, np.ndarray) else array[()])
