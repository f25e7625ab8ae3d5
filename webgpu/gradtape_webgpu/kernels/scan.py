"""Running sums, products, log-sum-exps and linear recurrences along an axis.

Short lines and many lines have a thread each, which goes from element to element as the CPU does.
Otherwise a workgroup shares a line: each thread joins a few neighbours, the threads' totals are
joined in a fixed tree, and what came before goes on to the next stretch. A long line is cut into
blocks that begin with what the blocks before them come to. Nothing is ever joined with a made-up
neutral element, so −0 keeps its sign and an infinite factor meets no 0.

A program that plays a GPU needs a hundred times as long for threads that wait for one another:
there every line, or every block of one, has a single thread.

Source: Merrill & Grimshaw (2009), Parallel scan for stream architectures (reduce, then scan).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from gradtape_webgpu.kernels.axis_lines import AxisLines, axis_lines, over_lines, share
from gradtape_webgpu.kernels.per_element import GROUP
from gradtape_webgpu.kernels.program import Launch, Lowered, Program, Spec
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.scatter import kind_of_sum
from gradtape_webgpu.kernels.target import Target
from gradtape_webgpu.wgsl.library import text

#: neighbours that a thread joins at once
RUN = 8
#: lines of at most so many elements, and at least so many lines, have a thread each
SHORT, MANY = 32, 4096
#: elements that a workgroup takes at once
STRETCH = GROUP * RUN


class Cut(NamedTuple):
    """AxisLines longer than `above` are cut into at most `blocks` blocks of whole `step`s."""

    above: int
    blocks: int
    step: int


#: for a workgroup each, and for a thread each
TOGETHER, SINGLE = Cut(8 * STRETCH, 256, STRETCH), Cut(512, 1024, 64)


class Scan(NamedTuple):
    """How two neighbours join (a before b), and what stands before the first."""

    join: str
    start: float
    functions: tuple[str, ...] = ()
    #: the state, how element `at` is made one, and its value, as WGSL
    state: str = "KIND"
    element: str = "x[at]"
    value: str = "s"
    inputs: tuple[str, ...] = ("x",)
    #: whether long lines may be cut; a product of some neighbours may leave the range of floats
    #: where that of all up to there does not, so products are not
    cut: bool = False
    #: whether one thread loses no more digits than a tree of them
    single: bool = False
    #: functions of its own
    helpers: str = ""


SCANS = {
    "Cumsum": Scan("return a + b;", 0, cut=True),
    # what each addition loses is added up beside the sum
    "Cumsum, one by one": Scan(
        """
    let sum = exact_sum(a.x, b.x);
    return vec2(sum.x, select(0.0, a.y + b.y + sum.y, is_finite(sum.x)));""",
        0,
        ("exact_sum", "is_finite"),
        "vec2<f32>",
        "vec2(x[at], 0.0)",
        "select(s.x + s.y, s.x, s.y == 0.0)",
        cut=True,
        single=True,
    ),
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
        cut=True,
    ),
    # the largest so far and Σ e^(x − largest), with what its additions lose: one exponential for an
    # element, and a logarithm where a value is wanted
    "CumulativeLogsumexp, one by one": Scan(
        """
    if (!is_finite(a.x) | !is_finite(b.x)) {
        if (is_nan(a.x)) { return a; }
        if (is_nan(b.x)) { return b; }
        let high = larger_of(a.x, b.x);
        if (high == a.x) { return a; }
        return b;
    }
    let behind = a.x < b.x;
    let scale = exponential(select(b.x - a.x, a.x - b.x, behind));
    let most = select(a.yz, b.yz, behind);
    let less = select(b.yz, a.yz, behind) * scale;
    let sum = exact_sum(most.x, less.x);
    return vec3(select(a.x, b.x, behind), sum.x, most.y + less.y + sum.y);""",
        float("-inf"),
        ("is_finite", "is_nan", "larger_of", "exponential", "exact_sum", "logarithm"),
        "vec3<f32>",
        "vec3(x[at], 1.0, 0.0)",
        "log_sum(s)",
        cut=True,
        single=True,
        helpers="""
