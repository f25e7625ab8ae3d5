"""Ops that copy views: several of one input, or one whose axes are then taken together."""

from __future__ import annotations

from gradtape_webgpu.kernels.program import Lowered, Spec
from gradtape_webgpu.kernels.registry import lowering
from gradtape_webgpu.kernels.strided import copy
from gradtape_webgpu.kernels.views import Shape, View, flat, row_strides, transpose, window


def copies(x: Spec, *pieces: tuple[Shape, View]) -> Lowered:
    """The op whose outputs have these shapes and see these parts of its only input."""
    outputs = tuple(Spec(shape, x.dtype) for shape, _ in pieces)
    launches = tuple(
        copy(view, 0, k) for k, (spec, (_, view)) in enumerate(zip(outputs, pieces, strict=True), 1)
        if spec.size
    )  # fmt: skip
    return Lowered(outputs, launches)


@lowering("Tile")
def tile(inputs: tuple[Spec, ...], *, multiples: Shape) -> Lowered:
    """Repeated as a whole along each axis."""
    (x,) = inputs
    shape = tuple(m * n for m, n in zip(multiples, x.shape, strict=True))
    apart = tuple(n for pair in zip(multiples, x.shape, strict=True) for n in pair)
    steps = tuple(s for stride in row_strides(x.shape) for s in (0, stride))
    return copies(x, (shape, View(apart, 0, steps)))


@lowering("Unpack")
def unpack(inputs: tuple[Spec, ...], *, axis: int) -> Lowered:
    """The slices along an axis."""
    (x,) = inputs
    strides = row_strides(x.shape)
    shape = (*x.shape[:axis], *x.shape[axis + 1 :])
    steps = (*strides[:axis], *strides[axis + 1 :])
    pieces = ((shape, View(shape, k * strides[axis], steps)) for k in range(x.shape[axis]))
    return copies(x, *pieces)


@lowering("Split", "SplitV")
def split(inputs: tuple[Spec, ...], *, sizes: Shape, axis: int) -> Lowered:
    """Pieces along an axis."""
    (x,) = inputs
    whole = flat(x.shape)
    begin = [0] * len(x.shape)
    pieces = []
    for n in sizes:
        shape = (*x.shape[:axis], n, *x.shape[axis + 1 :])
        pieces.append((shape, window(whole, tuple(begin), shape)))
        begin[axis] += n
    return copies(x, *pieces)


def _blocks(shape: Shape, order: Shape, out: Shape, x: Spec) -> Lowered:
    return copies(x, (out, transpose(flat(shape), order)))


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
    shape = (*lead, n)
    return copies(x, (shape, View(shape, start, (*row_strides(x.shape)[:-2], columns + 1))))
