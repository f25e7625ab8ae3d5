"""Sums, products, quotients and roots.

Every result goes through `barrier`: a chain of ops in one kernel then gives the numbers that the
ops give one after the other, since nothing can be regrouped or fused across them.
"""

from gradtape_webgpu.wgsl.source import functions

FUNCTIONS = functions("""
fn divided(a: f32, b: f32) -> f32 {
  return barrier(a / b);
}

// A subnormal number is scaled by its bits, as a device might flush it to 0
fn square_root(x: f32) -> f32 {
  if (is_zero(x) || is_nan(x)) {
    return x;
  }
  if (is_negative(x)) {
    return nan();
  }
  if (size_bits(x) < 0x00800000u) {
    let e = exponent_of(x);
    let odd = e & 1;
    let m = significand_of(x) * f32(1 + odd);
    return sqrt(m) * power_of_two((e - odd) >> 1u);
  }
  return barrier(sqrt(x));
}

fn reciprocal_root(x: f32) -> f32 {
  return divided(1.0, square_root(x));
}

fn squared(x: f32) -> f32 {
  return barrier(x * x);
}

fn squared_difference(a: f32, b: f32) -> f32 {
  return squared(barrier(a - b));
}

// a / b, and 0 where b is 0, or so small that the device takes it for 0
fn divided_or_zero(a: f32, b: f32) -> f32 {
  return select(divided(a, b), 0.0, !is_nan(b) && b == 0.0);
}

fn product_or_zero(a: f32, b: f32) -> f32 {
  return select(barrier(a * b), 0.0, !is_nan(b) && b == 0.0);
}

fn squared_i32(x: i32) -> i32 {
  return x * x;
}

fn squared_u32(x: u32) -> u32 {
  return x * x;
}

// a / b, and 0 where a is 0 whatever b is
fn divided_unless_zero(a: f32, b: f32) -> f32 {
  return select(divided(a, b), 0.0, !is_nan(a) && a == 0.0);
}

fn softsign(x: f32) -> f32 {
  return divided(x, 1.0 + absolute(x));
}

fn leaky(x: f32, slope: f32) -> f32 {
  return select(barrier(slope * x), x, bitcast<i32>(x) > 0 && !is_nan(x));
}
""")
