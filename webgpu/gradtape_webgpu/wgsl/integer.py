"""Division, powers and shifts of 32-bit integers, casts, and the exact remainder of float32.

A signed quotient is rounded down, as in Python. Dividing by 0 is an error on the CPU: who calls
these has made sure that there is no 0 (see `GUARDED` in `elementwise.py`).
"""

from gradtape_webgpu.wgsl.source import functions

FUNCTIONS = functions("""
// floor(a / b); the smallest integer divided by -1 wraps to itself
fn floor_quotient_i32(a: i32, b: i32) -> i32 {
  if (b == -1) {
    return -a;
  }
  let quotient = a / b;
  return quotient - select(0, 1, quotient * b != a && ((a ^ b) < 0));
}

// a - b * floor(a / b), of the sign of b
fn floor_remainder_i32(a: i32, b: i32) -> i32 {
  if (b == -1) {
    return 0;
  }
  let rest = a - (a / b) * b;
  return rest + select(0, b, rest != 0 && ((rest ^ b) < 0));
}

fn integer_power_u32(a: u32, b: u32) -> u32 {
  var result = 1u;
  var base = a;
  var left = b;
  while (left != 0u) {
    result = select(result, result * base, (left & 1u) != 0u);
    base = base * base;
    left = left >> 1u;
  }
  return result;
}

fn integer_power_i32(a: i32, b: i32) -> i32 {
  return bitcast<i32>(integer_power_u32(bitcast<u32>(a), bitcast<u32>(b)));
}

fn shifted_left_i32(a: i32, b: i32) -> i32 {
  return a << u32(clamp(b, 0, 31));
}

fn shifted_right_i32(a: i32, b: i32) -> i32 {
  return a >> u32(clamp(b, 0, 31));
}

// The fraction is dropped; nan and what does not fit give the smallest integer
fn to_i32(x: f32) -> i32 {
  let fits = size_bits(x) < 0x4f000000u;
  return select(-2147483647 - 1, i32(select(0.0, x, fits)), fits);
}

// The fraction is dropped; a negative number wraps; what does not fit in 64 bits gives 0
fn to_u32(x: f32) -> u32 {
  let size = size_bits(x);
  let exponent = i32(size >> 23u) - 127;
  if (exponent < 0 || exponent > 62) {
    return 0u;
  }
  let digits = (size & 0x007fffffu) | 0x00800000u;
  var whole = 0u;
  if (exponent <= 23) {
    whole = digits >> u32(23 - exponent);
  } else if (exponent < 55) {
    whole = digits << u32(exponent - 23);
  }
  return select(whole, 0u - whole, is_negative(x));
}

// The nearest float32, halves to the even one, however the device converts
fn from_u32(n: u32) -> f32 {
  if (n < 0x01000000u) {
    return f32(n);
  }
  let drop = 8u - countLeadingZeros(n);
  let high = n >> drop;
  let rest = n & ((1u << drop) - 1u);
  let half = 1u << (drop - 1u);
  let up = rest > half || (rest == half && (high & 1u) == 1u);
  return f32(high + select(0u, 1u, up)) * f32(1u << drop);
}

fn from_i32(n: i32) -> f32 {
  let y = from_u32(select(bitcast<u32>(n), 0u - bitcast<u32>(n), n < 0));
  return select(y, negated(y), n < 0);
}

// The remainder of |a| / |b| with the sign of a, exactly: long division of the significands
fn truncated_remainder(a: f32, b: f32) -> f32 {
  if (!is_finite(a) || is_nan(b) || is_zero(b)) {
    return nan();
  }
  if (size_bits(a) < size_bits(b)) {
    return a;
  }
  let divisor_exponent = max(i32(size_bits(b) >> 23u), 1);
  var divisor = size_bits(b) & 0x007fffffu;
  divisor = divisor | select(0u, 0x00800000u, size_bits(b) >= 0x00800000u);
  var rest = size_bits(a) & 0x007fffffu;
  rest = rest | select(0u, 0x00800000u, size_bits(a) >= 0x00800000u);
  var steps = max(i32(size_bits(a) >> 23u), 1) - divisor_exponent;
  rest = rest % divisor;
  while (steps > 0) {
    let now = min(steps, 8);
    rest = (rest << u32(now)) % divisor;
    steps = steps - now;
  }
  if (rest == 0u) {
    return bitcast<f32>(sign_bit(a));
  }
  let spare = countLeadingZeros(rest) - 8u;
  let shift = min(i32(spare), divisor_exponent - 1);
  let digits = rest << u32(shift);
  let exponent = select(0u, u32(divisor_exponent - shift), digits >= 0x00800000u);
  return bitcast<f32>(sign_bit(a) | (exponent << 23u) | (digits & 0x007fffffu));
}

// x * 2^64 for 0 < |x| < 2^63, also where a device would flush x to 0
fn lifted(x: f32) -> f32 {
  return with_sign_of(significand_of(x) * power_of_two(exponent_of(x) + 64), x);
}

// a - b * floor(a / b), of the sign of b
fn floor_remainder(a: f32, b: f32) -> f32 {
  let rest = truncated_remainder(a, b);
  if (is_nan(rest)) {
    return rest;
  }
  if (is_zero(rest)) {
    return with_sign_of(rest, b);
  }
  if (is_negative(rest) == is_negative(b)) {
    return rest;
  }
  if (size_bits(b) < 0x0d800000u) {
    return (lifted(rest) + lifted(b)) * power_of_two(-64);
  }
  return rest + b;
}

// floor(a / b) of the rounded quotient; a negative one that a device flushes to 0 lies above -1
fn floor_quotient(a: f32, b: f32) -> f32 {
  let quotient = divided(a, b);
  if (is_zero(quotient) && !is_zero(a) && is_finite(b) && sign_bit(a) != sign_bit(b)) {
    let apart = exponent_of(a) - exponent_of(b);
    if (apart > -150 || (apart == -150 && significand_of(a) > significand_of(b))) {
      return -1.0;
    }
  }
  return rounded_down(quotient);
}
""")
