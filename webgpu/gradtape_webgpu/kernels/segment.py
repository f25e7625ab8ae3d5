"""Rows joined by groups that ids in any order name; an id that names no group drops its row."""

from __future__ import annotations

from math import prod

import numpy as np

from gradtape_webgpu.kernels.gather import indices_dtype
from gradtape_webgpu.kernels.program import Lowered, Spec
from gradtape_webgpu.kernels.registry import lowering
from gradtape_webgpu.kernels.scatter import Job, kind_of_sum, scattered


def _segments(inputs: tuple[Spec, ...], join: str, n: int, start: float) -> Lowered:
    x, ids = inputs
    indices_dtype(ids, "segment ids")
    tail = x.shape[len(ids.shape) :]
    kind_of_sum(x.dtype)
    bits = int(np.array(start, x.dtype).view(np.uint32))
    job = Job(join, 1, 0, None, 2, 0, ids.size, n, prod(tail), (), bits)
    return scattered(job, x.dtype, (Spec((n, *tail), x.dtype),))


@lowering("UnsortedSegmentSum")
def segment_sum(inputs: tuple[Spec, ...], *, num_segments: int) -> Lowered:
    """Row i is the sum of the rows with id i."""
    return _segments(inputs, "add", num_segments, 0)


@lowering("UnsortedSegmentProd")
def segment_prod(inputs: tuple[Spec, ...], *, num_segments: int) -> Lowered:
    """Row i is the product of the rows with id i."""
    return _segments(inputs, "mul", num_segments, 1)


def _limits(dtype: np.dtype) -> tuple[float, float]:
    kind_of_sum(dtype)
    if dtype.kind == "f":
        return float(np.finfo(dtype).min), float(np.finfo(dtype).max)
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)


@lowering("UnsortedSegmentMax")
def segment_max(inputs: tuple[Spec, ...], *, num_segments: int) -> Lowered:
    """Row i is the largest of the rows with id i."""
    return _segments(inputs, "max", num_segments, _limits(inputs[0].dtype)[0])


@lowering("UnsortedSegmentMin")
def segment_min(inputs: tuple[Spec, ...], *, num_segments: int) -> Lowered:
    """Row i is the smallest of the rows with id i."""
    return _segments(inputs, "min", num_segments, _limits(inputs[0].dtype)[1])
