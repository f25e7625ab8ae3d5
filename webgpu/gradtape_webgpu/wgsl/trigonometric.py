"""Circular functions and their inverses, right for every float32, however large.

An angle is turned into quarter turns by integers alone: its significand times the 96 bits of 2/π
that matter at its magnitude, so that nothing is lost near multiples of π/2 or for large angles.

Source: Payne & Hanek (1983), Radian reduction for trigonometric functions.
"""

from gradtape_webgpu.wgsl.source import functions, horner

_SINE = horner("z", -0.16666667, 0.008333329, -0.00019839304, 2.7180463e-06)
_COSINE = horner("z", 0.041666646, -0.001388731, 2.4432411e-05)
_TANGENT = horner(
    "z", 0.3333335, 0.13332653, 0.054061066, 0.02127606, 0.010852174, 6.821112e-05, 0.0043870728
)
_ARCSINE = horner("z", 0.1666666, 0.075005054, 0.04451671, 0.031809907, 0.014429853, 0.03752936)
_ARCTANGENT = horner("z", -0.33333316, 0.19998461, -0.1424331, 0.10592075, -0.060736023)
_HALF_PI, _HALF_PI_REST = "1.5707964", "-4.371139e-8"
_PI, _PI_REST = "3.1415927", "-8.742278e-8"

#: 32 zeros, then the bits of 2/π
_TWO_OVER_PI = (
    0x00000000, 0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0, 0xDB629599, 0x3C439041, 0xFE5163AB,
)  # fmt: skip

_WORDS = "\n".join(
    f"    case {k}u: {{ return {word:#010x}u; }}" for k, word in enumerate(_TWO_OVER_PI)
)

