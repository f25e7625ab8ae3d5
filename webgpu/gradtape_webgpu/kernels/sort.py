"""The k largest of a row, largest first: the whole row sorted, or the best taken one by one.

Of equals the first comes first, and NaN comes before everything, as on the CPU. An index is an
element's last key, so no two elements are equal and any correct sort gives the same order.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from gradtape_webgpu.kernels.argmax import result_dtype
from gradtape_webgpu.kernels.axis_lines import (
    AxisLines,
    axis_lines,
    joined,
    over_lines,
    share,
    sharing,
)
from gradtape_webgpu.kernels.order import kind_of, upward
from gradtape_webgpu.kernels.per_element import GROUP, over_elements, per_element
from gradtape_webgpu.kernels.program import Launch, Lowered, Program, Spec, program, spread
from gradtape_webgpu.kernels.radix import scratch, sorting
from gradtape_webgpu.kernels.registry import lowering
from gradtape_webgpu.kernels.target import Target

#: the longest row that is sorted within a workgroup: two words an element, 16 KiB
LONGEST = 2048
#: as many are taken one by one from rows longer than that
FEW = 16


@cache
def _within(kind: str, width: int) -> Program:
    # Bitonic: pairs that are `step` apart are put in order, downwards in every second stretch.
    threads = min(GROUP, width // 2)
    body = f"""
var<workgroup> keys: array<u32, {width}>;
var<workgroup> numbers: array<u32, {width}>;

@compute @workgroup_size({threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {{
    let row = group.x + group.y * groups.x;
    for (var k = local; k < {width}u; k += {threads}u) {{
        numbers[k] = k;
        keys[k] = 0xffffffffu;
        if (row < p.rows && k < p.n) {{ keys[k] = ~order(x[row * p.n + k]); }}
    }}
    workgroupBarrier();
    for (var stretch = 2u; stretch <= {width}u; stretch *= 2u) {{
        for (var step = stretch / 2u; step > 0u; step /= 2u) {{
            for (var k = local; k < {width // 2}u; k += {threads}u) {{
                let a = 2u * k - (k & (step - 1u));
                let b = a + step;
                let up = (a & stretch) == 0u;
                let behind = keys[a] > keys[b] || (keys[a] == keys[b] && numbers[a] > numbers[b]);
                if (behind == up) {{
                    let key = keys[a];
                    let index = numbers[a];
                    keys[a] = keys[b];
                    numbers[a] = numbers[b];
                    keys[b] = key;
                    numbers[b] = index;
                }}
            }}
            workgroupBarrier();
        }}
    }}
    if (row >= p.rows) {{ return; }}
    for (var k = local; k < p.k; k += {threads}u) {{
        y[row * p.k + k] = x[row * p.n + numbers[k]];
        indices[row * p.k + k] = numbers[k];
    }}
}}
"""
    return program(
        ("sorted within", kind, width), body, (("x", "u32"),), (("y", "u32"), ("indices", "u32")),
        (("rows", "u32"), ("n", "u32"), ("k", "u32")), upward(kind),
    )  # fmt: skip


@cache
def _one_by_one(kind: str, threads: int) -> Program:
    before = "a.x < b.x || (a.x == b.x && a.y < b.y)"
    body = """
    var last = vec2<u32>(0u, 0u);
    for (var round = 0u; round < p.k; round += 1u) {
        var best = vec2<u32>(0xffffffffu, 0xffffffffu);
        if (live) {
            for (var j = t; j < p.n; j += THREADS) {
                let own = vec2<u32>(~order(x[base + j]), j);
                if ((round == 0u || first_before(last, own)) && first_before(own, best)) {
                    best = own;
                }
            }
        }
        last = first(local, t, best);
        if (live && t == 0u) {
            y[line * p.k + round] = x[base + last.y];
            indices[line * p.k + round] = last.y;
        }
    }"""
    functions = (
        upward(kind)
        + f"fn first_before(a: vec2<u32>, b: vec2<u32>) -> bool {{ return {before}; }}\n"
        + joined("first", "vec2<u32>", f"return select(b, a, {before});")
    )
    writes = (("y", "u32"), ("indices", "u32"))
    key = ("one by one", kind)
    return share(key, threads, body, (("x", "u32"),), writes, ("k",), functions)


@cache
def _keys(kind: str) -> Program:
    body = "    keys[i] = ~order(x[i]);"
    return per_element(
        ("sort keys", kind), body, (("x", "u32"),), (("keys", "u32"),), (), upward(kind)
    )


@cache
def _rows() -> Program:
    body = "    keys[i] = order[i] / p.n;"
    return per_element("sort rows", body, (("order", "u32"),), (("keys", "u32"),), ("n",))


@cache
def _taken() -> Program:
    body = """
    let index = order[(i / p.k) * p.n + i % p.k];
    y[i] = x[index];
    indices[i] = index % p.n;"""
    reads = (("x", "u32"), ("order", "u32"))
    return per_element("sort taken", body, reads, (("y", "u32"), ("indices", "u32")), ("n", "k"))


def _whole(x: Spec, of: AxisLines, k: int, kind: str) -> tuple[list[Launch], tuple[int, ...]]:
    """All rows in one sort: by key, then by row, which keeps the order within a row."""
    n = x.size
    keys, values, other_keys, other_values, counts = 3, 4, 5, 6, 7
    launches = [over_elements(_keys(kind), n, (0, keys))]
    sort, keys, values = sorting(n, 32, (keys, values, other_keys, other_values, counts))
    launches += sort
    if of.outer > 1:
        spare_keys, spare_values = 8 - keys, 10 - values
        launches.append(over_elements(_rows(), n, (values, keys), of.n))
        bits = (of.outer - 1).bit_length()
        arrays = (keys, values, spare_keys, spare_values, counts)
        sort, keys, values = sorting(n, bits, arrays, numbered=True)
        launches += sort
    launches.append(over_elements(_taken(), of.outer * k, (0, values, 1, 2), of.n, k))
    return launches, (n, n, n, n, scratch(n))


@lowering("TopKV2", tuned=True)
def top_k(inputs: tuple[Spec, ...], target: Target, *, k: int, sorted: bool, dtype: Any) -> Lowered:
    """The k largest along the last axis and where they stand."""
    (x,) = inputs
    of = axis_lines(x.shape, -1)
    kind = kind_of(x.dtype)
    shape = (*x.shape[:-1], k)
    outputs = (Spec(shape, x.dtype), Spec(shape, result_dtype(dtype)))
    # a program on the CPU sorts slowly: it waits at barriers
    if k <= FEW and (of.n > LONGEST or target.software):
        threads = sharing(of, target) if target.software else GROUP
        launch = over_lines(_one_by_one(kind, threads), of, threads, (0, 1, 2), k)
        return Lowered(outputs, (launch,))
    if of.n <= LONGEST:
        program = _within(kind, max(64, 1 << (of.n - 1).bit_length()))
        params = program.pack(of.outer, of.n, k)
        return Lowered(outputs, (Launch(program, (0, 1, 2), params, spread(of.outer)),))
    launches, temps = _whole(x, of, k, kind)
    return Lowered(outputs, tuple(launches), temps)
