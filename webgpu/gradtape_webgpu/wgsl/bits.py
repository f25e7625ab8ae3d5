"""Questions put to the bits of a float32, and the order in which arithmetic is done.

Compilers of shaders may assume that no number is nan, so `x != x` is folded to false; tests on bits
are not. They may also regroup sums and products: what has gone through `barrier` is opaque to them,
since `p.zero` comes from memory.
"""

from gradtape_webgpu.wgsl.source import functions

FUNCTIONS = functions("""
fn barrier(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) ^ p.zero);
}

fn nan() -> f32 {
  return bitcast<f32>(0x7fc00000u ^ p.zero);
}

fn infinity() -> f32 {
  return bitcast<f32>(0x7f800000u ^ p.zero);
}

fn size_bits(x: f32) -> u32 {
  return bitcast<u32>(x) & 0x7fffffffu;
}

fn sign_bit(x: f32) -> u32 {
  return bitcast<u32>(x) & 0x80000000u;
}

fn is_nan(x: f32) -> bool {
  return size_bits(x) > 0x7f800000u;
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

fn negated(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) ^ 0x80000000u);
}

// 2^n for -126 <= n <= 127
fn power_of_two(n: i32) -> f32 {
  return bitcast<f32>(u32(n + 127) << 23u);
}

// x * 2^n for any n: in two steps, of which the second alone may leave the range
fn scaled(x: f32, n: i32) -> f32 {
  let first = clamp(n, -252, 254) >> 1u;
  let second = clamp(n, -252, 254) - first;
  return barrier(x * power_of_two(first)) * power_of_two(second);
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