fn log_sum(s: vec3<f32>) -> f32 {
    if (s.y == 1.0 && s.z == 0.0) { return s.x; }
    return s.x + logarithm(s.y + s.z);
}""",
    ),
    "LinearRecurrence": Scan(
        """
    if (b.x == 0.0) { return b; }  // it begins anew, whatever came before
    return vec2(select(a.x * b.x, 0.0, a.x == 0.0), b.x * a.y + b.y);""",
        0, (),
        "vec2<f32>", "vec2(a[at], x[at])", "s.y", ("x", "a"), single=True,
    ),
}  # fmt: skip

_BLOCK = """
    let owner = item / p.blocks;
    let block = item % p.blocks;
    let origin = (owner / p.inner) * p.n * p.inner + owner % p.inner;
    let stop = min((block + 1u) * p.block, p.n);"""


def _single(earlier: str, put: bool, end: str) -> str:
    """A thread goes through a block."""
    first, next = (
        ("put(origin, k, before, before, false);", "put(origin, k, before, now, true);")
        if put
        else ("", "")
    )
    begin = f"""
        before = element(origin, k);
        {first}
        k += 1u;"""
    if earlier:
        begin = f"if (block > 0u) {{ before = {earlier}; }} else {{ {begin} }}"
    return f"""
    if (!live) {{ return; }}
    let item = line;
    {_BLOCK}
    var k = block * p.block;
    var before: State;
    {begin}
    for (; k < stop; k += 1u) {{
        let now = join(before, element(origin, k));
        {next}
        before = now;
    }}
    let carry = before;
    {end}"""


def _together(earlier: str, put: bool, end: str) -> str:
    """A workgroup shares a block."""
    begin = f"if (block > 0u) {{ carry = {earlier}; begun = true; }}" if earlier else ""
    each = """
        for (var k = first; k < end; k += 1u) {
            var now = element(origin, k);
            if (any) { now = join(before, now); }
            put(origin, k, before, now, any);
            before = now;
            any = true;
        }"""
    return f"""
    let item = group.x + group.y * groups.x;
    {_BLOCK}
    var carry: State;
    var begun = false;
    {begin}
    for (var stretch = 0u; stretch < p.block; stretch += {STRETCH}u) {{
        let first = block * p.block + stretch + local * {RUN}u;
        let end = select(first, min(first + {RUN}u, stop), live && first < stop);
        var own: State;
        for (var k = first; k < end; k += 1u) {{
            if (k == first) {{ own = element(origin, k); }}
            else {{ own = join(own, element(origin, k)); }}
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
        {each if put else ""}
    }}
    if (live && local == 0u) {{ {end} }}"""


class Stage(NamedTuple):
    """What a kernel does with a block: where it finds what stands before it, what it leaves."""

    earlier: str
    put: bool
    end: str


LINE = Stage("", True, "")
TOTAL = Stage("", False, "total[item] = value(carry);")
REST = Stage("earlier_state(item)", True, "")


@cache
def _program(op: str, kind: str, stage: Stage, single: bool) -> Program:
    scan = SCANS[op]
    state = scan.state.replace("KIND", kind)
    put = f"""
fn put(base: u32, k: u32, before: State, now: State, any: bool) {{
    var v = value(now);
    if (p.exclusive == 1u) {{
        if (any) {{ v = value(before); }} else {{ v = bitcast<{kind}>(p.start); }}
    }}
    y[position(base, k)] = v;
}}
"""
    earlier = f"""
fn earlier_state(at: u32) -> State {{ return {scan.element.replace("x[", "earlier[")}; }}
"""
    functions = f"""{text(scan.functions)}{scan.helpers}
alias State = {state};
var<workgroup> totals: array<State, {GROUP}>;

fn join(a: State, b: State) -> State {{ {scan.join} }}

fn value(s: State) -> {kind} {{ return {scan.value}; }}

fn position(base: u32, k: u32) -> u32 {{
    return base + select(k, p.n - 1u - k, p.reverse == 1u) * p.inner;
}}

fn element(base: u32, k: u32) -> State {{
    let at = position(base, k);
    return {scan.element};
}}
{put if stage.put else ""}{earlier if stage.earlier else ""}"""
    reads = (*scan.inputs, *(("earlier",) if stage.earlier else ()))
    return share(
        ("scan", op, kind, stage), 1 if single else GROUP,
        (_single if single else _together)(*stage),
        tuple((name, kind) for name in reads), (("y" if stage.put else "total", kind),),
        ("reverse", "exclusive", "start", "blocks", "block"), functions,
    )  # fmt: skip


def _scan(op: str, x: Spec, target: Target, axis: int, exclusive: bool, reverse: bool) -> Lowered:
    kind = kind_of_sum(x.dtype)
    of = axis_lines(x.shape, axis)
    one_by_one = f"{op}, one by one"
    if one_by_one in SCANS and kind == "f32" and target.software:
        op = one_by_one
    scan = SCANS[op]
    start = int(np.array(scan.start, x.dtype).view(np.uint32))
    single = scan.single and target.software
    cut = SINGLE if single else TOGETHER

    def launch(stage: Stage, arguments: tuple[int, ...], of: AxisLines, *numbers: int) -> Launch:
        alone = single or of.n <= SHORT or of.number >= MANY
        made = _program(op, kind, stage, alone)
        return over_lines(made, of, 1 if alone else GROUP, arguments, *numbers)

    way = int(reverse), int(exclusive), start
    if not scan.cut or of.n <= cut.above or of.number >= cut.blocks:
        arguments = tuple(range(len(scan.inputs) + 1))
        return Lowered((x,), (launch(LINE, arguments, of, *way, 1, _up(of.n, STRETCH)),))
    block = _up(-(-of.n // cut.blocks), cut.step)
    blocks = -(-of.n // block)
    each = of._replace(outer=of.outer * blocks)
    whole = AxisLines(of.number, blocks, 1)
    launches = (
        launch(TOTAL, (0, 2), each, *way, blocks, block),
        launch(LINE, (2, 3), whole, 0, 1, start, 1, _up(blocks, STRETCH)),
        launch(REST, (0, 3, 1), each, *way, blocks, block),
    )
    return Lowered((x,), launches, (of.number * blocks,) * 2)


def _up(n: int, step: int) -> int:
    return -(-n // step) * step


@lowering("Cumsum", tuned=True)
def cumsum(
    inputs: tuple[Spec, ...], target: Target, *, axis: int, exclusive: bool, reverse: bool
) -> Lowered:
    """Σ of the elements up to each."""
    return _scan("Cumsum", inputs[0], target, axis, exclusive, reverse)


@lowering("Cumprod", tuned=True)
def cumprod(
    inputs: tuple[Spec, ...], target: Target, *, axis: int, exclusive: bool, reverse: bool
) -> Lowered:
    """Π of the elements up to each."""
    return _scan("Cumprod", inputs[0], target, axis, exclusive, reverse)


@lowering("CumulativeLogsumexp", tuned=True)
def cumulative_logsumexp(
    inputs: tuple[Spec, ...], target: Target, *, axis: int, exclusive: bool, reverse: bool
) -> Lowered:
    """log Σ e^x of the elements up to each."""
    if inputs[0].dtype != np.float32:
        raise Unsupported(f"{inputs[0].dtype}; float32 serves")
    return _scan("CumulativeLogsumexp", inputs[0], target, axis, exclusive, reverse)


@lowering("LinearRecurrence", tuned=True)
def linear_recurrence(
    inputs: tuple[Spec, ...], target: Target, *, axis: int, reverse: bool
) -> Lowered:
    """yᵢ = bᵢ + aᵢ·yᵢ₋₁."""
    b, a = inputs
    if a != b:
        raise Unsupported(f"factors {list(a.shape)} for terms {list(b.shape)}: one shape serves")
    return _scan("LinearRecurrence", b, target, axis, False, reverse)
