"""Rows added, or otherwise joined, at rows that ids or coordinates name; no atomics on floats.

Every element of the result is made by one thread, which joins the updates that fall on it in the
order in which they come: the CPU's order, the same every time. With few updates it looks at all of
them; with many they are sorted by row first, stably, and it walks over its own.

An id or a coordinate out of range names no row and its update is dropped. The CPU refuses it (but
for negative ids); indices that come from there are checked before they are sent
(`dispatch/host_indices.py`), so this concerns those that were computed on the device.
"""

from __future__ import annotations

from functools import cache
from math import prod
from typing import NamedTuple

import numpy as np

from gradtape_webgpu.kernels.gather import coordinate_fields, coordinates, depth_of
from gradtape_webgpu.kernels.order import downward
from gradtape_webgpu.kernels.per_element import over_elements, per_element
from gradtape_webgpu.kernels.program import Launch, Lowered, Program, Spec
from gradtape_webgpu.kernels.radix import scratch, sorting
from gradtape_webgpu.kernels.registry import Unsupported, lowering

#: more updates than this are sorted first, and fewer where elements × updates is large
FEW = 64
MOST_LOOKS = 1 << 20

Shape = tuple[int, ...]

#: how an update u is joined to what is there, a
JOINS = {
    "add": "a + u",
    "sub": "a - u",
    "mul": "a * u",
    "max": "select(u, a, order(bitcast<u32>(a)) >= order(bitcast<u32>(u)))",
    "min": "select(u, a, reversed(bitcast<u32>(a)) >= reversed(bitcast<u32>(u)))",
    "update": "u",
}


class Job(NamedTuple):
    """What is scattered: arguments by number, and sizes."""

    #: one of JOINS
    join: str
    #: where ids (depth 0) or coordinates, the updates, the base (or None) and the output are
    indices: int
    updates: int
    base: int | None
    y: int
    depth: int
    #: how many updates, how many rows, how many elements of each
    number: int
    blocks: int
    inner: int
    #: the sizes of the axes that coordinates index
    sizes: Shape
    #: the bits of what an element is before any update
    start: int = 0


def _block(depth: int) -> str:
    if depth:
        return coordinates(depth)
    return "fn block(j: u32) -> u32 { return min(indices[j], p.blocks); }\n"


def _fields(depth: int) -> tuple[str, ...]:
    return (*coordinate_fields(depth), "count", "inner", "start")


def _values(job: Job) -> tuple[int, ...]:
    return (job.blocks, *job.sizes, job.number, job.inner, job.start)


def joining(join: str, kind: str) -> str:
    """WGSL: `join(a, u)`, the update u joined to what is there."""
    expression = JOINS[join]
    order = downward(kind[0]) if join in ("max", "min") else ""
    return f"{order}fn join(a: {kind}, u: {kind}) -> {kind} {{ return {expression}; }}\n"


@cache
def _looking(join: str, kind: str, depth: int, based: bool) -> Program:
    body = f"""
    let own = i / p.inner;
    var a = {"base[i]" if based else f"bitcast<{kind}>(p.start)"};
    for (var j = 0u; j < p.count; j += 1u) {{
        if (block(j) == own) {{ a = join(a, updates[j * p.inner + i % p.inner]); }}
    }}
    y[i] = a;"""
    reads = (("indices", "u32"), ("updates", kind), *((("base", kind),) if based else ()))
    return per_element(
        ("scattered by looking", join, kind, depth, based), body, reads, (("y", kind),),
        _fields(depth), _block(depth) + joining(join, kind),
    )  # fmt: skip


@cache
def _rows(depth: int) -> Program:
    body = "    keys[i] = block(i);"
    return per_element(
        ("scatter rows", depth), body, (("indices", "u32"),), (("keys", "u32"),),
        coordinate_fields(depth), _block(depth),
    )  # fmt: skip


