"""The launch that copies what a view sees, for kernels that need it row by row.

Bits are moved, so one program serves all dtypes; four elements at once where they lie side by side
on both sides.
"""

from __future__ import annotations

from functools import cache
from math import prod

from gradtape_webgpu.kernels.per_element import over_elements, per_element
from gradtape_webgpu.kernels.program import MAX_GROUPS, Launch, Program, program
from gradtape_webgpu.kernels.registry import Unsupported
from gradtape_webgpu.kernels.views import View, collapse

#: more axes than this are not described
MAX_RANK = 12

#: the side of a tile that is transposed within a workgroup
TILE = 32


@cache
def _copy(rank: int, width: int) -> Program:
    element = "vec4<u32>" if width == 4 else "u32"
    lines = ["    var rest = i;", "    var at = p.offset;"]
    for k in range(rank - 1, 0, -1):
        lines.append(f"    at += (rest % p.d{k}) * p.s{k};")
        lines.append(f"    rest /= p.d{k};")
    lines += ["    at += rest * p.s0;", "    y[i] = x[at];"]
    return per_element(
        ("strided", rank, width),
        "\n".join(lines),
        (("x", element),),
        (("y", element),),
        ("offset", *(f"d{k}" for k in range(rank)), *(f"s{k}" for k in range(rank))),
    )


@cache
def _tiles() -> Program:
    # One column more than the tile has keeps the columns in different banks of memory.
    body = f"""
var<workgroup> tile: array<u32, {TILE * (TILE + 1)}>;

@compute @workgroup_size({TILE}, 8)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {{
    let matrix = p.offset + group.z * p.stride;
    let column = group.x * {TILE}u;
    let row = group.y * {TILE}u;
    for (var k = local.y; k < {TILE}u; k += 8u) {{
        if (row + k < p.rows && column + local.x < p.columns) {{
            tile[k * {TILE + 1}u + local.x] = x[matrix + (row + k) * p.pitch + column + local.x];
        }}
    }}
    workgroupBarrier();
    for (var k = local.y; k < {TILE}u; k += 8u) {{
        if (column + k < p.columns && row + local.x < p.rows) {{
            let at = group.z * p.rows * p.columns + (column + k) * p.rows + row + local.x;
            y[at] = tile[local.x * {TILE + 1}u + k];
        }}
    }}
}}
"""
    fields = tuple((name, "u32") for name in ("offset", "stride", "pitch", "rows", "columns"))
    return program(("transposed tiles",), body, (("x", "u32"),), (("y", "u32"),), fields)


def copy(view: View, source: int, target: int) -> Launch:
    """The launch that makes `target` the contiguous array that `view` sees of `source`."""
    sizes, (strides,) = collapse(view.shape, [view.strides])
    sizes, strides, offset = sizes or (1,), strides or (1,), view.offset
    rank = len(sizes)
    if rank in (2, 3) and strides[-2] == 1 and min(sizes[-2:]) >= TILE // 2:
        columns, rows = sizes[-2:]
        grid = (-(-columns // TILE), -(-rows // TILE), sizes[0] if rank == 3 else 1)
        if strides[-1] > 0 and max(grid) <= MAX_GROUPS:
            stride = strides[0] & 0xFFFFFFFF if rank == 3 else 0
            tiles = _tiles()
            params = tiles.pack(offset, stride, strides[-1], rows, columns)
            return Launch(tiles, (source, target), params, grid)
    if rank > MAX_RANK:
        raise Unsupported(f"more than {MAX_RANK} axes that cannot be taken together")
    width = 1
    if strides[-1] == 1 and not any(n % 4 for n in (sizes[-1], offset, *strides[:-1])):
        width = 4
        sizes = (*sizes[:-1], sizes[-1] // 4)
        strides = (*(n // 4 for n in strides[:-1]), 1)
        offset //= 4
    return over_elements(
        _copy(rank, width), prod(sizes), (source, target), offset, *sizes, *strides
    )
