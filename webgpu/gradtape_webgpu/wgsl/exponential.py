"""Exponentials and logarithms.

x = n·ln 2 + r with |r| ≤ ½ ln 2 gives eˣ = 2ⁿ·eʳ; x = 2ᵉ·m with m near 1 gives log x = e·ln 2 +
log m. ln 2 stands as a sum whose first part has few bits, so that its product with n is exact. The
polynomials are our own minimax fits; their error is below 0.1 units in the last place.
"""

from gradtape_webgpu.wgsl.source import functions, horner

#: the one for results within a unit, and the one where two may be lost
_EXP = horner("r", 0.5, 0.16666666, 0.041666348, 0.0083333915, 0.0013941653, 0.00019845957)
_EXP_SHORT = horner("r", 0.49999994, 0.16666518, 0.041668415, 0.008369, 0.0013814011)
_LOG = horner(
    "f", 0.3333331, -0.2500001, 0.20002194, -0.16668051, 0.14217898, -0.12403307, 0.11899021,
    -0.11695716, 0.06746432,
)  # fmt: skip
#: 355/512, and ln 2 less that
_LN2_HIGH, _LN2_LOW = "0.693359375", "-2.1219444e-4"

FUNCTIONS = functions(f"""
// x = n ln 2 + r + rest: (r, rest, n)
fn exponential_reduced(x: f32) -> vec3<f32> {{
  let n = floor(x * 1.442695 + 0.5);
  let high = barrier(x - n * {_LN2_HIGH});
  let low = n * {_LN2_LOW};
  let r = barrier(high - low);
  return vec3<f32>(r, barrier(high - r) - low, n);
}}

// e^r - 1 - r for |r| <= 0.35
fn exponential_bend(r: f32) -> f32 {{
  return r * r * {_EXP};
}}

// e^x in two parts, for -88 <= x <= 0 and nan: (e^r - 1, 2^n) with e^x = 2^n e^r; for n < -126 the
// power is 0. No branch, no conversion: adding 1.5 * 2^23 rounds to an integer and leaves it in the
// low bits.
fn exponential_parts(x: f32) -> vec2<f32> {{
  let shifted = barrier(fma(x, 1.442695, 12582912.0));
  let minus_n = 12582912.0 - shifted;
  let r = fma(minus_n, {_LN2_LOW}, barrier(fma(minus_n, {_LN2_HIGH}, x)));
  let power = bitcast<f32>(bitcast<u32>(shifted) * 0x00800000u + 0x3f800000u);
  return vec2<f32>(fma(r * r, {_EXP_SHORT}, r), power);
}}

// e^(x + rest) * 2^shift, for a rest much smaller than x
fn exponential_shifted(x: f32, rest: f32, shift: i32) -> f32 {{
  if (is_nan(x)) {{
    return x;
  }}
  let clear = select(select(x, 90.0, x > 90.0), -105.0, x < -105.0);
  let reduced = exponential_reduced(clear);
  let sum = exact_sum_ordered(1.0, reduced.x);
  let bend = exponential_bend(reduced.x);
  let slope = sum.x + bend;
  let y = sum.x + barrier(sum.y + barrier(bend + (reduced.y + rest) * slope));
  return select(scaled(y, integer_of(reduced.z) + shift), infinity(), x > 89.9);
}}

fn exponential(x: f32) -> f32 {{
  return select(exponential_shifted(x, 0.0, 0), infinity(), x > 88.72284 && !is_nan(x));
}}

fn exponential_less_one(x: f32) -> f32 {{
  if (is_nan(x) || size_bits(x) < 0x33000000u) {{
    return x;
  }}
  if (x > 88.72284) {{
    return infinity();
  }}
  let reduced = exponential_reduced(select(x, -20.0, x < -20.0));
  let core = reduced.x + (reduced.y + exponential_bend(reduced.x));
  let half_unit = power_of_two(integer_of(reduced.z) - 1);
  return 2.0 * barrier(core * half_unit + barrier(half_unit - 0.5));
}}

// log(1 + f) + rest + e * ln 2 for 1 + f in [sqrt(1/2), sqrt(2)]
fn logarithm_core(f: f32, rest: f32, e: f32) -> f32 {{
  let square = f * f;
  let tail = f * square * {_LOG} + (e * {_LN2_LOW} + rest);
  return barrier(f + barrier(tail - 0.5 * square)) + e * {_LN2_HIGH};
}}

// log x for 0 < x < infinity
fn logarithm_positive(x: f32) -> f32 {{
  let m = significand_of(x);
  let large = m > 1.4142135;
  let e = f32(exponent_of(x) + select(0, 1, large));
  return logarithm_core(select(m, 0.5 * m, large) - 1.0, 0.0, e);
}}

fn logarithm(x: f32) -> f32 {{
  if (is_nan(x) || bitcast<u32>(x) == 0x7f800000u) {{
    return x;
  }}
  if (is_zero(x)) {{
    return negated(infinity());
  }}
  if (is_negative(x)) {{
    return nan();
  }}
  return logarithm_positive(x);
}}

// log(1 + x)
fn logarithm_of_one_plus(x: f32) -> f32 {{
  if (is_nan(x) || bitcast<u32>(x) == 0x7f800000u || size_bits(x) < 0x33000000u) {{
    return x;
  }}
  if (x <= -1.0) {{
    return select(nan(), negated(infinity()), x == -1.0);
  }}
  if (x > -0.29289 && x < 0.41421) {{
    return logarithm_core(x, 0.0, 0.0);
  }}
  let sum = exact_sum(1.0, x);
  let m = significand_of(sum.x);
  let large = m > 1.4142135;
  let e = f32(exponent_of(sum.x) + select(0, 1, large));
  return logarithm_core(select(m, 0.5 * m, large) - 1.0, sum.y / sum.x, e);
}}
""")