@cache
def _walking(join: str, kind: str, based: bool) -> Program:
    body = f"""
    let own = i / p.inner;
    var a = {"base[i]" if based else f"bitcast<{kind}>(p.start)"};
    var low = 0u;
    var high = p.count;
    while (low < high) {{
        let middle = (low + high) / 2u;
        if (keys[middle] < own) {{ low = middle + 1u; }} else {{ high = middle; }}
    }}
    for (var j = low; j < p.count && keys[j] == own; j += 1u) {{
        a = join(a, updates[order_[j] * p.inner + i % p.inner]);
    }}
    y[i] = a;"""
    reads = (
        ("keys", "u32"), ("order_", "u32"), ("updates", kind),
        *((("base", kind),) if based else ()),
    )  # fmt: skip
    return per_element(
        ("scattered by walking", join, kind, based), body, reads, (("y", kind),),
        ("count", "inner", "start"), joining(join, kind),
    )  # fmt: skip


def scattered(job: Job, dtype: np.dtype, outputs: tuple[Spec, ...]) -> Lowered:
    """The launches of a job; temps come after argument `y`."""
    kind = "u32" if job.join == "update" else kind_of_sum(dtype)
    base = () if job.base is None else (job.base,)
    size = job.blocks * job.inner
    if not job.number:
        raise Unsupported("nothing to scatter")
    if job.number <= FEW or (job.number <= 4096 and job.number * size <= MOST_LOOKS):
        program = _looking(job.join, kind, job.depth, bool(base))
        arguments = (job.indices, job.updates, *base, job.y)
        return Lowered(outputs, (over_elements(program, size, arguments, *_values(job)),))
    first = job.y + 1
    arrays = (first, first + 1, first + 2, first + 3, first + 4)
    finding = over_elements(
        _rows(job.depth), job.number, (job.indices, first), job.blocks, *job.sizes
    )
    sort, keys, order = sorting(job.number, job.blocks.bit_length(), arrays)
    program = _walking(job.join, kind, bool(base))
    walk = over_elements(
        program, size, (keys, order, job.updates, *base, job.y), job.number, job.inner, job.start
    )
    launches: tuple[Launch, ...] = (finding, *sort, walk)
    return Lowered(outputs, launches, (*(job.number,) * 4, scratch(job.number)))


def kind_of_sum(dtype: np.dtype) -> str:
    """f32, i32 or u32; truth values do not add up."""
    kinds = {"f": "f32", "i": "i32", "u": "u32"}
    if dtype.kind not in kinds:
        raise Unsupported(f"{dtype} does not add up")
    return kinds[dtype.kind]


@lowering("ScatterNd")
def scatter_nd(inputs: tuple[Spec, ...], *, shape: Shape) -> Lowered:
    """Zeros with updates added at coordinates."""
    indices, updates = inputs
    depth = depth_of(indices, shape)
    blocks = prod(shape[:depth])
    job = Job(
        "add", 0, 1, None, 2, depth, prod(indices.shape[:-1]), blocks, prod(shape[depth:]),
        tuple(shape[:depth]),
    )  # fmt: skip
    return scattered(job, updates.dtype, (Spec(tuple(shape), updates.dtype),))


def _onto(inputs: tuple[Spec, ...], join: str) -> Lowered:
    x, indices, _ = inputs
    depth = depth_of(indices, x.shape)
    if not depth:
        raise Unsupported("coordinates of length 0, which mean the whole tensor")
    job = Job(
        join, 1, 2, 0, 3, depth, prod(indices.shape[:-1]), prod(x.shape[:depth]),
        prod(x.shape[depth:]), x.shape[:depth],
    )  # fmt: skip
    return scattered(job, x.dtype, (x,))


@lowering("TensorScatterUpdate")
def scatter_update(inputs: tuple[Spec, ...]) -> Lowered:
    """Updates written at coordinates; of equal ones the last stays."""
    return _onto(inputs, "update")


@lowering("TensorScatterAdd")
def scatter_add(inputs: tuple[Spec, ...]) -> Lowered:
    """Updates added at coordinates."""
    return _onto(inputs, "add")


@lowering("TensorScatterSub")
def scatter_sub(inputs: tuple[Spec, ...]) -> Lowered:
    """Updates subtracted at coordinates."""
    return _onto(inputs, "sub")


@lowering("TensorScatterMax")
def scatter_max(inputs: tuple[Spec, ...]) -> Lowered:
    """The larger of element and update."""
    return _onto(inputs, "max")


@lowering("TensorScatterMin")
def scatter_min(inputs: tuple[Spec, ...]) -> Lowered:
    """The smaller of element and update."""
    return _onto(inputs, "min")