FUNCTIONS = functions(f"""
// The high and the low 32 bits of a * b
fn wide_product(a: u32, b: u32) -> vec2<u32> {{
  let a_low = a & 0xffffu;
  let a_high = a >> 16u;
  let b_low = b & 0xffffu;
  let b_high = b >> 16u;
  let low = a_low * b_low;
  let first = a_high * b_low + (low >> 16u);
  let second = a_low * b_high + (first & 0xffffu);
  return vec2<u32>(a_high * b_high + (first >> 16u) + (second >> 16u), a * b);
}}

fn two_over_pi_word(k: u32) -> u32 {{
  switch k {{
{_WORDS}
    default: {{ return 0u; }}
  }}
}}

fn two_over_pi_from(bit: u32) -> u32 {{
  let k = bit >> 5u;
  let shift = bit & 31u;
  let high = two_over_pi_word(k) << shift;
  return select(high | (two_over_pi_word(k + 1u) >> (32u - max(shift, 1u))), high, shift == 0u);
}}

// A finite x = quarter * pi/2 + r + rest with |r| <= pi/4: (r, rest, quarter in 0 ... 3)
fn quarter_turns(x: f32) -> vec3<f32> {{
  let size = absolute(x);
  if (size < 0.7853981) {{
    return vec3<f32>(x, 0.0, 0.0);
  }}
  let bits = bitcast<u32>(size);
  let digits = (bits & 0x007fffffu) | 0x00800000u;
  let bit = (bits >> 23u) - 120u;
  let low = wide_product(digits, two_over_pi_from(bit + 64u));
  let middle = wide_product(digits, two_over_pi_from(bit + 32u));
  let second = middle.y + low.x;
  let carry = select(0u, 1u, second < low.x);
  let first = digits * two_over_pi_from(bit) + middle.x + carry;
  var fraction = vec2<u32>((first << 2u) | (second >> 30u), (second << 2u) | (low.y >> 30u));
  let below = (fraction.x & 0x80000000u) != 0u;
  if (below) {{
    fraction = vec2<u32>(~fraction.x + select(0u, 1u, fraction.y == 0u), 0u - fraction.y);
  }}
  let quarter = (first >> 30u) + select(0u, 1u, below);
  let shift = min(countLeadingZeros(fraction.x), 31u);
  let top = (fraction.x << shift) | ((fraction.y >> 1u) >> (31u - shift));
  let unit = power_of_two(-32 - i32(shift));
  let turns = vec2<f32>(f32(top & 0xffffff00u) * unit, f32(top & 0xffu) * unit);
  let angle = double_product(turns, vec2<f32>({_HALF_PI}, {_HALF_PI_REST}));
  let flip = below != is_negative(x);
  let sign = select(1.0, -1.0, flip);
  let turned = select(quarter, 0u - quarter, is_negative(x)) & 3u;
  return vec3<f32>(sign * angle.x, sign * angle.y, f32(turned));
}}

// sin(r + rest) for |r| <= pi/4
fn sine_core(r: f32, rest: f32) -> f32 {{
  let z = r * r;
  return r + (r * z * {_SINE} + rest);
}}

fn cosine_core(r: f32, rest: f32) -> f32 {{
  let z = r * r;
  let half = 0.5 * z;
  let near = barrier(1.0 - half);
  return near + (barrier(barrier(1.0 - near) - half) + (z * z * {_COSINE} - r * rest));
}}

fn tangent_core(r: f32, rest: f32) -> f32 {{
  let z = r * r;
  return r + (r * z * {_TANGENT} + rest * (1.0 + z));
}}

fn sine(x: f32) -> f32 {{
  if (!is_finite(x)) {{
    return nan();
  }}
  if (size_bits(x) < 0x39000000u) {{
    return x;
  }}
  let turn = quarter_turns(x);
  let quarter = u32(integer_of(turn.z));
  var y = sine_core(turn.x, turn.y);
  if ((quarter & 1u) != 0u) {{
    y = cosine_core(turn.x, turn.y);
  }}
  return select(y, negated(y), quarter >= 2u);
}}

fn cosine(x: f32) -> f32 {{
  if (!is_finite(x)) {{
    return nan();
  }}
  let turn = quarter_turns(x);
  let quarter = u32(integer_of(turn.z));
  var y = cosine_core(turn.x, turn.y);
  if ((quarter & 1u) != 0u) {{
    y = sine_core(turn.x, turn.y);
  }}
  return select(y, negated(y), quarter == 1u || quarter == 2u);
}}

fn tangent(x: f32) -> f32 {{
  if (!is_finite(x)) {{
    return nan();
  }}
  if (size_bits(x) < 0x39000000u) {{
    return x;
  }}
  let turn = quarter_turns(x);
  let y = tangent_core(turn.x, turn.y);
  return select(y, -1.0 / y, (u32(integer_of(turn.z)) & 1u) != 0u);
}}

// asin s for 0 <= s <= 1/2
fn arcsine_core(s: f32) -> f32 {{
  let z = s * s;
  return s + s * z * {_ARCSINE};
}}

fn arcsine(x: f32) -> f32 {{
  let size = absolute(x);
  if (is_nan(x) || size_bits(x) < 0x39000000u) {{
    return x;
  }}
  if (size > 1.0) {{
    return nan();
  }}
  if (size <= 0.5) {{
    return with_sign_of(arcsine_core(size), x);
  }}
  let half = arcsine_core(square_root(0.5 * (1.0 - size)));
  return with_sign_of({_HALF_PI} - barrier(2.0 * half - {_HALF_PI_REST}), x);
}}

fn arccosine(x: f32) -> f32 {{
  let size = absolute(x);
  if (is_nan(x)) {{
    return x;
  }}
  if (size > 1.0) {{
    return nan();
  }}
  if (size <= 0.5) {{
    return {_HALF_PI} - barrier(with_sign_of(arcsine_core(size), x) - {_HALF_PI_REST});
  }}
  let twice = 2.0 * arcsine_core(square_root(0.5 * (1.0 - size)));
  return select(twice, {_PI} - barrier(twice - {_PI_REST}), is_negative(x));
}}

// atan t for t >= 0
fn arctangent_core(size: f32) -> f32 {{
  var t = size;
  var base = 0.0;
  var rest = 0.0;
  if (size > 2.4142135) {{
    t = -1.0 / size;
    base = {_HALF_PI};
    rest = {_HALF_PI_REST};
  }} else if (size > 0.41421357) {{
    t = (size - 1.0) / (size + 1.0);
    base = 0.5 * {_HALF_PI};
    rest = 0.5 * {_HALF_PI_REST};
  }}
  let z = t * t;
  return base + barrier(t + (t * z * {_ARCTANGENT} + rest));
}}

fn arctangent(x: f32) -> f32 {{
  if (is_nan(x) || size_bits(x) < 0x39000000u) {{
    return x;
  }}
  if (is_infinite(x)) {{
    return with_sign_of({_HALF_PI}, x);
  }}
  return with_sign_of(arctangent_core(absolute(x)), x);
}}

// a / b for 0 <= a <= b, also where both are subnormal or infinite; 0 for 0/0
fn ratio_up_to_one(a: f32, b: f32) -> f32 {{
  if (is_zero(a) || (is_infinite(b) && !is_infinite(a))) {{
    return 0.0;
  }}
  if (is_infinite(a)) {{
    return 1.0;
  }}
  return scaled(significand_of(a) / significand_of(b), exponent_of(a) - exponent_of(b));
}}

// The angle of the point (x, y)
fn arctangent_of_point(y: f32, x: f32) -> f32 {{
  if (!neither_is_nan(y, x)) {{
    return nan();
  }}
  let up = absolute(y);
  let side = absolute(x);
  let steep = rank_of(up) > rank_of(side);
  var angle = 0.0;
  if (steep) {{
    angle = {_HALF_PI} - barrier(arctangent_core(ratio_up_to_one(side, up)) - {_HALF_PI_REST});
  }} else {{
    angle = arctangent_core(ratio_up_to_one(up, side));
  }}
  if (is_negative(x)) {{
    angle = {_PI} - barrier(angle - {_PI_REST});
  }}
  return with_sign_of(angle, y);
}}
""")
