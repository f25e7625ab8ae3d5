"""Rows joined by groups: of ids in any order, or of neighbours whose beginnings are known.

An id that names no group drops its row.
"""

from __future__ import annotations

from functools import cache
from math import prod

import numpy as np

from gradtape_webgpu.kernels.gather import indices_dtype
from gradtape_webgpu.kernels.per_element import over_elements, per_element
from gradtape_webgpu.kernels.program import Lowered, Program, Spec
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.scatter import Job, joining, kind_of_sum, scattered
from gradtape_webgpu.wgsl.library import text


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


#: the reduction over sorted ids → how two rows join
NEIGHBOURS = {
    "SegmentSum": "add",
    "SegmentMean": "add",
    "SegmentProd": "mul",
    "SegmentMax": "max",
    "SegmentMin": "min",
}


@cache
def _neighbours(type: str, kind: str) -> Program:
    mean = type == "SegmentMean"
    empty = f"{kind}({1 if type == 'SegmentProd' else 0})"
    body = f"""
    let own = i / p.inner;
    let first = starts[own];
    let last = starts[own + 1u];
    var a = {empty};
    if (first < last) {{
        a = x[first * p.inner + i % p.inner];
        for (var j = first + 1u; j < last; j += 1u) {{
            a = join(a, x[j * p.inner + i % p.inner]);
        }}
        {"a = divided(a, f32(last - first));" if mean else ""}
    }}
    y[i] = a;"""
    functions = joining(NEIGHBOURS[type], kind) + (text(("divided",)) if mean else "")
    reads = (("x", kind), ("starts", "u32"))
    key = ("neighbours joined", type, kind)
    return per_element(key, body, reads, (("y", kind),), ("inner",), functions)


def neighbours(type: str, x: Spec, starts: Spec) -> Lowered:
    """Row i is made of the rows of x from starts[i] up to starts[i + 1]."""
    kind = kind_of_sum(x.dtype)
    if type == "SegmentMean" and kind != "f32":
        raise Unsupported("the mean of integers stays on the CPU")
    inner = prod(x.shape[1:])
    y = Spec((starts.shape[0] - 1, *x.shape[1:]), x.dtype)
    if not x.size:
        raise Unsupported("rows without an element")
    return Lowered((y,), (over_elements(_neighbours(type, kind), y.size, (0, 1, 2), inner),))
