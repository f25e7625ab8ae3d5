"""The matrix product: f32, batches that broadcast, either operand transposed without being moved.

The invocations of a tile lie side by side along the columns, so where a product has fewer columns
than rows its transpose is computed: the operands change sides and the result is stored by strides.
"""

from __future__ import annotations

from functools import cache
from math import prod
from typing import NamedTuple

import numpy as np

from gradtape_webgpu.kernels.product_tile import Tile
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.tiles import current
from gradtape_webgpu.program import (
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

FLOAT = np.dtype(np.float32)


class Side(NamedTuple):
    """Where an operand's elements lie: steps in memory along its outer axis, the depth, batches."""

    outer: int
    depth: int
    batch: tuple[int, ...]


class Product(NamedTuple):
    """One product of every batch; `batch` holds the sizes of the batch axes, outermost first."""

    rows: int
    columns: int
    depth: int
    batch: tuple[int, ...]
    left: Side
    right: Side
    #: steps in the result along rows and columns
    to: tuple[int, int]

    def turned(self) -> Product:
        """The transposed product, stored where this one is stored."""
        return Product(
            self.columns, self.rows, self.depth, self.batch, self.right, self.left, self.to[::-1]
        )


@lowering("MatMul")
def matmul(inputs: tuple[Spec, ...], /) -> Lowered:
    """The product over the last two axes of two arrays of f32."""
    return build(*inputs)


def build(
    a: Spec,
    b: Spec,
    *,
    transpose_a: bool = False,
    transpose_b: bool = False,
    epilogue: Extension | None = None,
    outputs: tuple[Spec, ...] | None = None,
    tile: Tile | None = None,
) -> Lowered:
    """The product of a and b, each transposed (its last two axes) where asked for.

    Where there is an epilogue, `outputs` are the arrays that it writes.
    """
    if a.dtype != FLOAT or b.dtype != FLOAT:
        raise Unsupported(f"the matrix product on the GPU takes float32, not {a.dtype}")
    product, shape = described(a.shape, b.shape, transpose_a, transpose_b)
    turned = product.columns < product.rows
    if turned:
        product = product.turned()
    epilogue = epilogue or plain()
    outputs = outputs or (Spec(shape, FLOAT),)
    arguments = tuple(range(2 + len(epilogue.reads) + len(outputs)))
    if not product.depth:
        return Lowered(outputs, (_zeros(prod(shape), arguments[2:], epilogue),))
    batches = prod(product.batch)
    tile = tile or current().tile(product.rows, product.columns, batches)
    made = _program(tile, len(product.batch), turned, epilogue)
    left, right = product.left, product.right
    params = made.pack(
        *(product.rows, product.columns, product.depth, batches),
        *(left.outer, left.depth, right.outer, right.depth, *product.to),
        *(left.depth == 1, right.depth == 1),
        *product.batch,
        *left.batch,
        *right.batch,
        *epilogue.values,
    )
    groups = batches
    for size, of in zip((product.rows, product.columns), tile.block, strict=True):
        groups *= -(-size // of)
    return Lowered(outputs, (Launch(made, arguments, params, spread(groups)),))


_FIELDS = (
    *("rows", "columns", "depth", "batches"),
    *("left_outer", "left_depth", "right_outer", "right_depth", "to_row", "to_column"),
    # whether neighbours along the depth lie side by side in memory
    *("left_along", "right_along"),
)


@cache
def _program(tile: Tile, rank: int, turned: bool, epilogue: Extension) -> Program:
    per_axis = tuple(f"{name}{k}" for name in ("size", "left", "right") for k in range(rank))
    return program(
        ("MatMul", tile, rank, turned, epilogue.key),
        "\n".join((_operands(rank, turned), epilogue.text, tile.text())),
        (("a", "f32"), ("b", "f32"), *epilogue.reads),
        epilogue.writes,
        (*((name, "u32") for name in (*_FIELDS, *per_axis)), *epilogue.fields),
        functions_of(epilogue),
    )


def _operands(rank: int, turned: bool) -> str:
    left, right = ("b", "a") if turned else ("a", "b")
    begin = ["fn begin(batch: u32) {", "  left_start = 0u; right_start = 0u; var rest = batch;"]
    for k in reversed(range(rank)):
        begin.append(f"  left_start += rest % p.size{k} * p.left{k};")
        begin.append(f"  right_start += rest % p.size{k} * p.right{k}; rest /= p.size{k};")
    return "\n".join(
        (
            "var<private> left_start: u32; var<private> right_start: u32;",
            *begin,
            "}",
            "fn left_place(i: u32) -> u32 { return left_start + i * p.left_outer; }",
            "fn left_step(k: u32) -> u32 { return k * p.left_depth; }",
            f"fn left(place: u32, step: u32) -> f32 {{ return {left}[place + step]; }}",
            "fn right_place(i: u32) -> u32 { return right_start + i * p.right_outer; }",
            "fn right_step(k: u32) -> u32 { return k * p.right_depth; }",
            f"fn right(place: u32, step: u32) -> f32 {{ return {right}[place + step]; }}",
            "fn finish(batch: u32, row: u32, column: u32, value: f32) {",
            "  let start = batch * p.rows * p.columns;",
            "  store(start + row * p.to_row + column * p.to_column, value);",
            "}",
        )
    )


def _zeros(size: int, arguments: tuple[int, ...], epilogue: Extension) -> Launch:
    """The product over a depth of nothing."""
    made = program(
        ("MatMul of nothing", epilogue.key),
        f"""{epilogue.text}
@compute @workgroup_size(64) fn main(@builtin(workgroup_id) w: vec3<u32>,
    @builtin(num_workgroups) n: vec3<u32>, @builtin(local_invocation_index) l: u32) {{
  let i = (w.x + w.y * n.x) * 64u + l;
  if (i < p.size) {{ store(i, 0.0); }}
}}""",
        epilogue.reads,
        epilogue.writes,
        (("size", "u32"), *epilogue.fields),
        functions_of(epilogue),
    )
    params = made.pack(size, *epilogue.values)
    return Launch(made, arguments, params, spread(-(-size // 64)))


def described(
    a: tuple[int, ...], b: tuple[int, ...], transpose_a: bool, transpose_b: bool
) -> tuple[Product, tuple[int, ...]]:
    """The product of arrays of these shapes, and the shape of its result."""
    rows, depth = a[-2:][::-1] if transpose_a else a[-2:]
    columns = b[-2] if transpose_b else b[-1]
    outer = np.broadcast_shapes(a[:-2], b[:-2])
    shape = (*outer, rows, columns)
    steps = (_steps(a, len(outer)), _steps(b, len(outer)))
    inner_a = (1, a[-1]) if transpose_a else (a[-1], 1)
    inner_b = (b[-1], 1) if transpose_b else (1, b[-1])
    sizes, axes = merged(outer, steps)
    if len(sizes) == 1 and not axes[0][1] and not transpose_a and axes[0][0] == rows * depth:
        rows, sizes, axes = rows * sizes[0], (), ()  # one matrix on the right serves all batches
    left = Side(*inner_a, tuple(x for x, _ in axes))
    right = Side(*inner_b, tuple(x for _, x in axes))
    return Product(rows, columns, depth, sizes, left, right, (columns, 1)), shape


def _steps(shape: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Steps in memory along the batch axes, 0 where the array is repeated."""
    steps, step = [], shape[-1] * shape[-2]
    for n in reversed(shape[:-2]):
        steps.append(0 if n == 1 else step)
        step *= n
    return (0,) * (rank - len(steps)) + tuple(reversed(steps))


def merged(
    sizes: tuple[int, ...], steps: tuple[tuple[int, ...], ...]
) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    """Neighbouring axes that every array walks as one are joined; sizes, and steps per axis."""
    kept: list[tuple[int, tuple[int, ...]]] = []
    for n, *step in zip(sizes, *steps, strict=True):
        if n == 1:
            continue
        own = tuple(step)
        if kept and all(x == y * n for x, y in zip(kept[-1][1], own, strict=True)):
            kept[-1] = (kept[-1][0] * n, own)
        else:
            kept.append((n, own))
    return tuple(n for n, _ in kept), tuple(own for _, own in kept)
