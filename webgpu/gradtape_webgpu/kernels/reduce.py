"""Reductions of [outer, n, inner] over n: sum, prod, max, min, any, all.

The elements of one result are added by one invocation where they are few or results are many, else
by the invocations of one workgroup, each a part, then pairwise. Where even that would leave the
device idle, n is cut into pieces that are reduced first. On a GPU that is a program on the CPU a
workgroup that waits for itself costs more than its work (one coroutine for every four invocations),
so there each piece is one invocation's. The order depends on the sizes and on the kind of device
alone, so the same numbers give the same bits.
"""

from __future__ import annotations

import numpy as np

from gradtape_webgpu.kernels.program import (
    Extension,
    Launch,
    Lowered,
    Program,
    Spec,
    program,
    spread,
)
from gradtape_webgpu.kernels.target import Target
from gradtape_webgpu.wgsl import library

#: kind → the result of nothing, and how two results become one, for f32 and for integers
COMBINE = {
    "sum": ("0", "barrier(a + b)", "a + b"),
    "prod": ("1", "barrier(a * b)", "a * b"),
    "max": ("", "larger_of(a, b)", "max(a, b)"),
    "min": ("", "smaller_of(a, b)", "min(a, b)"),
    "any": ("0", "", "a | b"),
    "all": ("1", "", "a & b"),
}
_LEAST = {"f32": "negated(infinity())", "i32": "-2147483647 - 1", "u32": "0u"}
_MOST = {"f32": "infinity()", "i32": "2147483647", "u32": "4294967295u"}
WIDTH = 64
#: results that keep a GPU busy, and a software adapter
BUSY, BUSY_SOFTWARE = 4096, 1024
#: elements that one invocation reads before it computes with them, where there are many: reading
#: waits for memory once, and where the GPU is a program on the CPU, each read ends a stretch of
#: straight code
AT_ONCE = 8
#: the longest chain of sums: longer ones lose digits; and a block of elements that is summed first
CHAIN, BLOCK = 512, 32


