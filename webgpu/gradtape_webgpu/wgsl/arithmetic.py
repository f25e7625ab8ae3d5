"""Sums, products, quotients and roots.

Every result goes through `barrier`: a chain of ops in one kernel then gives the numbers that the
ops give one after the other, since nothing can be regrouped or fused across them.
"""

from gradtape_webgpu.wgsl.source import functions

FUNCTIONS = functions("""
fn divided(a: f32, b: f32) -> f32 {
  return barrier(a / b);
}

// A subnormal number is read as an integer, as a device might flush it to 0: n * 2^-149
fn square_root(x: f32) -> f32 {
  let bits = bitcast<i32>(x);
  let tiny = bits < 0x00800000;
  let root = sqrt(select(x, 2.0 * f32(bits), tiny)) * select(1.0, power_of_two(-75), tiny);
  return select(select(barrier(root), nan(), bits < 0), x, is_zero(x) | is_nan(x));
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
  return select(divided(a, b), 0.0, !is_nan(b) & (b == 0.0));
}

fn product_or_zero(a: f32, b: f32) -> f32 {
  return select(barrier(a * b), 0.0, !is_nan(b) & (b == 0.0));
}

fn squared_i32(x: i32) -> i32 {
  return x * x;
}

fn squared_u32(x: u32) -> u32 {
  return x * x;
}

// a / b, and 0 where a is 0 whatever b is
fn divided_unless_zero(a: f32, b: f32) -> f32 {
  return select(divided(a, b), 0.0, !is_nan(a) & (a == 0.0));
}

// a * b, and 0 where either is 0 whatever the other is
fn product_unless_zero(a: f32, b: f32) -> f32 {
  let silent = (!is_nan(a) & (a == 0.0)) | (!is_nan(b) & (b == 0.0));
  return select(barrier(a * b), 0.0, silent);
}

fn softsign(x: f32) -> f32 {
  return divided(x, 1.0 + absolute(x));
}

fn leaky_gradient(g: f32, x: f32, slope: f32) -> f32 {
  return select(barrier(slope * g), g, (bitcast<i32>(x) > 0) & !is_nan(x));
}

fn leaky(x: f32, slope: f32) -> f32 {
  return select(barrier(slope * x), x, (bitcast<i32>(x) > 0) & !is_nan(x));
}
""")
