"""Philox4x32-10 and what is drawn with it, in the bits of `gradtape.random`.

The random words are integers and the same everywhere. The CPU turns pairs of them to normal numbers
with polynomials in float64; here the same polynomials run in double-single. 48 of the 53 bits are
enough: the rounded result is the same for each of the 2²³ values that a uniform number can take.
"""

from __future__ import annotations

import numpy as np

from gradtape.random import box_muller
from gradtape_webgpu.wgsl.source import functions


def _parts(x: float, count: int = 2) -> list[str]:
    """A float64 as the sum of float32 numbers."""
    parts = []
    for _ in range(count):
        parts.append(str(np.float32(x)))
        x -= float(np.float32(x))
    return parts


def _double(x: float) -> str:
    return "vec2<f32>({}, {})".format(*_parts(x))


def _series(variable: str, *coefficients: float) -> str:
    *rest, last = (_double(c) for c in coefficients)
    text = last
    for c in reversed(rest):
        text = f"double_sum(double_product({text}, {variable}), {c})"
    return text


_ROWS = "\n".join(
    f"    case {k}u: {{ return array<vec2<f32>, 5>({', '.join(map(_double, row))}); }}"
    for k, row in enumerate(box_muller._LOG_TABLE.T)
)
_CENTRES = "\n".join(
    f"    case {k}u: {{ return {centre!r}; }}"
    for k, centre in enumerate(box_muller._LOG_CENTRES.tolist())
)
_HALF_PI = _parts(box_muller._HALF_PI, 3)

FUNCTIONS = functions(f"""
fn philox_block(counter: vec4<u32>, key: vec2<u32>) -> vec4<u32> {{
  var words = counter;
  var mixed = key;
  for (var round = 0u; round < 10u; round = round + 1u) {{
    let first = wide_product(words.x, 0xd2511f53u);
    let second = wide_product(words.z, 0xcd9e8d57u);
    words = vec4<u32>(
      second.x ^ words.y ^ mixed.x, second.y, first.x ^ words.w ^ mixed.y, first.y);
    mixed = mixed + vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }}
  return words;
}}

// A counter of 128 bits, and an offset of 64 added to it, the low words first
fn counter_after(counter: vec4<u32>, offset: vec2<u32>) -> vec4<u32> {{
  var sum = counter;
  sum.x = sum.x + offset.x;
  var carry = select(0u, 1u, sum.x < offset.x);
  let high = offset.y + carry;
  sum.y = sum.y + high;
  carry = select(0u, 1u, sum.y < high || high < carry);
  sum.z = sum.z + carry;
  sum.w = sum.w + select(0u, 1u, sum.z < carry);
  return sum;
}}

// [0, 1) by the low 23 bits
fn unit_of(word: u32) -> f32 {{
  return bitcast<f32>((word & 0x007fffffu) | 0x3f800000u) - 1.0;
}}

fn log_row(k: u32) -> array<vec2<f32>, 5> {{
  switch k {{
{_ROWS}
    default: {{ return array<vec2<f32>, 5>(); }}
  }}
}}

fn log_centre(k: u32) -> f32 {{
  switch k {{
{_CENTRES}
    default: {{ return 0.0; }}
  }}
}}

// log u for 0 < u < 1, as the CPU's generator has it
fn log_of_unit(u: f32) -> f32 {{
  let bits = bitcast<u32>(u);
  let offset = bits - {int(box_muller._LOG_FIRST):#x}u;
  let exponent = f32(bitcast<i32>(offset) >> 23u);
  let interval = (offset >> 19u) & 15u;
  let row = log_row(interval);
  let d = vec2<f32>(bitcast<f32>(bits - (offset & 0xff800000u)) - log_centre(interval), 0.0);
  var y = double_sum(double_product(row[4], d), row[3]);
  y = double_sum(double_product(y, d), row[2]);
  y = double_sum(double_product(y, d), row[1]);
  y = double_sum(double_product(y, d), row[0]);
  return double_sum(double_product(vec2<f32>(exponent, 0.0), {_double(box_muller._LN2)}), y).x;
}}

// (cos 2 pi v, sin 2 pi v) for 0 <= v < 1, as the CPU's generator has them
fn cosine_and_sine_of_turns(v: f32) -> vec2<f32> {{
  let angle = double_product(vec2<f32>(v, 0.0), {_double(box_muller._TWO_PI)}).x;
  let turns = round(double_product(vec2<f32>(angle, 0.0), {_double(box_muller._TWO_OVER_PI)}).x);
  let near = double_sum(vec2<f32>(angle, 0.0), -exact_product(turns, {_HALF_PI[0]}));
  let middle = double_sum(near, -exact_product(turns, {_HALF_PI[1]}));
  let x = double_sum(middle, vec2<f32>(-turns * {_HALF_PI[2]}, 0.0));
  let z = double_product(x, x);
  let bend = {_series("z", box_muller._S1, box_muller._S2, box_muller._S3)};
  let sine = double_sum(double_product(double_product(bend, z), x), x).x;
  let cosine = {
    _series("z", 1.0, box_muller._C1, box_muller._C2, box_muller._C3, box_muller._C4)
}.x;
  let quarter = u32(turns) & 3u;
  let odd = (quarter & 1u) != 0u;
  let first = select(cosine, sine, odd);
  let second = select(sine, cosine, odd);
  return vec2<f32>(
    select(first, negated(first), quarter == 1u || quarter == 2u),
    select(second, negated(second), quarter >= 2u));
}}

// Two normal numbers of two words
fn normal_pair(u: u32, v: u32) -> vec2<f32> {{
  let radius = square_root(-2.0 * log_of_unit(max(unit_of(u), 1e-7)));
  let turn = cosine_and_sine_of_turns(unit_of(v));
  return vec2<f32>(barrier(turn.y * radius), barrier(turn.x * radius));
}}

fn normal_block(words: vec4<u32>) -> vec4<f32> {{
  return vec4<f32>(normal_pair(words.x, words.y), normal_pair(words.z, words.w));
}}
""")