def build(
    kind: str,
    dtype: np.dtype,
    outer: int,
    n: int,
    inner: int,
    target: Target,
    before: Extension | None,
    after: Extension,
) -> Lowered:
    """The launches; `before` computes the elements, `after` stores the results."""
    element = {"f": "f32", "i": "i32"}.get(dtype.kind, "u32")
    results = outer * inner
    pieces = _pieces(results, n, target)
    length = -(-n // pieces)
    pieces = -(-n // length)
    own = 0 if before else 1
    reads_before = len(before.reads) if before else 0
    writes_before = len(before.writes) if before else 0
    inputs = own + reads_before + len(after.reads)
    outputs = writes_before + len(after.writes)
    first_in = tuple(range(own + reads_before))
    last_in = tuple(range(own + reads_before, inputs))
    first_out = tuple(range(inputs, inputs + writes_before))
    last_out = tuple(range(inputs + writes_before, inputs + outputs))
    specs = tuple(Spec((), dtype) for _ in range(outputs))
    if pieces == 1:
        one = _launch(
            kind,
            element,
            (outer, 1, n, n, inner),
            before,
            after,
            target,
            (*first_in, *last_in, *first_out, *last_out),
        )
        return Lowered(specs, (one,))
    partial = inputs + outputs
    parts = _launch(
        kind, element, (outer, pieces, length, n, inner), before, None,
        target, (*first_in, *first_out, partial),
    )  # fmt: skip
    rest = _launch(
        kind, element, (outer, 1, pieces, pieces, inner), None, after,
        target, (partial, *last_in, *last_out),
    )  # fmt: skip
    return Lowered(specs, (parts, rest), (results * pieces,))


def _pieces(results: int, n: int, target: Target) -> int:
    """Into how many pieces n is cut: enough to keep the device busy, no chain too long."""
    if target.software:
        most, few, least = BUSY_SOFTWARE, 256, AT_ONCE * CHAIN
    else:
        most, few, least = BUSY, 1024, WIDTH * AT_ONCE * CHAIN
    busy = min(-(-most // results), n // few) if n >= 4 * few else 1
    return max(busy, -(-n // least), 1)


def _launch(
    kind: str,
    element: str,
    sizes: tuple[int, int, int, int, int],
    before: Extension | None,
    after: Extension | None,
    target: Target,
    arguments: tuple[int, ...],
) -> Launch:
    outer, pieces, length, n, inner = sizes
    results = outer * pieces * inner
    together = length > 256 and inner < WIDTH and not target.software
    straight = before is None or library.is_straight(before.functions)
    walk = _ONES if length < 4 * AT_ONCE else _many() if straight else _BLOCKS
    one = _program(kind, element, together, walk, inner == 1, before, after)
    values = (results, inner, pieces, length, n)
    params = one.pack(*values, *(before.values if before else ()), *(after.values if after else ()))
    return Launch(one, arguments, params, spread(results if together else -(-results // WIDTH)))


def _program(
    kind: str,
    element: str,
    together: bool,
    walk: str,
    rows: bool,
    before: Extension | None,
    after: Extension | None,
) -> Program:
    start, floating, integral = COMBINE[kind]
    start = start or (_LEAST if kind == "max" else _MOST)[element]
    combine = floating if element == "f32" else integral
    reads = (() if before else (("a", element),)) + (before.reads if before else ())
    writes = before.writes if before else ()
    if after:
        reads, writes, store = reads + after.reads, writes + after.writes, after.text
    else:
        writes = (*writes, ("t", element))
        store = f"fn store(i: u32, v: {element}) {{ t[i] = v; }}"
    fields = tuple((name, "u32") for name in ("results", "inner", "pieces", "length", "n"))
    fields += (before.fields if before else ()) + (after.fields if after else ())
    names = [*(before.functions if before else ()), *(after.functions if after else ())]
    names += [
        f
        for f in ("barrier", "larger_of", "smaller_of", "negated", "infinity")
        if f + "(" in start + combine
    ]
    form = (element, together, walk, rows)
    key = ("reduce", kind, *form, before and before.key, after and after.key)
    body = f"""
fn combine(a: {element}, b: {element}) -> {element} {{ return {combine}; }}
{before.text if before else _PLAIN}
{store}
{_TOGETHER if together else _ALONE}"""
    body = body.replace("WALK", walk).replace("BLOCK", str(BLOCK))
    body = body.replace("INNER", "1u" if rows else "p.inner")
    body = body.replace("ELEMENT", element).replace("START", f"{element}({start})")
    functions = library.text(dict.fromkeys(names))
    return program(key, body.replace("WIDTH", str(WIDTH)), reads, writes, fields, functions)


_PLAIN = """
fn fetch(i: u32) -> ELEMENT { return a[i]; }
fn compute(i: u32, fetched: ELEMENT) -> ELEMENT { return fetched; }"""


def _many() -> str:
    """From element k at `at` on to `last`: `stride` elements a step, `step` apart in memory."""
    lines = ["", "for (; k + LASTu * stride < last; k += ATONCEu * stride) {"]
    lines += [f"  let a{i} = fetch(at + {i}u * step);" for i in range(AT_ONCE)]
    lines += [f"  let b{i} = compute(at + {i}u * step, a{i});" for i in range(AT_ONCE)]
    parts = [f"b{i}" for i in range(AT_ONCE)]
    while len(parts) > 1:
        parts = [f"combine({a}, {b})" for a, b in zip(parts[::2], parts[1::2], strict=True)]
    lines += [f"  y = combine(y, {parts[0]});", "  at += ATONCEu * step;", "}"]
    text = "\n  ".join(lines)
    return text.replace("LAST", str(AT_ONCE - 1)).replace("ATONCE", str(AT_ONCE)) + _ONES


_ONES = """
  for (; k < last; k += stride) {
    y = combine(y, compute(at, fetch(at)));
    at += step;
  }"""

#: for what is not straight code: an element at a time, in blocks, so that no chain gets long
_BLOCKS = """
  while (k < last) {
    let stop = min(k + BLOCKu * stride, last);
    var part = START;
    for (; k < stop; k += stride) {
      part = combine(part, compute(at, fetch(at)));
      at += step;
    }
    y = combine(y, part);
  }"""

_ALONE = """
@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) w: vec3<u32>, @builtin(num_workgroups) g: vec3<u32>,
        @builtin(local_invocation_index) l: u32) {
  let j = (w.x + w.y * g.x) * WIDTHu + l;
  if (j >= p.results) { return; }
  let rest = j / p.inner;
  let first = (rest % p.pieces) * p.length;
  let last = min(first + p.length, p.n);
  let stride = 1u;
  let step = INNER;
  var k = first;
  var at = (rest / p.pieces * p.n + k) * p.inner + j % p.inner;
  var y = START;WALK
  store(j, y);
}
"""

_TOGETHER = """
var<workgroup> parts: array<ELEMENT, WIDTH>;

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) w: vec3<u32>, @builtin(num_workgroups) g: vec3<u32>,
        @builtin(local_invocation_index) l: u32) {
  let j = w.x + w.y * g.x;
  let rest = j / p.inner;
  let first = (rest % p.pieces) * p.length;
  let last = select(0u, min(first + p.length, p.n), j < p.results);
  let stride = WIDTHu;
  let step = WIDTHu * INNER;
  var k = first + l;
  var at = (rest / p.pieces * p.n + k) * p.inner + j % p.inner;
  var y = START;WALK
  parts[l] = y;
  for (var half = WIDTHu / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (l < half) { parts[l] = combine(parts[l], parts[l + half]); }
  }
  workgroupBarrier();
  if (l == 0u && j < p.results) { store(j, parts[0]); }
}
"""
