"""A number as the unevaluated sum of two float32, about 48 bits: where one float32 is not enough.

The error of a sum or product is itself a float32 and can be had exactly, as long as nobody
regroups: hence the barriers. A factor is parted by its bits, so that every product below is exact
and it makes no difference whether a device fuses multiplication with addition.

Source: Dekker (1971), A floating-point technique for extending the available precision.
"""

from gradtape_webgpu.wgsl.source import functions

FUNCTIONS = functions("""
// a + b, exactly
fn exact_sum(a: f32, b: f32) -> vec2<f32> {
  let sum = barrier(a + b);
  let b_part = barrier(sum - a);
  let a_part = barrier(sum - b_part);
  let a_rest = barrier(a - a_part);
  let b_rest = barrier(b - b_part);
  return vec2<f32>(sum, a_rest + b_rest);
}

// a + b, exactly, where |a| >= |b| or a is 0
fn exact_sum_ordered(a: f32, b: f32) -> vec2<f32> {
  let sum = barrier(a + b);
  return vec2<f32>(sum, b - barrier(sum - a));
}

// a * b, exactly where neither the product nor its error leaves the range
fn exact_product(a: f32, b: f32) -> vec2<f32> {
  let product = barrier(a * b);
  let a_high = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
  let b_high = bitcast<f32>(bitcast<u32>(b) & 0xfffff000u);
  let a_low = barrier(a - a_high);
  let b_low = barrier(b - b_high);
  let first = barrier(a_high * b_high - product);
  let second = barrier(first + a_high * b_low);
  let third = barrier(second + a_low * b_high);
  return vec2<f32>(product, third + a_low * b_low);
}

fn double_sum(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
  let high = exact_sum(a.x, b.x);
  return exact_sum_ordered(high.x, barrier(high.y + barrier(a.y + b.y)));
}

fn double_product(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
  let high = exact_product(a.x, b.x);
  return exact_sum_ordered(high.x, barrier(high.y + barrier(a.x * b.y + a.y * b.x)));
}

fn double_quotient(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
  let first = barrier(a.x / b.x);
  let back = double_product(b, vec2<f32>(first, 0.0));
  let rest = barrier(barrier(a.x - back.x) + barrier(a.y - back.y));
  return exact_sum_ordered(first, rest / b.x);
}
""")
