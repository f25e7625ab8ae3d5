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
// x = n ln 2 + r + rest: (r, rest, a number whose low bits are n). No branch, no conversion: adding
// 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
fn exponential_reduced(x: f32) -> vec3<f32> {{
  let shifted = barrier(fma(x, 1.442695, 12582912.0));
  let minus_n = 12582912.0 - shifted;
  let high = barrier(fma(minus_n, {_LN2_HIGH}, x));
  let low = minus_n * {_LN2_LOW};
  let r = barrier(high + low);
  return vec3<f32>(r, barrier(high - r) + low, shifted);
}}

// e^r - 1 - r for |r| <= 0.35
fn exponential_bend(r: f32) -> f32 {{
  return r * r * {_EXP};
}}

// e^x in two parts, for -88 <= x <= 0 and nan: (e^r - 1, 2^n) with e^x = 2^n e^r; for n < -126 the
// power is 0.
fn exponential_parts(x: f32) -> vec2<f32> {{
  let shifted = barrier(fma(x, 1.442695, 12582912.0));
  let minus_n = 12582912.0 - shifted;
  let r = fma(minus_n, {_LN2_LOW}, barrier(fma(minus_n, {_LN2_HIGH}, x)));
  let power = bitcast<f32>(bitcast<u32>(shifted) * 0x00800000u + 0x3f800000u);
  return vec2<f32>(fma(r * r, {_EXP_SHORT}, r), power);
}}

// e^(x + rest) * 2^shift, for a rest much smaller than x
fn exponential_shifted(x: f32, rest: f32, shift: i32) -> f32 {{
  let clear = select(select(x, 90.0, x > 90.0), -105.0, x < -105.0);
  let reduced = exponential_reduced(clear);
  let sum = exact_sum_ordered(1.0, reduced.x);
  let bend = exponential_bend(reduced.x);
  let slope = sum.x + bend;
  let y = sum.x + barrier(sum.y + barrier(bend + (reduced.y + rest) * slope));
  let scaled = scaled_a_little(y, bitcast<i32>(reduced.z) - 0x4b400000 + shift);
  return select(select(scaled, infinity(), x > 89.9), x, is_nan(x));
}}

fn exponential(x: f32) -> f32 {{
  return select(exponential_shifted(x, 0.0, 0), infinity(), (x > 88.72284) & !is_nan(x));
}}

fn exponential_less_one(x: f32) -> f32 {{
  let reduced = exponential_reduced(select(select(x, 89.0, x > 89.0), -20.0, x < -20.0));
  let core = reduced.x + (reduced.y + exponential_bend(reduced.x));
  let half_unit = power_of_two(bitcast<i32>(reduced.z) - 0x4b400001);
  let y = 2.0 * barrier(core * half_unit + barrier(half_unit - 0.5));
  let bits = bitcast<i32>(size_bits(x));
  return select(select(y, infinity(), x > 88.72284), x, (bits < 0x33000000) | (bits > 0x7f800000));
}}

// log(1 + f) + rest + e * ln 2 for 1 + f in [sqrt(1/2), sqrt(2)]
fn logarithm_core(f: f32, rest: f32, e: f32) -> f32 {{
  let square = f * f;
  let tail = f * square * {_LOG} + (e * {_LN2_LOW} + rest);
  return barrier(f + barrier(tail - 0.5 * square)) + e * {_LN2_HIGH};
}}

// (m - 1, e) with x = m * 2^e and m in [sqrt(1/2), sqrt(2)], for 0 < x < infinity. A subnormal
// number is read as an integer, whose conversion brings its bits in order.
fn logarithm_parts(x: f32) -> vec2<f32> {{
  let given = bitcast<i32>(x);
  let tiny = given < 0x00800000;
  let bits = select(given, bitcast<i32>(f32(given)), tiny);
  let e = (bits - 0x3f3504f4) & -0x00800000;
  let m = bitcast<f32>(bits - e);
  return vec2<f32>(m - 1.0, f32(e) * 1.1920929e-7 - select(0.0, 149.0, tiny));
}}

fn logarithm_positive(x: f32) -> f32 {{
  let parts = logarithm_parts(x);
  return logarithm_core(parts.x, 0.0, parts.y);
}}

fn logarithm(x: f32) -> f32 {{
  let bits = bitcast<i32>(x);
  let y = select(logarithm_positive(x), nan(), bits < 0);
  return select(select(y, negated(infinity()), is_zero(x)), x, (bits == 0x7f800000) | is_nan(x));
}}

// log(1 + x)
fn logarithm_of_one_plus(x: f32) -> f32 {{
  let near = (x > -0.29289) & (x < 0.41421);
  let sum = exact_sum(1.0, x);
  let parts = logarithm_parts(sum.x);
  let y = logarithm_core(
    select(parts.x, x, near), select(sum.y / sum.x, 0.0, near), select(parts.y, 0.0, near));
  let below = select(nan(), negated(infinity()), x == -1.0);
  let bits = bitcast<i32>(x);
  let itself = (bits == 0x7f800000) | is_nan(x) | (size_bits(x) < 0x33000000u);
  return select(select(y, below, x <= -1.0), x, itself);
}}
""")
