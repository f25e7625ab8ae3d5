"""The matrix product: f32, batches that broadcast, either operand transposed where it lies."""

from __future__ import annotations

from math import prod

import numpy as np

from gradtape_webgpu.kernels.product import FLOAT, Operand, Product, lowered
from gradtape_webgpu.kernels.product_tile import Tile
from gradtape_webgpu.kernels.program import Extension, Lowered, Spec
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.target import Target


@lowering("MatMul", tuned=True)
def matmul(inputs: tuple[Spec, ...], target: Target, /) -> Lowered:
    """The product over the last two axes of two arrays of f32."""
    a, b = inputs
    return build(a, b, target)


def build(
    a: Spec,
    b: Spec,
    target: Target,
    *,
    transpose_a: bool = False,
    transpose_b: bool = False,
    epilogue: Extension | None = None,
    tile: Tile | None = None,
) -> Lowered:
    """The product of a and b, each transposed (its last two axes) where asked for."""
    if a.dtype != FLOAT or b.dtype != FLOAT:
        raise Unsupported(f"the matrix product on the GPU takes float32, not {a.dtype}")
    product, shape = described(a.shape, b.shape, transpose_a, transpose_b)
    return lowered(product, Spec(shape, FLOAT), target, epilogue, tile)


def described(
    a: tuple[int, ...], b: tuple[int, ...], transpose_a: bool, transpose_b: bool
) -> tuple[Product, tuple[int, ...]]:
    """The product of arrays of these shapes, and the shape of its result."""
    rows, depth = a[-2:][::-1] if transpose_a else a[-2:]
    columns = b[-2] if transpose_b else b[-1]
    outer = np.broadcast_shapes(a[:-2], b[:-2])
    shape = (*outer, rows, columns)
    steps = (_steps(a, len(outer)), _steps(b, len(outer)))
    sizes, axes = merged(outer, steps)
    if len(sizes) == 1 and not axes[0][1] and not transpose_a and axes[0][0] == rows * depth:
        rows, sizes, axes = rows * sizes[0], (), ()  # one matrix on the right serves all batches
    inner_a = (1, a[-1]) if transpose_a else (a[-1], 1)
    inner_b = (b[-1], 1) if transpose_b else (1, b[-1])
    product = Product(
        ("MatMul", len(sizes)),
        *(rows, columns, depth, prod(sizes)),
        _operand("a", inner_a, tuple(x for x, _ in axes)),
        _operand("b", inner_b, tuple(x for _, x in axes)),
        tuple(f"size{k}" for k in range(len(sizes))),
        sizes,
    )
    return product, shape


def _operand(array: str, inner: tuple[int, int], batch: tuple[int, ...]) -> Operand:
    """An array by its steps in memory: along the outer axis and the depth, and along batches."""
    rank = len(batch)

    def text(side: str) -> str:
        begin = [f"var<private> {side}_start: u32;", f"fn {side}_begin(batch: u32) {{"]
        begin.append(f"  var rest = batch; {side}_start = 0u;")
        for k in reversed(range(rank)):
            begin.append(f"  {side}_start += rest % p.size{k} * p.{array}{k}; rest /= p.size{k};")
        return "\n".join(
            (
                *begin,
                "}",
                f"fn {side}_position(i: u32) -> u32 {{",
                f"  return {side}_start + i * p.{array}_outer;",
                "}",
                f"fn {side}_step(k: u32) -> u32 {{ return k * p.{array}_depth; }}",
                f"fn {side}(position: u32, step: u32) -> f32 {{",
                f"  return {array}[position + step];",
                "}",
            )
        )

    fields = (f"{array}_outer", f"{array}_depth", *(f"{array}{k}" for k in range(rank)))
    return Operand(None, array, text, fields, (*inner, *batch), inner[1] == 1)


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
    axes: list[tuple[int, tuple[int, ...]]] = []
    for n, *step in zip(sizes, *steps, strict=True):
        if n == 1:
            continue
        own = tuple(step)
        if axes and all(x == y * n for x, y in zip(axes[-1][1], own, strict=True)):
            axes[-1] = (axes[-1][0] * n, own)
        else:
            axes.append((n, own))
    return tuple(n for n, _ in axes), tuple(own for _, own in axes)
