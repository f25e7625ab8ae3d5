"""Ops that read beyond an edge: rolling round, mirroring, and turning sequences round."""

from __future__ import annotations

from functools import cache
from math import prod

import numpy as np

from gradtape_webgpu.kernels.per_element import over_elements, per_element
from gradtape_webgpu.kernels.program import Launch, Lowered, Program, Spec
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.strided import MAX_RANK

Shape = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]


def _checked(rank: int) -> int:
    if rank > MAX_RANK:
        raise Unsupported(f"more than {MAX_RANK} axes that cannot be taken together")
    return rank


# -- rolling ---------------------------------------------------------------------------------


@cache
def _rolled(rank: int) -> Program:
    lines = ["    var rest = i;", "    var at = 0u;", "    var step = 1u;"]
    for k in reversed(range(rank)):
        lines.append(f"    at += ((rest % p.n{k} + p.back{k}) % p.n{k}) * step;")
        lines.append(f"    rest /= p.n{k};")
        lines.append(f"    step *= p.n{k};")
    lines.append("    y[i] = x[at];")
    fields = tuple(f"{name}{k}" for k in range(rank) for name in ("n", "back"))
    return per_element(("rolled", rank), "\n".join(lines), (("x", "u32"),), (("y", "u32"),), fields)


@lowering("Roll")
def roll(inputs: tuple[Spec, ...], *, shift: Shape, axis: Shape) -> Lowered:
    """Shifted along axes; what leaves at the end comes back at the start."""
    (x,) = inputs
    by = [0] * len(x.shape)
    for n, k in zip(shift, axis, strict=True):
        by[k] += int(n)
    merged: list[list[int]] = []  # an axis that stays joins the one before it
    for n, back in zip(x.shape, by, strict=True):
        if merged and back % n == 0:
            merged[-1] = [merged[-1][0] * n, merged[-1][1] * n]
        else:
            merged.append([n, -back % n])
    merged = merged or [[1, 0]]
    values = tuple(value for pair in merged for value in pair)
    return Lowered((x,), (over_elements(_rolled(_checked(len(merged))), x.size, (0, 1), *values),))


# -- mirrors ---------------------------------------------------------------------------------


@cache
def _mirrored(rank: int) -> Program:
    lines = ["    var rest = i;", "    var at = 0u;", "    var step = 1u;"]
    for k in reversed(range(rank)):
        lines.append(
            f"""    {{
        let n = i32(p.n{k});
        var c = i32(rest % p.m{k}) - i32(p.before{k});
        if (c < 0) {{ c = i32(p.border) - 1 - c; }}
        if (c >= n) {{ c = 2 * n - 1 - i32(p.border) - c; }}
        at += u32(c) * step;
        step *= p.n{k};
        rest /= p.m{k};
    }}"""
        )
    lines.append("    y[i] = x[at];")
    fields = ("border", *(f"{f}{k}" for k in range(rank) for f in ("n", "m", "before")))
    return per_element(
        ("mirrored", rank), "\n".join(lines), (("x", "u32"),), (("y", "u32"),), fields
    )


@lowering("MirrorPad")
def mirror_pad(inputs: tuple[Spec, ...], *, paddings: Pairs, border: int) -> Lowered:
    """Continued by the mirror image."""
    (x,) = inputs
    shape = tuple(b + n + a for (b, a), n in zip(paddings, x.shape, strict=True))
    merged: list[tuple[int, int, int]] = []
    bare = False  # whether the axis before this one is not padded either
    for (before, _), n, m in zip(paddings, x.shape, shape, strict=True):
        if m == n and bare:
            merged[-1] = (merged[-1][0] * n, merged[-1][1] * n, 0)
        else:
            merged.append((n, m, before))
        bare = m == n
    merged = merged or [(1, 1, 0)]
    values = tuple(value for axis in merged for value in axis)
    program = _mirrored(_checked(len(merged)))
    y = Spec(shape, x.dtype)
    for (before, after), n in zip(paddings, x.shape, strict=True):
        if max(before, after) > n - border:
            raise Unsupported(f"a mirror image of {max(before, after)} elements of {n}")
    return Lowered((y,), (over_elements(program, y.size, (0, 1), border, *values),))


@cache
def _folded(kind: str) -> Program:
    # The terms are added in the order in which the CPU adds them.
    body = """
    let c = (i / p.inner) % p.n;
    let line = (i / p.inner / p.n) * (p.before + p.n + p.after) * p.inner + i % p.inner;
    var total = x[line + (p.before + c) * p.inner];
    if (c >= p.border && c < p.border + p.before) {
        total += x[line + (p.before + p.border - 1u - c) * p.inner];
    }
    if (c + p.border < p.n && c + p.border + p.after >= p.n) {
        total += x[line + (p.before + 2u * p.n - 1u - p.border - c) * p.inner];
    }
    y[i] = total;"""
    fields = ("n", "inner", "before", "after", "border")
    return per_element(("folded", kind), body, (("x", kind),), (("y", kind),), fields)


@lowering("MirrorPadGrad")
def mirror_pad_grad(inputs: tuple[Spec, ...], *, paddings: Pairs, border: int) -> Lowered:
    """Each element plus its mirror images, folded back axis after axis."""
    (x,) = inputs
    if x.dtype == np.bool_:
        raise Unsupported("truth values do not add up")
    kind = {"f": "f32", "i": "i32", "u": "u32"}[x.dtype.kind]
    used = [k for k, pair in enumerate(paddings) if any(pair)] or [0]
    shape = list(x.shape) or [1]
    paddings = paddings or ((0, 0),)
    sizes: list[int] = []
    launches: list[Launch] = []
    for step, k in enumerate(used):
        before, after = paddings[k]
        shape[k] -= before + after
        size = prod(shape)
        source = 0 if not step else 1 + step  # temps come after the input and the output
        target = 1 if k == used[-1] else 2 + step
        if target != 1:
            sizes.append(size)
        inner = prod(shape[k + 1 :])
        numbers = (shape[k], inner, before, after, border)
        launches.append(over_elements(_folded(kind), size, (source, target), *numbers))
    y = Spec(tuple(shape) if x.shape else (), x.dtype)
    return Lowered((y,), tuple(launches), tuple(sizes))


# -- sequences -------------------------------------------------------------------------------


@cache
def _sequences() -> Program:
    # A length that is no length turns round as much as there is; the CPU refuses it.
    body = """
    let c = (i / p.inner) % p.n;
    let row = (i / p.row_step) % p.rows;
    let length = u32(clamp(lengths[row], 0i, i32(p.n)));
    let from_ = select(c, length - 1u - c, c < length);
    y[i] = x[i - c * p.inner + from_ * p.inner];"""
    fields = ("n", "inner", "rows", "row_step")
    reads = (("x", "u32"), ("lengths", "i32"))
    return per_element(("sequences",), body, reads, (("y", "u32"),), fields)


@lowering("ReverseSequence")
def reverse_sequence(inputs: tuple[Spec, ...], *, seq_axis: int, batch_axis: int) -> Lowered:
    """The first lengths[b] elements of row b turned round."""
    x, lengths = inputs
    if lengths.dtype != np.int32 or len(lengths.shape) != 1:
        raise Unsupported(f"lengths {lengths.dtype}{list(lengths.shape)}: one int32 vector serves")
    shape, rank = x.shape, len(x.shape)
    inner, row_step = (prod(shape[k % rank + 1 :]) for k in (seq_axis, batch_axis))
    numbers = (shape[seq_axis], inner, shape[batch_axis], row_step)
    return Lowered((x,), (over_elements(_sequences(), x.size, (0, 1, 2), *numbers),))
