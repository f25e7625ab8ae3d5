"""xʸ = e^(y·log x), with a logarithm of 45 bits so that the product keeps all digits of a float32.

log m = 2·artanh((m − 1)/(m + 1)), a series whose first terms are summed in double-single.
"""

from gradtape_webgpu.wgsl.source import functions, horner

_SERIES = horner("z.x", *(2 / n for n in (5, 7, 9, 11, 13, 15)))

FUNCTIONS = functions(f"""
// log x for 0 < x < infinity, as a double-single number
fn logarithm_double(x: f32) -> vec2<f32> {{
  let large = significand_of(x) > 1.4142135;
  let m = select(significand_of(x), 0.5 * significand_of(x), large);
  let e = f32(exponent_of(x) + select(0, 1, large));
  let f = m - 1.0;
  let s = double_quotient(vec2<f32>(f, 0.0), exact_sum_ordered(2.0, f));
  let z = double_product(s, s);
  let tail = exact_sum_ordered(0.6666667, z.x * {_SERIES});
  let bend = double_product(z, vec2<f32>(tail.x, tail.y - 1.9868216e-8));
  let near = double_sum(2.0 * s, double_product(s, bend));
  let low = exact_product(e, -2.1219444e-4);
  let whole = exact_sum(e * 0.693359375, low.x);
  return double_sum(vec2<f32>(whole.x, whole.y + (low.y + e * 1.646595e-12)), near);
}}

fn is_whole(x: f32) -> bool {{
  return size_bits(x) >= 0x4b000000u || floor(x) == x;
}}

// Whether x is an odd whole number: from 2^24 on all are even
fn is_odd(x: f32) -> bool {{
  let size = absolute(x);
  return size < 16777216.0 && floor(size) == size && 0.5 * size != floor(0.5 * size);
}}

fn power(a: f32, b: f32) -> f32 {{
  if (is_zero(b) || bitcast<u32>(a) == 0x3f800000u) {{
    return 1.0;
  }}
  if (!neither_is_nan(a, b)) {{
    return nan();
  }}
  if (b == 2.0) {{
    return squared(a);
  }}
  let size = absolute(a);
  let negative = is_negative(a) && !is_infinite(b) && is_odd(b);
  let large = select(0.0, infinity(), (size_bits(a) > 0x3f800000u) != is_negative(b));
  if (is_infinite(b)) {{
    return select(large, 1.0, size == 1.0);
  }}
  if (is_zero(a) || is_infinite(a)) {{
    return select(large, negated(large), negative);
  }}
  if (is_negative(a) && !is_whole(b)) {{
    return nan();
  }}
  let logarithm = logarithm_double(size);
  let estimate = b * logarithm.x;
  var y = large;
  if (absolute(estimate) < 110.0) {{
    let product = exact_product(b, logarithm.x);
    y = exponential_shifted(product.x, product.y + b * logarithm.y, 0);
    y = select(y, infinity(), product.x + b * logarithm.y > 88.72284);
  }}
  return select(y, negated(y), negative);
}}
""")
