"""Ops that put a block into a larger array: padding, strided slices put back, diagonals, bands.

Along an axis, coordinate c of the output belongs to the block where c = begin + step·q, q < length;
it then takes the block's element, otherwise 0 or the element of a second array of the output's
shape. Bits are moved, so one program serves all dtypes.
"""

from __future__ import annotations

from functools import cache
from math import prod
from typing import Any, NamedTuple

from gradtape_webgpu.kernels.per_element import over_elements, per_element
from gradtape_webgpu.kernels.program import Launch, Lowered, Program, Spec
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.shape import diagonal
from gradtape_webgpu.kernels.strided import MAX_RANK
from gradtape_webgpu.kernels.views import Shape, axes_of, row_strides


class BlockAxis(NamedTuple):
    """Where the block lies along one axis of the output, and its distance in memory."""

    size: int
    begin: int
    step: int
    length: int
    stride: int


def _merged(axes: list[BlockAxis]) -> list[BlockAxis]:
    """Fewer axes: one that the block fills joins the one before it."""
    out: list[BlockAxis] = []
    for p in axes:
        if out:
            last = out[-1]
            filled = p.begin == 0 and p.step == 1 and p.length == p.size
            if filled and last.step == 1 and last.stride == p.stride * p.size:
                out[-1] = BlockAxis(
                    last.size * p.size, last.begin * p.size, 1, last.length * p.size, p.stride
                )
                continue
        if p.size != 1 or p.length != 1:
            out.append(p)
    return out or [BlockAxis(1, 0, 1, 1, 1)]


@cache
def _placing(rank: int, over_array: bool) -> Program:
    lines = ["    var rest = i;", "    var at = p.offset;", "    var inside = true;"]
    for k in reversed(range(rank)):
        coordinate = f"rest % p.size{k}" if k else "rest"
        lines.append(
            f"""    {{
        let c = {coordinate} - p.begin{k};
        let q = c / p.step{k};
        inside = inside && q < p.length{k} && q * p.step{k} == c;
        at += q * p.stride{k};
        rest /= p.size{k};
    }}"""
        )
    other = "base[i]" if over_array else "0u"
    lines.append(f"    if (inside) {{ y[i] = x[at]; }} else {{ y[i] = {other}; }}")
    names = ("size", "begin", "step", "length", "stride")
    fields = ("offset", *(f"{name}{k}" for name in names for k in range(rank)))
    reads = (("x", "u32"), ("base", "u32")) if over_array else (("x", "u32"),)
    return per_element(
        ("placed", rank, over_array), "\n".join(lines), reads, (("y", "u32"),), fields
    )


def placed(axes: list[BlockAxis], offset: int, arguments: tuple[int, ...]) -> Launch:
    """The launch; `arguments` are the block, the array beneath it (if any) and the output."""
    axes = _merged(axes)
    if len(axes) > MAX_RANK:
        raise Unsupported(f"more than {MAX_RANK} axes that cannot be taken together")
    fields = tuple(p[k] for k in range(5) for p in axes)
    size = prod(p.size for p in axes)
    return over_elements(_placing(len(axes), len(arguments) == 3), size, arguments, offset, *fields)


@lowering("Pad")
def pad(inputs: tuple[Spec, ...], *, paddings: tuple[tuple[int, int], ...]) -> Lowered:
    """Zeros before and after each axis."""
    (x,) = inputs
    strides = row_strides(x.shape)
    axes = [
        BlockAxis(before + n + after, before, 1, n, s)
        for (before, after), n, s in zip(paddings, x.shape, strides, strict=True)
    ]
    shape = tuple(p.size for p in axes)
    return Lowered((Spec(shape, x.dtype),), (placed(axes, 0, (0, 1)),))


@lowering("StridedSliceGrad")
def strided_slice_grad(inputs: tuple[Spec, ...], *, index: Any, shape: Shape) -> Lowered:
    """Zeros of `shape` with x at `index`."""
    (x,) = inputs
    sizes = list(x.shape)
    strides = list(row_strides(x.shape))
    axes, offset, k, source = [], 0, 0, 0
    for entry in axes_of(index, len(shape)):
        if entry is None:
            source += 1
            continue
        n = shape[k]
        if isinstance(entry, slice):
            at = range(*entry.indices(n))
            stride = strides[source]
            begin, step, count = at.start, at.step, sizes[source]
            if step < 0:  # the same elements, walked from the other end
                begin, step = begin + (count - 1) * step, -step
                offset, stride = offset + (count - 1) * stride, -stride
            axes.append(BlockAxis(n, begin, step, count, stride))
            source += 1
        else:
            number = entry.__index__()
            axes.append(BlockAxis(n, number + n if number < 0 else number, 1, 1, 0))
        k += 1
    return Lowered((Spec(tuple(shape), x.dtype),), (placed(axes, offset, (0, 1)),))


def _on_diagonal(x: Spec, d: Spec, shape: Shape, k: int, arguments: tuple[int, ...]) -> Lowered:
    *lead, rows, columns = shape
    start, n = diagonal(rows, columns, k)
    if d.shape[-1] != n:
        raise Unsupported(f"{d.shape[-1]} numbers on a diagonal of {n}")
    matrices = prod(lead)
    axes = [
        BlockAxis(matrices, 0, 1, matrices, n),
        BlockAxis(rows * columns, start, columns + 1, n, 1),
    ]
    return Lowered((Spec(shape, x.dtype),), (placed(axes, 0, arguments),))


@lowering("MatrixDiagV3")
def diag(inputs: tuple[Spec, ...], *, k: int, shape: tuple[int, int]) -> Lowered:
    """Zeros with x on the k-th diagonal."""
    (d,) = inputs
    return _on_diagonal(d, d, (*d.shape[:-1], *shape), k, (0, 1))


@lowering("MatrixSetDiagV3")
def set_diag(inputs: tuple[Spec, ...], *, k: int) -> Lowered:
    """x with its k-th diagonal replaced."""
    x, d = inputs
    return _on_diagonal(x, d, x.shape, k, (1, 0, 2))


@cache
def _band() -> Program:
    body = """
    let column = i % p.columns;
    let row = (i / p.columns) % p.rows;
    let below = i32(row) - i32(column);
    let lower = bitcast<i32>(p.lower);
    let upper = bitcast<i32>(p.upper);
    let inside = (lower < 0 || below <= lower) && (upper < 0 || -below <= upper);
    y[i] = select(0u, x[i], inside);"""
    fields = ("rows", "columns", "lower", "upper")
    return per_element(("band",), body, (("x", "u32"),), (("y", "u32"),), fields)


@lowering("MatrixBandPart")
def band_part(inputs: tuple[Spec, ...], *, lower: int, upper: int) -> Lowered:
    """Zeros outside a band around the diagonal."""
    (x,) = inputs
    *_, rows, columns = x.shape
    launch = over_elements(_band(), x.size, (0, 1), rows, columns, int(lower), int(upper))
    return Lowered((x,), (launch,))
