"""Random numbers drawn on the device from a stream of `gradtape.random`: a key and a counter.

A thread draws one block of four words, so what it draws depends on its number alone. All numbers
are the CPU's to the bit on a device whose sums, products and roots are those of IEEE.
"""

from __future__ import annotations

from functools import cache

from gradtape.random.philox import Stream
from gradtape_webgpu.kernels.per_element import over_elements, per_element
from gradtape_webgpu.kernels.program import Lowered, Program, Spec
from gradtape_webgpu.wgsl import library

#: what the launches take beside the number of elements: the key, the counter, the bounds
FIELDS = ("k0", "k1", "c0", "c1", "c2", "c3", "low", "width")
#: blocks between the beginnings of two groups of truncated numbers, as on the CPU
_STRIDE_BITS = 8

_BLOCK = """
    let counter = vec4<u32>(p.c0, p.c1, p.c2, p.c3);
    let key = vec2<u32>(p.k0, p.k1);
    let words = philox_block(counter_after(counter, vec2<u32>(i, 0u)), key);"""

_TRUNCATED = f"""
    let counter = vec4<u32>(p.c0, p.c1, p.c2, p.c3);
    let key = vec2<u32>(p.k0, p.k1);
    let start = vec2<u32>(i << {_STRIDE_BITS}u, i >> {32 - _STRIDE_BITS}u);
    var result = vec4<f32>();
    var found = 0u;
    for (var step = 0u; found < 4u; step = step + 1u) {{
        let drawn = normal_block(
            philox_block(counter_after(counter, start + vec2<u32>(step, 0u)), key));
        for (var k = 0u; k < 4u; k = k + 1u) {{
            if (absolute(drawn[k]) < 2.0 && found < 4u) {{
                result[found] = drawn[k];
                found = found + 1u;
            }}
        }}
    }}"""

#: what is drawn, by the name of the function that draws it on the CPU → the WGSL type, the text
#: that makes `result`, its functions
KINDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "uniform": (
        "f32",
        _BLOCK
        + """
    let result = vec4<f32>(
        unit_of(words.x), unit_of(words.y), unit_of(words.z), unit_of(words.w));""",
        ("philox_block", "counter_after", "unit_of"),
    ),
    "full_range": ("u32", _BLOCK + "\n    let result = words;", ("philox_block", "counter_after")),
    "integers": (
        "u32",
        _BLOCK + "\n    let result = words % vec4<u32>(p.width) + vec4<u32>(p.low);",
        ("philox_block", "counter_after"),
    ),
    "normal": (
        "f32",
        _BLOCK + "\n    let result = normal_block(words);",
        ("philox_block", "counter_after", "normal_block"),
    ),
    "truncated_normal": (
        "f32",
        _TRUNCATED,
        ("philox_block", "counter_after", "normal_block", "absolute"),
    ),
}


@cache
def _program(kind: str) -> Program:
    wgsl, text, functions = KINDS[kind]
    body = f"""{text}
    let at = 4u * i;
    for (var k = 0u; k < min(4u, p.count - at); k = k + 1u) {{
        y[at + k] = result[k];
    }}"""
    fields = ("count", *FIELDS)
    return per_element(("random", kind), body, (), (("y", wgsl),), fields, library.text(functions))


def parameters(stream: Stream, low: int = 0, high: int = 1) -> tuple[int, ...]:
    """The values of `FIELDS` for numbers of a stream, integers being in [low, high)."""
    key = (stream.key >> shift for shift in (0, 32))
    counter = (stream.counter >> shift for shift in (0, 32, 64, 96))
    return tuple(value & 0xFFFFFFFF for value in (*key, *counter, low, high - low))


def lowered(kind: str, y: Spec, values: tuple[int, ...]) -> Lowered:
    """The draw of an array; `kind` is one of `KINDS`."""
    return Lowered((y,), (over_elements(_program(kind), -(-y.size // 4), (0,), y.size, *values),))
