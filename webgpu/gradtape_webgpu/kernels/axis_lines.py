"""An array as lines along one axis, and kernels in which some threads share a line.

Seen along an axis of n elements an array is `outer` × n × `inner`: line number l begins at element
(l / inner)·n·inner + l % inner, and its elements are `inner` apart.
"""

from __future__ import annotations

from collections.abc import Hashable
from math import prod
from typing import NamedTuple

from gradtape_webgpu.kernels.per_element import GROUP, Names
from gradtape_webgpu.kernels.program import Extension, Launch, Program, program, spread
from gradtape_webgpu.kernels.target import Target


class AxisLines(NamedTuple):
    """How many lines an array has along an axis, and how long they are."""

    outer: int
    n: int
    inner: int

    @property
    def number(self) -> int:
        """The number of lines."""
        return self.outer * self.inner


def axis_lines(shape: tuple[int, ...], axis: int) -> AxisLines:
    """The lines along an axis of a shape."""
    axis %= len(shape)
    return AxisLines(prod(shape[:axis]), shape[axis], prod(shape[axis + 1 :]))


def sharing(of: AxisLines, target: Target) -> int:
    """How many threads share a line: enough to keep a device busy, none without an element.

    Lines that lie side by side are walked by a thread each, so that threads read side by side. A
    program that plays a GPU is busy at once, and threads that wait for one another cost it dearly:
    128 lines of 1,000 elements take 25 ms with 256 threads each and 4 ms with 8.
    """
    if target.software:
        return 1 if of.n <= 256 else 8 if of.n <= 1 << 14 else GROUP
    if of.n <= 8 or (of.inner > 1 and of.number >= 1024):
        return 1
    for threads in (8, 32):
        if of.n <= 4 * threads:
            return threads
    return GROUP


#: the fields that `share` puts first
FIELDS = ("count", "n", "inner")


def share(
    key: Hashable,
    threads: int,
    body: str,
    reads: Names,
    writes: Names,
    fields: tuple[str, ...] = (),
    functions: str = "",
    epilogue: Extension | None = None,
) -> Program:
    """A program in which `threads` threads work on each line.

    The body has `line`, `base` (the line's first element), `t` (the thread's number in its line),
    `local` (in its workgroup) and `live` (whether there is such a line: dead threads run along, for
    the barriers). `THREADS` is in scope as a constant.
    """
    text = f"""
const THREADS = {threads}u;
{functions}

@compute @workgroup_size({GROUP})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {{
    let line = (group.x + group.y * groups.x) * {GROUP // threads}u + local / THREADS;
    let t = local % THREADS;
    let live = line < p.count;
    let base = (line / p.inner) * p.n * p.inner + line % p.inner;
{body}
}}
"""
    named = tuple((name, "u32") for name in (*FIELDS, *fields))
    if epilogue is None:
        return program((key, threads), text, reads, writes, named)
    return program(
        (key, threads, epilogue.key),
        epilogue.text + text,
        (*reads, *epilogue.reads),
        epilogue.writes,
        (*named, *epilogue.fields),
    )


def over_lines(
    program: Program, of: AxisLines, threads: int, arguments: tuple[int, ...], *values: float
) -> Launch:
    """The launch of such a program over all lines; a negative integer wraps as u32."""
    own = (value & 0xFFFFFFFF if isinstance(value, int) else value for value in values)
    params = program.pack(of.number, of.n, of.inner, *own)
    return Launch(program, arguments, params, spread(-(-of.number * threads // GROUP)))


def joined(name: str, kind: str, join: str) -> str:
    """WGSL: `name(local, t, value)`, the values of a line's threads joined, the same for all.

    `join` is an expression in `a` and `b`, a's threads before b's. The tree is fixed, so the result
    is the same every time. All threads of the workgroup must come here.
    """
    return f"""
var<workgroup> {name}_shared: array<{kind}, {GROUP}>;

fn {name}_join(a: {kind}, b: {kind}) -> {kind} {{ {join} }}

fn {name}(local: u32, t: u32, value: {kind}) -> {kind} {{
    if (THREADS == 1u) {{ return value; }}
    {name}_shared[local] = value;
    for (var step = THREADS / 2u; step > 0u; step /= 2u) {{
        workgroupBarrier();
        if (t < step) {{
            {name}_shared[local] = {name}_join({name}_shared[local], {name}_shared[local + step]);
        }}
    }}
    workgroupBarrier();
    let all = {name}_shared[local - t];
    workgroupBarrier();
    return all;
}}
"""
