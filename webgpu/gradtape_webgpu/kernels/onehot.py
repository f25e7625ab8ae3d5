"""One-hot rows: `on` where an index equals its place along an axis, `off` elsewhere."""

from __future__ import annotations

from functools import cache

import numpy as np

from gradtape_webgpu.kernels.each import each, over
from gradtape_webgpu.kernels.gather import indices_dtype
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.strided import MAX_RANK
from gradtape_webgpu.program import Lowered, Program, Spec
from gradtape_webgpu.views import row_strides


@cache
def _one_hot(rank: int) -> Program:
    lines = ["    var rest = i;", "    var at = 0u;", "    var place = 0u;"]
    for k in reversed(range(rank)):
        lines.append(f"    at += (rest % p.n{k}) * p.x{k};")
        lines.append(f"    place += (rest % p.n{k}) * p.d{k};")
        lines.append(f"    rest /= p.n{k};")
    lines.append("    y[i] = select(off[0], on[0], x[at] == depth[place]);")
    reads = (("x", "u32"), ("depth", "u32"), ("on", "u32"), ("off", "u32"))
    fields = tuple(f"{name}{k}" for name in ("n", "x", "d") for k in range(rank))
    return each(("one hot", rank), "\n".join(lines), reads, (("y", "u32"),), fields)


def _steps(shape: tuple[int, ...], whole: tuple[int, ...]) -> tuple[int, ...]:
    missing = len(whole) - len(shape)
    own = zip(row_strides(shape), shape, strict=True)
    return (*(0,) * missing, *(0 if n == 1 else step for step, n in own))


@lowering("OneHot")
def one_hot(inputs: tuple[Spec, ...]) -> Lowered:
    """`on` where x equals `depth`, with broadcasting; `on` and `off` are scalars."""
    x, depth, on, off = inputs
    indices_dtype(x)
    indices_dtype(depth, "places")
    shape = np.broadcast_shapes(x.shape, depth.shape)
    if on.size != 1 or off.size != 1 or on.dtype != off.dtype:
        raise Unsupported("values that are no scalars of one dtype")
    if len(shape) > MAX_RANK:
        raise Unsupported(f"more than {MAX_RANK} axes")
    y = Spec(shape, on.dtype)
    numbers = (*shape, *_steps(x.shape, shape), *_steps(depth.shape, shape))
    return Lowered((y,), (over(_one_hot(len(shape)), y.size, (0, 1, 2, 3, 4), *numbers),))
