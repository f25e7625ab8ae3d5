"""Questions put to the bits of a float32, and the order in which arithmetic is done.

Compilers of shaders may assume that no number is nan, so `x != x` is folded to false; tests on bits
are not. They may also regroup sums and products: what has gone through `barrier` is opaque to them,
since `opaque_zero` comes from memory.

A GPU that is a program on the CPU does most of this in one instruction of four lanes, but not
shifts, conversions from float to integer, `min`, `max` and `clamp` of floats: those take ten to
fifty times as long, so what stands in many kernels does without. `&&` and `||` are branches: where
both sides are cheap, `&` and `|` are not.
"""

from gradtape_webgpu.wgsl.source import functions

FUNCTIONS = functions("""
fn barrier(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) ^ opaque_zero);
}

fn nan() -> f32 {
  return bitcast<f32>(0x7fc00000u ^ opaque_zero);
}

fn infinity() -> f32 {
  return bitcast<f32>(0x7f800000u ^ opaque_zero);
}

fn size_bits(x: f32) -> u32 {
  return bitcast<u32>(x) & 0x7fffffffu;
}

fn sign_bit(x: f32) -> u32 {
  return bitcast<u32>(x) & 0x80000000u;
}

// as signed integers, which CPUs that run shaders compare in one step
fn is_nan(x: f32) -> bool {
  return bitcast<i32>(size_bits(x)) > 0x7f800000;
}

fn is_infinite(x: f32) -> bool {
  return size_bits(x) == 0x7f800000u;
}

fn is_finite(x: f32) -> bool {
  return size_bits(x) < 0x7f800000u;
}

// +0, -0
fn is_zero(x: f32) -> bool {
  return size_bits(x) == 0u;
}

fn is_negative(x: f32) -> bool {
  return bitcast<i32>(x) < 0;
}

fn absolute(x: f32) -> f32 {
  return bitcast<f32>(size_bits(x));
}

fn with_sign_of(size: f32, sign: f32) -> f32 {
  return bitcast<f32>(size_bits(size) | sign_bit(sign));
}

// |x|, but at most the bound (not negative); nan stays nan
fn size_at_most(x: f32, bound: f32) -> f32 {
  let size = size_bits(x);
  let most = bitcast<u32>(bound);
  return bitcast<f32>(select(size, most, size - most <= 0x7f800000u - most));
}

// The integer that a whole number holds, for |x| < 2^22
fn integer_of(x: f32) -> i32 {
  return bitcast<i32>(barrier(x + 12582912.0)) - 0x4b400000;
}

fn negated(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) ^ 0x80000000u);
}

// 2^n for -126 <= n <= 127
fn power_of_two(n: i32) -> f32 {
  return bitcast<f32>(u32(n + 127) * 0x00800000u);
}

// x * 2^n for any n and 1/2 <= |x| <= 2: in two steps; only the second may leave the range
fn scaled(x: f32, n: i32) -> f32 {
  let first = clamp(n, -125, 126);
  let second = clamp(n - first, -126, 127);
  return barrier(x * power_of_two(first)) * power_of_two(second);
}

// The same for |n| <= 190 without `clamp`
fn scaled_a_little(x: f32, n: i32) -> f32 {
  let second = select(select(0, 64, n > 64), -64, n < -64);
  return barrier(x * power_of_two(n - second)) * power_of_two(second);
}

// The exponent of a finite number that is not 0, subnormal ones too: 2^e <= |x| < 2^(e+1)
fn exponent_of(x: f32) -> i32 {
  let size = size_bits(x);
  if (size < 0x00800000u) {
    return -118 - i32(countLeadingZeros(size));
  }
  return i32(size >> 23u) - 127;
}

// |x| / 2^e in [1, 2), e = exponent_of(x)
fn significand_of(x: f32) -> f32 {
  let size = size_bits(x);
  if (size < 0x00800000u) {
    return bitcast<f32>(((size << (countLeadingZeros(size) - 8u)) & 0x007fffffu) | 0x3f800000u);
  }
  return bitcast<f32>((size & 0x007fffffu) | 0x3f800000u);
}
""")
