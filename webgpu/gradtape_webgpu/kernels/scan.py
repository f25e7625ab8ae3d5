"""Running sums, products, log-sum-exps and linear recurrences along an axis.

Short lines and many lines have a thread each, which goes from element to element as the CPU does.
Otherwise a workgroup shares a line: each thread joins a few neighbours, the threads' totals are
joined in a fixed tree, and what came before goes on to the next stretch. Nothing is ever joined
with a made-up neutral element, so −0 keeps its sign and an infinite factor meets no 0.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from gradtape_webgpu.kernels.each import GROUP
from gradtape_webgpu.kernels.lines import lines, over_lines, share
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.scatter import kind_of_sum
from gradtape_webgpu.program import Lowered, Program, Spec
from gradtape_webgpu.wgsl.library import text

#: neighbours that a thread joins at once
RUN = 8
#: lines of at most so many elements, and at least so many lines, have a thread each
SHORT, MANY = 32, 4096


class Scan(NamedTuple):
    """The state as WGSL, how two neighbours join (a before b), and what stands before the first."""

    join: str
    start: float
    functions: tuple[str, ...] = ()
    #: whether the state is (factor, value), and there are two inputs
    paired: bool = False


SCANS = {
    "Cumsum": Scan("return a + b;", 0),
    "Cumprod": Scan("return a * b;", 1),
    "CumulativeLogsumexp": Scan(
        """
    if (is_nan(a)) { return a; }
    if (is_nan(b)) { return b; }
    let high = larger_of(a, b);
    if (is_infinite(high)) { return high; }
    return high + logarithm_of_one_plus(exponential(smaller_of(a, b) - high));""",
        float("-inf"),
        ("is_nan", "is_infinite", "larger_of", "smaller_of", "exponential",
         "logarithm_of_one_plus"),
    ),
    "LinearRecurrence": Scan(
        "return vec2(a.x * b.x, b.x * a.y + b.y);", 0, (), paired=True
    ),
}  # fmt: skip

_ALONE = """
    if (!live) { return; }
    var before = element(base, 0u);
    put(base, 0u, before, before, false);
    for (var k = 1u; k < p.n; k += 1u) {
        let now = join(before, element(base, k));
        put(base, k, before, now, true);
        before = now;
    }"""

_TOGETHER = f"""
    var carry: State;
    var begun = false;
    for (var stretch = 0u; stretch < p.n; stretch += {GROUP * RUN}u) {{
        let first = stretch + local * {RUN}u;
        let end = select(first, min(first + {RUN}u, p.n), live && first < p.n);
        var own: State;
        for (var k = first; k < end; k += 1u) {{
            if (k == first) {{ own = element(base, k); }}
            else {{ own = join(own, element(base, k)); }}
        }}
        totals[local] = own;
        for (var step = 1u; step < {GROUP}u; step *= 2u) {{
            workgroupBarrier();
            var sum = totals[local];
            if (local >= step) {{ sum = join(totals[local - step], sum); }}
            workgroupBarrier();
            totals[local] = sum;
        }}
        workgroupBarrier();
        var before = carry;
        var any = begun;
        if (local > 0u) {{
            if (begun) {{ before = join(carry, totals[local - 1u]); }}
            else {{ before = totals[local - 1u]; }}
            any = true;
        }}
        if (begun) {{ carry = join(carry, totals[{GROUP - 1}]); }}
        else {{ carry = totals[{GROUP - 1}]; }}
        begun = true;
        workgroupBarrier();
        for (var k = first; k < end; k += 1u) {{
            var now = element(base, k);
            if (any) {{ now = join(before, now); }}
            put(base, k, before, now, any);
            before = now;
            any = true;
        }}
    }}"""


@cache
def _program(op: str, kind: str, alone: bool) -> Program:
    scan = SCANS[op]
    state = f"vec2<{kind}>" if scan.paired else kind
    element = "vec2(a[at], x[at])" if scan.paired else "x[at]"
    value = ".y" if scan.paired else ""
    functions = f"""{text(scan.functions)}
alias State = {state};
var<workgroup> totals: array<State, {GROUP}>;

fn join(a: State, b: State) -> State {{ {scan.join} }}

fn place(base: u32, k: u32) -> u32 {{
    return base + select(k, p.n - 1u - k, p.reverse == 1u) * p.inner;
}}

fn element(base: u32, k: u32) -> State {{
    let at = place(base, k);
    return {element};
}}

fn put(base: u32, k: u32, before: State, now: State, any: bool) {{
    var v = now{value};
    if (p.exclusive == 1u) {{
        if (any) {{ v = before{value}; }} else {{ v = bitcast<{kind}>(p.start); }}
    }}
    y[place(base, k)] = v;
}}
"""
    reads = (("x", kind), *((("a", kind),) if scan.paired else ()))
    return share(
        ("scan", op, kind), 1 if alone else GROUP, _ALONE if alone else _TOGETHER, reads,
        (("y", kind),), ("reverse", "exclusive", "start"), functions,
    )  # fmt: skip


def _scan(op: str, x: Spec, axis: int, exclusive: bool, reverse: bool) -> Lowered:
    kind = kind_of_sum(x.dtype)
    of = lines(x.shape, axis)
    alone = of.n <= SHORT or of.number >= MANY
    scan = SCANS[op]
    start = int(np.array(scan.start, x.dtype).view(np.uint32))
    arguments = (0, 1, 2) if scan.paired else (0, 1)
    numbers = (int(reverse), int(exclusive), start)
    threads = 1 if alone else GROUP
    launch = over_lines(_program(op, kind, alone), of, threads, arguments, *numbers)
    return Lowered((x,), (launch,))


@lowering("Cumsum")
def cumsum(inputs: tuple[Spec, ...], *, axis: int, exclusive: bool, reverse: bool) -> Lowered:
    """Σ of the elements up to each."""
    return _scan("Cumsum", inputs[0], axis, exclusive, reverse)


@lowering("Cumprod")
def cumprod(inputs: tuple[Spec, ...], *, axis: int, exclusive: bool, reverse: bool) -> Lowered:
    """Π of the elements up to each."""
    return _scan("Cumprod", inputs[0], axis, exclusive, reverse)


@lowering("CumulativeLogsumexp")
def cumulative_logsumexp(
    inputs: tuple[Spec, ...], *, axis: int, exclusive: bool, reverse: bool
) -> Lowered:
    """log Σ e^x of the elements up to each."""
    if inputs[0].dtype != np.float32:
        raise Unsupported(f"{inputs[0].dtype}; float32 serves")
    return _scan("CumulativeLogsumexp", inputs[0], axis, exclusive, reverse)


@lowering("LinearRecurrence")
def linear_recurrence(inputs: tuple[Spec, ...], *, axis: int, reverse: bool) -> Lowered:
    """yᵢ = bᵢ + aᵢ·yᵢ₋₁."""
    b, a = inputs
    if a != b:
        raise Unsupported(f"factors {list(a.shape)} for terms {list(b.shape)}: one shape serves")
    return _scan("LinearRecurrence", b, axis, False, reverse)
