"""Ops that move elements at regular distances: transpose, slice, tile, split, diagonals."""

from __future__ import annotations

from typing import Any

from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.strided import View, contiguous, copy
from gradtape_webgpu.program import Lowered, Spec

Shape = tuple[int, ...]


def copies(x: Spec, *pieces: tuple[Shape, View]) -> Lowered:
    """The op whose outputs have these shapes and see these parts of its only input."""
    outputs = tuple(Spec(shape, x.dtype) for shape, _ in pieces)
    launches = tuple(
        copy(view, 0, k) for k, (spec, (_, view)) in enumerate(zip(outputs, pieces, strict=True), 1)
        if spec.size
    )  # fmt: skip
    return Lowered(outputs, launches)


@lowering("Transpose")
def transpose(inputs: tuple[Spec, ...], *, perm: Shape) -> Lowered:
    """The axes in another order."""
    (x,) = inputs
    sizes, strides, _ = contiguous(x.shape)
    shape = tuple(sizes[k] for k in perm)
    return copies(x, (shape, View(shape, tuple(strides[k] for k in perm))))


@lowering("BroadcastTo")
def broadcast_to(inputs: tuple[Spec, ...], *, shape: Shape) -> Lowered:
    """Repeated along new axes and axes of size 1."""
    (x,) = inputs
    sizes, strides, _ = contiguous(x.shape)
    missing = len(shape) - len(sizes)
    steps = (0,) * missing + tuple(
        s if n == want else 0 for s, n, want in zip(strides, sizes, shape[missing:], strict=True)
    )
    return copies(x, (tuple(shape), View(tuple(shape), steps)))


@lowering("Fill")
def fill(inputs: tuple[Spec, ...], *, dims: Shape) -> Lowered:
    """Full of a scalar."""
    return broadcast_to(inputs, shape=tuple(dims))


@lowering("Slice")
def slice_(inputs: tuple[Spec, ...], *, begin: Shape, size: Shape) -> Lowered:
    """A block."""
    (x,) = inputs
    strides = contiguous(x.shape).strides
    offset = sum(b * s for b, s in zip(begin, strides, strict=True))
    return copies(x, (tuple(size), View(tuple(size), strides, offset)))


def axes_of(index: Any, rank: int) -> list[Any]:
    """An index of integers, slices and None with as many entries as it has axes."""
    index = list(index)
    for entry in index:
        if not (entry is None or entry is Ellipsis or isinstance(entry, slice)):
            try:
                entry.__index__()
            except AttributeError:
                raise Unsupported(f"an index that holds {type(entry).__name__}") from None
    used = sum(entry is not None and entry is not Ellipsis for entry in index)
    rest = [slice(None)] * (rank - used)
    if Ellipsis in index:
        at = index.index(Ellipsis)
        return [*index[:at], *rest, *index[at + 1 :]]
    return [*index, *rest]


@lowering("StridedSlice")
def strided_slice(inputs: tuple[Spec, ...], *, index: Any) -> Lowered:
    """x[index]."""
    (x,) = inputs
    sizes, strides, offset = contiguous(x.shape)
    shape, steps, k = [], [], 0
    for entry in axes_of(index, len(sizes)):
        if entry is None:
            shape.append(1)
            steps.append(0)
            continue
        if isinstance(entry, slice):
            places = range(*entry.indices(sizes[k]))
            shape.append(len(places))
            steps.append(places.step * strides[k])
            offset += places.start * strides[k]
        else:
            number = entry.__index__()
            offset += (number + sizes[k] if number < 0 else number) * strides[k]
        k += 1
    return copies(x, (tuple(shape), View(tuple(shape), tuple(steps), offset)))


@lowering("ReverseV2")
def reverse(inputs: tuple[Spec, ...], *, axis: Shape) -> Lowered:
    """Turned round along the axes."""
    (x,) = inputs
    index = [slice(None)] * len(x.shape)
    for k in axis:
        index[k] = slice(None, None, -1)
    return strided_slice(inputs, index=tuple(index))


@lowering("Tile")
def tile(inputs: tuple[Spec, ...], *, multiples: Shape) -> Lowered:
    """Repeated as a whole along each axis."""
    (x,) = inputs
    sizes, strides, _ = contiguous(x.shape)
    shape = tuple(m * n for m, n in zip(multiples, sizes, strict=True))
    apart = tuple(n for pair in zip(multiples, sizes, strict=True) for n in pair)
    steps = tuple(s for stride in strides for s in (0, stride))
    return copies(x, (shape, View(apart, steps)))


@lowering("Unpack")
def unpack(inputs: tuple[Spec, ...], *, axis: int) -> Lowered:
    """The slices along an axis."""
    (x,) = inputs
    sizes, strides, _ = contiguous(x.shape)
    shape = (*sizes[:axis], *sizes[axis + 1 :])
    steps = (*strides[:axis], *strides[axis + 1 :])
    pieces = ((shape, View(shape, steps, k * strides[axis])) for k in range(sizes[axis]))
    return copies(x, *pieces)


@lowering("Split", "SplitV")
def split(inputs: tuple[Spec, ...], *, sizes: Shape, axis: int) -> Lowered:
    """Pieces along an axis."""
    (x,) = inputs
    whole, strides, _ = contiguous(x.shape)
    pieces, start = [], 0
    for n in sizes:
        shape = (*whole[:axis], n, *whole[axis + 1 :])
        pieces.append((shape, View(shape, strides, start * strides[axis])))
        start += n
    return copies(x, *pieces)


def _blocks(shape: Shape, order: Shape, out: Shape, x: Spec) -> Lowered:
    strides = contiguous(shape).strides
    sizes = tuple(shape[k] for k in order)
    return copies(x, (out, View(sizes, tuple(strides[k] for k in order))))


@lowering("SpaceToDepth")
def space_to_depth(inputs: tuple[Spec, ...], *, block: int) -> Lowered:
    """Blocks of pixels become channels."""
    (x,) = inputs
    n, h, w, c = x.shape
    out = (n, h // block, w // block, block * block * c)
    return _blocks((n, h // block, block, w // block, block, c), (0, 1, 3, 2, 4, 5), out, x)


@lowering("DepthToSpace")
def depth_to_space(inputs: tuple[Spec, ...], *, block: int) -> Lowered:
    """Channels become blocks of pixels."""
    (x,) = inputs
    n, h, w, c = x.shape
    out = (n, h * block, w * block, c // block**2)
    return _blocks((n, h, w, block, block, c // block**2), (0, 1, 3, 2, 4, 5), out, x)


def diagonal(rows: int, columns: int, k: int) -> tuple[int, int]:
    """Where in a flat matrix the k-th diagonal starts, and its length; the step is columns + 1."""
    start = k if k > 0 else -k * columns
    return start, max(min(rows - max(-k, 0), columns - max(k, 0)), 0)


@lowering("MatrixDiagPartV3")
def diag_part(inputs: tuple[Spec, ...], *, k: int) -> Lowered:
    """The k-th diagonal of matrices."""
    (x,) = inputs
    *lead, rows, columns = x.shape
    start, n = diagonal(rows, columns, k)
    strides = contiguous(x.shape).strides[:-2]
    shape = (*lead, n)
    return copies(x, (shape, View(shape, (*strides, columns + 1), start)))
