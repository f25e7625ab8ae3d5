"""Where the largest and the smallest stand, and whether a class is among the best.

The first of equals, and the first NaN if there is one, as on the CPU. Places are int32: the op asks
for int64 by default, which lives on the CPU.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from gradtape_webgpu.kernels.axis_lines import axis_lines, joined, over_lines, share, sharing
from gradtape_webgpu.kernels.gather import indices_dtype
from gradtape_webgpu.kernels.order import downward, kind_of, upward
from gradtape_webgpu.kernels.program import Lowered, Program, Spec
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.target import Target


def result_dtype(dtype: Any) -> np.dtype:
    """int32 or uint32; Unsupported for others."""
    wanted: np.dtype = np.dtype(dtype)
    if wanted not in (np.dtype(np.int32), np.dtype(np.uint32)):
        raise Unsupported(f"indices as {wanted}, which live on the CPU; int32 serves")
    return wanted


@cache
def _extreme(kind: str, smallest: bool, threads: int) -> Program:
    # A thread's elements are THREADS apart; of equal keys the smaller index wins everywhere.
    key = "reversed" if smallest else "order"
    better = "b.x > a.x || (b.x == a.x && b.y < a.y)"
    body = f"""
    var best = vec2<u32>(0u, 0xffffffffu);
    if (live) {{
        for (var k = t; k < p.n; k += THREADS) {{
            let own = {key}(x[base + k * p.inner]);
            if (best.y == 0xffffffffu || own > best.x) {{ best = vec2<u32>(own, k); }}
        }}
    }}
    best = first(local, t, best);
    if (live && t == 0u) {{ y[line] = best.y; }}"""
    functions = downward(kind) if smallest else upward(kind)
    functions += joined("first", "vec2<u32>", f"return select(a, b, {better});")
    return share(
        ("extreme", kind, smallest), threads, body, (("x", "u32"),), (("y", "u32"),), (), functions
    )


def _index(
    inputs: tuple[Spec, ...], target: Target, axis: int, dtype: Any, smallest: bool
) -> Lowered:
    (x,) = inputs
    of = axis_lines(x.shape, axis)
    threads = sharing(of, target)
    axis %= len(x.shape)
    y = Spec((*x.shape[:axis], *x.shape[axis + 1 :]), result_dtype(dtype))
    program = _extreme(kind_of(x.dtype), smallest, threads)
    return Lowered((y,), (over_lines(program, of, threads, (0, 1)),))


@lowering("ArgMax", tuned=True)
def argmax(inputs: tuple[Spec, ...], target: Target, *, axis: int, dtype: Any) -> Lowered:
    """Where the largest stands along an axis."""
    return _index(inputs, target, axis, dtype, smallest=False)


@lowering("ArgMin", tuned=True)
def argmin(inputs: tuple[Spec, ...], target: Target, *, axis: int, dtype: Any) -> Lowered:
    """Where the smallest stands along an axis."""
    return _index(inputs, target, axis, dtype, smallest=True)


@cache
def _in_top(threads: int) -> Program:
    # A prediction that is not finite spoils its row: it counts as more than k can be.
    body = """
    let target_ = targets[min(line, p.count - 1u)];
    let inside = target_ < p.n;
    let own = x[base + select(0u, target_, inside)];
    var larger = 0u;
    if (live) {
        for (var k = t; k < p.n; k += THREADS) {
            let other = x[base + k];
            if ((other & 0x7f800000u) == 0x7f800000u) { larger = 0xffffffu; }
            else if (order(other) > order(own) && larger < 0xffffffu) { larger += 1u; }
        }
    }
    larger = total(local, t, larger);
    if (live && t == 0u) { y[line] = u32(inside && larger < p.k); }"""
    functions = upward("f") + joined("total", "u32", "return a + b;")
    reads = (("x", "u32"), ("targets", "u32"))
    return share("in top k", threads, body, reads, (("y", "u32"),), ("k",), functions)


@lowering("InTopKV2", tuned=True)
def in_top_k(inputs: tuple[Spec, ...], target: Target, *, k: int) -> Lowered:
    """Whether fewer than k predictions of a row exceed its target's, and all are finite."""
    x, targets = inputs
    indices_dtype(targets, "targets")
    if x.dtype != np.float32:
        raise Unsupported(f"predictions of {x.dtype}; float32 serves")
    of = axis_lines(x.shape, -1)
    threads = sharing(of, target)
    y = Spec(targets.shape, np.dtype(np.bool_))
    most = min(max(int(k), 0), of.n + 1)
    return Lowered((y,), (over_lines(_in_top(threads), of, threads, (0, 1, 2), most),))
