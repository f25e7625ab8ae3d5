"""Order, extremes and rounding of float32, with NumPy's answers for nan, ±0 and subnormals.

Numbers are compared as integers made of their bits: no device then takes a subnormal number for 0,
and what is said about nan is said in so many words.
"""

from gradtape_webgpu.wgsl.source import functions

FUNCTIONS = functions("""
// An integer that grows with x; +0 and -0 share it
fn rank_of(x: f32) -> i32 {
  let size = i32(size_bits(x));
  return select(size, -size, is_negative(x));
}

fn neither_is_nan(a: f32, b: f32) -> bool {
  return max(size_bits(a), size_bits(b)) <= 0x7f800000u;
}

fn equals(a: f32, b: f32) -> bool {
  return (rank_of(a) == rank_of(b)) & neither_is_nan(a, b);
}

fn less(a: f32, b: f32) -> bool {
  return (rank_of(a) < rank_of(b)) & neither_is_nan(a, b);
}

fn less_or_equal(a: f32, b: f32) -> bool {
  return (rank_of(a) <= rank_of(b)) & neither_is_nan(a, b);
}

fn larger_of(a: f32, b: f32) -> f32 {
  let second = (rank_of(b) > rank_of(a)) | is_nan(b);
  return bitcast<f32>(select(bitcast<u32>(a), bitcast<u32>(b), second & !is_nan(a)));
}

fn smaller_of(a: f32, b: f32) -> f32 {
  let second = (rank_of(b) < rank_of(a)) | is_nan(b);
  return bitcast<f32>(select(bitcast<u32>(a), bitcast<u32>(b), second & !is_nan(a)));
}

// max(x, 0); nan stays nan
fn rectified(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  return bitcast<f32>(select(bits, 0u, (bits >= 0x80000000u) & (bits <= 0xff800000u)));
}

fn rectified_six(x: f32) -> f32 {
  return smaller_of(rectified(x), 6.0);
}

fn through_rectified_six(g: f32, y: f32) -> f32 {
  return select(0.0, g, less(0.0, y) & less(y, 6.0));
}

fn sign_of(x: f32) -> f32 {
  let size = size_bits(x);
  let one = bitcast<f32>(0x3f800000u | sign_bit(x));
  return select(select(one, 0.0, size == 0u), x, size > 0x7f800000u);
}

// x, or 1/2 of its sign where a device might flush it to 0
fn seen(x: f32) -> f32 {
  return select(x, with_sign_of(0.5, x), size_bits(x) - 1u < 0x007fffffu);
}

fn rounded_down(x: f32) -> f32 {
  return select(with_sign_of(floor(seen(x)), x), x, size_bits(x) >= 0x4b000000u);
}

fn rounded_up(x: f32) -> f32 {
  return select(with_sign_of(ceil(seen(x)), x), x, size_bits(x) >= 0x4b000000u);
}

fn rounded_to_even(x: f32) -> f32 {
  return select(with_sign_of(round(x), x), x, size_bits(x) >= 0x4b000000u);
}

// The float32 next to a in the direction of b
fn next_after(a: f32, b: f32) -> f32 {
  if (!neither_is_nan(a, b)) {
    return nan();
  }
  if (rank_of(a) == rank_of(b)) {
    return b;
  }
  if (is_zero(a)) {
    return bitcast<f32>(sign_bit(b) | 1u);
  }
  let outward = (rank_of(b) > rank_of(a)) != is_negative(a);
  return bitcast<f32>(select(bitcast<u32>(a) - 1u, bitcast<u32>(a) + 1u, outward));
}
""")
