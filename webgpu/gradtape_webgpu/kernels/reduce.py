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

from gradtape_webgpu.kernels import tiles
from gradtape_webgpu.program import Extension, Launch, Lowered, Program, Spec, program, spread
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
#: elements that are combined before they join the rest: a long chain of sums loses digits
BLOCK = 32


def build(
    kind: str,
    dtype: np.dtype,
    outer: int,
    n: int,
    inner: int,
    before: Extension | None,
    after: Extension,
) -> Lowered:
    """The launches; `before` computes the elements, `after` stores the results."""
    element = {"f": "f32", "i": "i32"}.get(dtype.kind, "u32")
    results = outer * inner
    pieces = _pieces(results, n)
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
            (*first_in, *last_in, *first_out, *last_out),
        )
        return Lowered(specs, (one,))
    partial = inputs + outputs
    parts = _launch(
        kind, element, (outer, pieces, length, n, inner), before, None,
        (*first_in, *first_out, partial),
    )  # fmt: skip
    rest = _launch(
        kind, element, (outer, 1, pieces, pieces, inner), None, after,
        (partial, *last_in, *last_out),
    )  # fmt: skip
    return Lowered(specs, (parts, rest), (results * pieces,))


def _pieces(results: int, n: int) -> int:
    """Into how many pieces n is cut: enough to keep the device busy, none of them tiny."""
    if tiles.current().adapter.software:
        if results >= BUSY_SOFTWARE or n < 1024:
            return 1
        return min(max(-(-BUSY_SOFTWARE // results), n // 4096), n // 256)
    if results >= BUSY or n < 4096:
        return 1
    return min(-(-BUSY // results), n // 1024, 256)


def _launch(
    kind: str,
    element: str,
    sizes: tuple[int, int, int, int, int],
    before: Extension | None,
    after: Extension | None,
    arguments: tuple[int, ...],
) -> Launch:
    outer, pieces, length, n, inner = sizes
    results = outer * pieces * inner
    together = length > 256 and inner < WIDTH and not tiles.current().adapter.software
    one = _program(kind, element, together, before, after)
    values = (results, inner, pieces, length, n)
    params = one.pack(*values, *(before.values if before else ()), *(after.values if after else ()))
    return Launch(one, arguments, params, spread(results if together else -(-results // WIDTH)))


def _program(
    kind: str, element: str, together: bool, before: Extension | None, after: Extension | None
) -> Program:
    start, floating, integral = COMBINE[kind]
    start = start or (_LEAST if kind == "max" else _MOST)[element]
    combine = floating if element == "f32" else integral
    reads = (() if before else (("a", element),)) + (before.reads if before else ())
    writes = before.writes if before else ()
    load = before.text if before else f"fn load(i: u32) -> {element} {{ return a[i]; }}"
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
    light = before is None or {"barrier"}.issuperset(before.functions)
    walk = _FOUR if light else _BLOCKS.replace("BLOCK", str(BLOCK))
    key = ("reduce", kind, element, together, before and before.key, after and after.key)
    body = f"""
fn combine(a: {element}, b: {element}) -> {element} {{ return {combine}; }}
{load}
{store}
{_TOGETHER if together else _ALONE.replace("WALK", walk)}"""
    body = body.replace("ELEMENT", element).replace("START", f"{element}({start})")
    functions = library.text(dict.fromkeys(names))
    return program(key, body.replace("WIDTH", str(WIDTH)), reads, writes, fields, functions)


#: where an element costs little, loops of four: what the loop itself costs is most of it
_FOUR = """
  var y1 = START;
  var y2 = START;
  var y3 = START;
  let step = p.inner;
  for (; k + 3u < last; k += 4u) {
    y = combine(y, load(at));
    y1 = combine(y1, load(at + step));
    y2 = combine(y2, load(at + 2u * step));
    y3 = combine(y3, load(at + 3u * step));
    at += 4u * step;
  }
  for (; k < last; k += 1u) {
    y = combine(y, load(at));
    at += step;
  }
  y = combine(combine(y, y1), combine(y2, y3));"""

_BLOCKS = """
  while (k < last) {
    let stop = min(k + BLOCKu, last);
    var part = START;
    for (; k < stop; k += 1u) {
      part = combine(part, load(at));
      at += p.inner;
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
  var at = (rest / p.pieces * p.n + first) * p.inner + j % p.inner;
  var k = first;
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
  let last = min(first + p.length, p.n);
  var y = START;
  if (j < p.results) {
    var at = (rest / p.pieces * p.n + first + l) * p.inner + j % p.inner;
    for (var k = first + l; k < last; k += WIDTHu) {
      y = combine(y, load(at));
      at += WIDTHu * p.inner;
    }
  }
  parts[l] = y;
  for (var half = WIDTHu / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (l < half) { parts[l] = combine(parts[l], parts[l + half]); }
  }
  workgroupBarrier();
  if (l == 0u && j < p.results) { store(j, parts[0]); }
}
"""
