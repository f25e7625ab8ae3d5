"""Products of two operands as dispatches: which tile, which way round, in how many parts.

An operand is two axes, an outer one (rows of the left, columns of the right) and the depth, along
which products are summed. Its text says where its elements lie, for the side it is put on.

The invocations of a tile lie side by side along the columns, so where a product has fewer columns
than rows its transpose is computed: the operands change sides and the result is stored by strides.
A product with few results and a long depth is computed in parts, which a second dispatch sums in
their order. The parts depend on the sizes alone: the bits are the same on every adapter class.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

import numpy as np

from gradtape_webgpu.kernels.product_tile import Tile
from gradtape_webgpu.kernels.program import (
    Extension,
    Launch,
    Lowered,
    Program,
    Spec,
    functions_of,
    plain,
    program,
    spread,
)
from gradtape_webgpu.kernels.target import Target

FLOAT = np.dtype(np.float32)


class Operand(NamedTuple):
    """One side of a product.

    `text(side)` defines `{side}_begin(batch)`, `{side}_position(i)` along the outer axis,
    `{side}_step(k)` for a step of the depth, and `{side}(position, step) -> f32`.
    """

    key: Hashable
    array: str
    text: Callable[[str], str]
    #: the parameters that the text reads, and their values
    fields: tuple[str, ...]
    values: tuple[int, ...]
    #: whether neighbours along the depth, rather than the outer axis, lie side by side in memory
    along_depth: bool


class Product(NamedTuple):
    """The product of (rows, depth) and (depth, columns), for every batch."""

    key: Hashable
    rows: int
    columns: int
    depth: int
    batches: int
    left: Operand
    right: Operand
    #: parameters that both operands read
    fields: tuple[str, ...] = ()
    values: tuple[int, ...] = ()
    #: where a result goes that is not element `i` of its batch: WGSL that calls `store(…, value)`
    finish: str = ""


def lowered(
    product: Product,
    y: Spec,
    target: Target,
    epilogue: Extension | None = None,
    tile: Tile | None = None,
    transposed: bool = False,
) -> Lowered:
    """The product as dispatches; the inputs are the arrays of the left and the right operand.

    `y` is the result as an array, (…, rows, columns), or (…, columns, rows) where it is
    `transposed`.
    """
    epilogue = epilogue or plain()
    outputs = (y,) * len(epilogue.writes)
    arguments = tuple(range(2 + len(epilogue.reads) + len(outputs)))
    if not product.depth:
        return Lowered(outputs, (_summed(y.size, 0, y.size, arguments[2:], epilogue),))
    rows, columns, depth, batches = product[1:5]
    turned = columns < rows
    if turned:
        rows, columns = columns, rows
    parts = 1 if product.finish else parted(rows * columns * batches, depth)
    tile = tile or target.tile(rows, columns, batches * parts)
    area = rows * columns
    first, second = (product.right, product.left) if turned else (product.left, product.right)
    first_epilogue = plain() if parts > 1 else epilogue
    made = _program(Kernel(product.key, tile, turned, first_epilogue.key), product, first_epilogue)
    steps = (1, product.rows) if transposed else (product.columns, 1)
    if turned:
        steps = steps[::-1]
    params = made.pack(
        *(rows, columns, depth, batches * parts, parts, -(-depth // parts)),
        *(area, *steps, first.along_depth, second.along_depth),
        *product.values,
        *product.left.values,
        *product.right.values,
        *first_epilogue.values,
    )
    groups = batches * parts
    for size, of in zip((rows, columns), tile.block, strict=True):
        groups *= -(-size // of)
    if parts == 1:
        return Lowered(outputs, (Launch(made, arguments, params, spread(groups)),))
    temp = len(arguments)
    launches = (
        Launch(made, (0, 1, temp), params, spread(groups)),
        _summed(y.size, parts, area, (temp, *arguments[2:]), epilogue),
    )
    return Lowered(outputs, launches, (y.size * parts,))


def parted(results: int, depth: int) -> int:
    """In how many parts the depth is taken."""
    if results >= 1 << 14 or depth < 1024:
        return 1
    return min(-(-depth // 512), -(-(1 << 15) // results), 64)


_FIELDS = (
    *("rows", "columns", "depth", "batches", "parts", "part"),
    *("area", "to_row", "to_column", "left_along", "right_along"),
)


class Kernel(NamedTuple):
    """What the text of a product's kernel depends on."""

    product: Hashable
    tile: Tile
    turned: bool
    epilogue: Hashable


_programs: dict[Kernel, Program] = {}


def _program(kernel: Kernel, product: Product, epilogue: Extension) -> Program:
    if kernel not in _programs:
        _programs[kernel] = _made(kernel, product, epilogue)
    return _programs[kernel]


def _made(kernel: Kernel, product: Product, epilogue: Extension) -> Program:
    left, right = product.left, product.right
    first, second = (right, left) if kernel.turned else (left, right)
    text = "\n".join(
        (
            first.text("left"),
            second.text("right"),
            epilogue.text,
            "fn finish(batch: u32, row: u32, column: u32, value: f32) {",
            "  let i = row * p.to_row + column * p.to_column;",
            product.finish or "  store(batch * p.area + i, value);",
            "}",
            kernel.tile.text(),
        )
    )
    names = (*_FIELDS, *product.fields, *left.fields, *right.fields)
    return program(
        ("product", *kernel),
        text,
        ((left.array, "f32"), (right.array, "f32"), *epilogue.reads),
        epilogue.writes,
        (*((name, "u32") for name in names), *epilogue.fields),
        functions_of(epilogue),
    )


def _summed(
    size: int, parts: int, area: int, arguments: tuple[int, ...], epilogue: Extension
) -> Launch:
    """Every result as the sum of its parts, in order; of no parts, 0."""
    reads = (("part_of", "f32"),) if parts else ()
    add = "for (var k = 0u; k < p.parts; k += 1u) { sum += part_of[start + k * p.area]; }"
    made = program(
        ("parts of a product", bool(parts), epilogue.key),
        f"""{epilogue.text}
@compute @workgroup_size(64) fn main(@builtin(workgroup_id) w: vec3<u32>,
    @builtin(num_workgroups) n: vec3<u32>, @builtin(local_invocation_index) l: u32) {{
  let i = (w.x + w.y * n.x) * 64u + l;
  if (i >= p.size) {{ return; }}
  let start = i / p.area * p.parts * p.area + i % p.area;
  var sum = 0.0;
  {add if parts else ""}
  store(i, sum);
}}""",
        (*reads, *epilogue.reads),
        epilogue.writes,
        (("size", "u32"), ("parts", "u32"), ("area", "u32"), *epilogue.fields),
        functions_of(epilogue),
    )
    params = made.pack(size, parts, area, *epilogue.values)
    return Launch(made, arguments, params, spread(-(-size // 64)))
