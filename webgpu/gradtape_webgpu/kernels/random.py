"""Random numbers drawn on the device from a stream of `gradtape.random`: a key and a counter.

A thread draws one block of four words, so what it draws depends on its place alone. All numbers are
the CPU's to the bit on a device whose sums, products and roots are those of IEEE.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from gradtape.random.philox import Stream
from gradtape_webgpu.kernels.each import each, over
from gradtape_webgpu.program import Lowered, Program, Spec
from gradtape_webgpu.wgsl import library

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

#: what is drawn → (WGSL type, text that makes `result`, its functions)
_KINDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "uniform": (
        "f32",
        _BLOCK
        + """
    let result = vec4<f32>(
        unit_of(words.x), unit_of(words.y), unit_of(words.z), unit_of(words.w));""",
        ("philox_block", "counter_after", "unit_of"),
    ),
    "bits": ("u32", _BLOCK + "\n    let result = words;", ("philox_block", "counter_after")),
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
    "truncated": (
        "f32",
        _TRUNCATED,
        ("philox_block", "counter_after", "normal_block", "absolute"),
    ),
}


@cache
def _program(kind: str) -> Program:
    wgsl, text, functions = _KINDS[kind]
    body = f"""{text}
    let at = 4u * i;
    for (var k = 0u; k < min(4u, p.count - at); k = k + 1u) {{
        y[at + k] = result[k];
    }}"""
    fields = ("count", "k0", "k1", "c0", "c1", "c2", "c3", "low", "width")
    return each(("random", kind), body, (), (("y", wgsl),), fields, library.text(functions))


def _drawn(kind: str, y: Spec, stream: Stream, low: int = 0, width: int = 1) -> Lowered:
    key = (stream.key >> shift for shift in (0, 32))
    counter = (stream.counter >> shift for shift in (0, 32, 64, 96))
    values = (y.size, *key, *counter, low, width)
    return Lowered((y,), (over(_program(kind), -(-y.size // 4), (0,), *values),))


def uniform(shape: tuple[int, ...], stream: Stream) -> Lowered:
    """float32 numbers in [0, 1)."""
    return _drawn("uniform", Spec(shape, np.dtype(np.float32)), stream)


def normal(shape: tuple[int, ...], stream: Stream) -> Lowered:
    """float32 numbers of mean 0 and standard deviation 1."""
    return _drawn("normal", Spec(shape, np.dtype(np.float32)), stream)


def truncated_normal(shape: tuple[int, ...], stream: Stream) -> Lowered:
    """The same, drawn again where they are 2 or more in magnitude."""
    return _drawn("truncated", Spec(shape, np.dtype(np.float32)), stream)


def full_range(shape: tuple[int, ...], stream: Stream, dtype: np.dtype) -> Lowered:
    """int32 or uint32 numbers over the whole range."""
    return _drawn("bits", Spec(shape, dtype), stream)


def integers(
    shape: tuple[int, ...], stream: Stream, dtype: np.dtype, low: int, high: int
) -> Lowered:
    """int32 or uint32 numbers in [low, high)."""
    return _drawn("integers", Spec(shape, dtype), stream, low, high - low)
