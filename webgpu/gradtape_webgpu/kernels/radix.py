"""Sorting by unsigned keys: radix sort, four bits a pass, stable, with no order left to chance.

A pass counts the digits of every block of 256 keys, adds the counts up to where each block's keys
of each digit begin, and moves keys and values there. Within a block a key's rank among those of its
digit is the number of bits set before its own in the digit's row of a table of bits: setting bits
is the same in whatever order threads come, so equal keys keep their order.
"""

from __future__ import annotations

from functools import cache

from gradtape_webgpu.kernels.per_element import GROUP
from gradtape_webgpu.kernels.program import Launch, Program, program, spread

#: bits of a digit
DIGIT = 4
DIGITS = 1 << DIGIT
#: words of a digit's row of bits
WORDS = GROUP // 32

_TABLE = f"""
var<workgroup> table: array<atomic<u32>, {DIGITS * WORDS}>;

// The digit of a key, after its bit is set in the table. All threads of the workgroup come here.
fn entered(key: u32, live: bool, local: u32) -> u32 {{
    if (local < {DIGITS * WORDS}u) {{ atomicStore(&table[local], 0u); }}
    workgroupBarrier();
    let digit = (key >> p.shift) & {DIGITS - 1}u;
    if (live) {{ atomicOr(&table[digit * {WORDS}u + local / 32u], 1u << (local % 32u)); }}
    workgroupBarrier();
    return digit;
}}
"""

_MAIN = f"""
@compute @workgroup_size({GROUP})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {{
    let block = group.x + group.y * groups.x;
    let i = block * {GROUP}u + local;
    let live = i < p.size;
    var key = 0u;
    if (live) {{ key = keys[i]; }}
    let digit = entered(key, live, local);
"""

_FIELDS = (("size", "u32"), ("blocks", "u32"), ("shift", "u32"))


@cache
def _count() -> Program:
    body = f"""{_TABLE}{_MAIN}
    if (local < {DIGITS}u && block < p.blocks) {{
        var count = 0u;
        for (var k = 0u; k < {WORDS}u; k += 1u) {{
            count += countOneBits(atomicLoad(&table[local * {WORDS}u + k]));
        }}
        counts[local * p.blocks + block] = count;
    }}
}}
"""
    return program("radix count", body, (("keys", "u32"),), (("counts", "u32"),), _FIELDS)


@cache
def _starts() -> Program:
    # One workgroup: each thread adds up a stretch, and then writes it, shifted by what came before.
    body = f"""
var<workgroup> sums: array<u32, {GROUP}>;

@compute @workgroup_size({GROUP})
fn main(@builtin(local_invocation_index) local: u32) {{
    let stretch = (p.size + {GROUP - 1}u) / {GROUP}u;
    let first = min(local * stretch, p.size);
    let end = min(first + stretch, p.size);
    var own = 0u;
    for (var k = first; k < end; k += 1u) {{ own += counts[k]; }}
    sums[local] = own;
    for (var step = 1u; step < {GROUP}u; step *= 2u) {{
        workgroupBarrier();
        var before = 0u;
        if (local >= step) {{ before = sums[local - step]; }}
        workgroupBarrier();
        sums[local] += before;
    }}
    var at = sums[local] - own;
    for (var k = first; k < end; k += 1u) {{
        let count = counts[k];
        counts[k] = at;
        at += count;
    }}
}}
"""
    return program("radix starts", body, (), (("counts", "u32"),), (("size", "u32"),))


@cache
def _move(first: bool) -> Program:
    value = "i" if first else "values[i]"
    body = f"""{_TABLE}{_MAIN}
    if (!live) {{ return; }}
    let row = digit * {WORDS}u;
    var rank = countOneBits(atomicLoad(&table[row + local / 32u]) & ((1u << (local % 32u)) - 1u));
    for (var k = 0u; k < local / 32u; k += 1u) {{
        rank += countOneBits(atomicLoad(&table[row + k]));
    }}
    let at = counts[digit * p.blocks + block] + rank;
    keys_out[at] = key;
    values_out[at] = {value};
}}
"""
    reads = (("keys", "u32"), ("counts", "u32"), *(() if first else (("values", "u32"),)))
    writes = (("keys_out", "u32"), ("values_out", "u32"))
    return program(("radix move", first), body, reads, writes, _FIELDS)


def sorting(
    n: int, bits: int, arrays: tuple[int, int, int, int, int], numbered: bool = False
) -> tuple[list[Launch], int, int]:
    """The launches that sort n keys by their low `bits`; where sorted keys and values then are.

    `arrays` are keys and values, keys and values to sort into, and `scratch(n)` words. The values
    are the numbers 0, 1, … unless they are `numbered` already, by an earlier sort for instance.
    """
    keys, values, other_keys, other_values, counts = arrays
    blocks = -(-n // GROUP)
    launches: list[Launch] = []
    for shift in range(0, max(bits, 1), DIGIT):
        params = _count().pack(n, blocks, shift)
        launches.append(Launch(_count(), (keys, counts), params, spread(blocks)))
        params = _starts().pack(DIGITS * blocks)
        launches.append(Launch(_starts(), (counts,), params, (1, 1, 1)))
        move = _move(not (shift or numbered))
        reads = (keys, counts, values) if shift or numbered else (keys, counts)
        params = move.pack(n, blocks, shift)
        launches.append(Launch(move, (*reads, other_keys, other_values), params, spread(blocks)))
        keys, values, other_keys, other_values = other_keys, other_values, keys, values
    return launches, keys, values


def scratch(n: int) -> int:
    """The words that the counts of n keys take."""
    return DIGITS * -(-n // GROUP)
