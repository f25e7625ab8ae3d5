"""Taking slices and elements at indices.

The CPU refuses an index that is out of range. A kernel cannot refuse: where one is out of range the
result is 0 (False), as it is on TensorFlow's GPUs. Indices that come from the CPU are checked
before they are sent (`dispatch/host_indices.py`); this concerns those computed on the device.
"""

from __future__ import annotations

from functools import cache
from math import prod

import numpy as np

from gradtape_webgpu.kernels.per_element import over_elements, per_element
from gradtape_webgpu.kernels.program import Lowered, Program, Spec
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.views import row_strides

#: more coordinates than this are not described
MAX_DEPTH = 12


def indices_dtype(indices: Spec, what: str = "indices") -> None:
    """Refuse what a kernel cannot index with."""
    if indices.dtype not in (np.dtype(np.int32), np.dtype(np.uint32)):
        raise Unsupported(f"{what} of {indices.dtype}; int32 serves")


@cache
def _gathered(width: int) -> Program:
    element = "vec4<u32>" if width == 4 else "u32"
    body = f"""
    let inner = i % p.inner;
    let row = i / p.inner;
    let which = row % p.count;
    let line = row / p.count;
    let index = indices[(line / p.outer) * p.count + which];
    if (index < p.n) {{
        y[i] = x[(line * p.n + index) * p.inner + inner];
    }} else {{
        y[i] = {element}();
    }}"""
    reads = (("x", element), ("indices", "u32"))
    fields = ("n", "inner", "count", "outer")
    return per_element(("gathered", width), body, reads, (("y", element),), fields)


@lowering("GatherV2")
def gather(inputs: tuple[Spec, ...], *, axis: int, batch_dims: int) -> Lowered:
    """The slices at indices along an axis."""
    x, indices = inputs
    indices_dtype(indices)
    own = indices.shape[batch_dims:]
    before, after = x.shape[:axis], x.shape[axis + 1 :]
    y = Spec((*before, *own, *after), x.dtype)
    inner = prod(after)
    width = 1 if inner % 4 else 4
    numbers = (x.shape[axis], inner // width, prod(own), prod(before[batch_dims:]))
    return Lowered((y,), (over_elements(_gathered(width), y.size // width, (0, 1, 2), *numbers),))


def coordinates(depth: int) -> str:
    """WGSL: the number of the block that coordinates j name, or `p.blocks` where one is outside."""
    lines = ["fn block(j: u32) -> u32 {", "    var at = 0u;"]
    for k in range(depth):
        lines.append(f"    let c{k} = indices[j * {depth}u + {k}u];")
        lines.append(f"    if (c{k} >= p.size{k}) {{ return p.blocks; }}")
        lines.append(f"    at = at * p.size{k} + c{k};")
    return "\n".join((*lines, "    return at;", "}"))


def coordinate_fields(depth: int) -> tuple[str, ...]:
    """The parameters that `coordinates` reads."""
    return ("blocks", *(f"size{k}" for k in range(depth)))


def depth_of(indices: Spec, shape: tuple[int, ...]) -> int:
    """How many coordinates name a block of an array of this shape."""
    indices_dtype(indices)
    depth = indices.shape[-1]
    if depth > min(len(shape), MAX_DEPTH):
        raise Unsupported(f"{depth} coordinates in an array of {len(shape)} axes")
    return depth


@cache
def _gathered_blocks(depth: int) -> Program:
    body = """
    let at = block(i / p.inner);
    if (at < p.blocks) { y[i] = x[at * p.inner + i % p.inner]; } else { y[i] = 0u; }"""
    reads = (("x", "u32"), ("indices", "u32"))
    fields = ("inner", *coordinate_fields(depth))
    key = ("gathered blocks", depth)
    return per_element(key, body, reads, (("y", "u32"),), fields, coordinates(depth))


@lowering("GatherNd")
def gather_nd(inputs: tuple[Spec, ...]) -> Lowered:
    """The elements or blocks at coordinates."""
    x, indices = inputs
    depth = depth_of(indices, x.shape)
    y = Spec((*indices.shape[:-1], *x.shape[depth:]), x.dtype)
    if not depth:  # every set of no coordinates is the whole
        program = _gathered_blocks(0)
        return Lowered((y,), (over_elements(program, y.size, (0, 1, 2), x.size, 1),))
    sizes = x.shape[:depth]
    numbers = (row_strides(x.shape)[depth - 1], prod(sizes), *sizes)
    return Lowered((y,), (over_elements(_gathered_blocks(depth), y.size, (0, 1, 2), *numbers),))
