"""Hyperbolic functions, their inverses, and the sigmoid and softplus, made of exponentials."""

from gradtape_webgpu.wgsl.source import functions, horner

_SINH = horner("z", 0.16666667, 0.00833335, 0.0001983616, 2.8169513e-06)

FUNCTIONS = functions(f"""
// t = e^(-2|x|) - 1 gives |tanh x| = -t / (t + 2), for every size alike
fn hyperbolic_tangent(x: f32) -> f32 {{
  let parts = exponential_parts(-2.0 * size_at_most(x, 10.0));
  let t = fma(parts.x, parts.y, barrier(parts.y - 1.0));
  return with_sign_of(t / (t + 2.0), x);
}}

fn hyperbolic_sine(x: f32) -> f32 {{
  let size = absolute(x);
  if (is_nan(x) || size < 1e-4) {{
    return x;
  }}
  if (size < 1.0) {{
    let z = x * x;
    return x + x * z * {_SINH};
  }}
  let half = exponential_shifted(size, 0.0, -1);
  return with_sign_of(half - 0.25 / half, x);
}}

fn hyperbolic_cosine(x: f32) -> f32 {{
  if (is_nan(x)) {{
    return x;
  }}
  let half = exponential_shifted(absolute(x), 0.0, -1);
  return half + 0.25 / half;
}}

fn inverse_hyperbolic_sine(x: f32) -> f32 {{
  let size = absolute(x);
  if (!is_finite(x) || size < 1e-4) {{
    return x;
  }}
  if (size > 1e4) {{
    return with_sign_of(logarithm_of_twice(size), x);
  }}
  let square = size * size;
  let y = logarithm_of_one_plus(size + square / (1.0 + square_root(1.0 + square)));
  return with_sign_of(y, x);
}}

// log(2 x) for large x
fn logarithm_of_twice(x: f32) -> f32 {{
  return logarithm_positive(x) + 0.6931472;
}}

fn inverse_hyperbolic_cosine(x: f32) -> f32 {{
  if (is_nan(x) || bitcast<u32>(x) == 0x7f800000u) {{
    return x;
  }}
  if (x < 1.0) {{
    return nan();
  }}
  if (x > 1e4) {{
    return logarithm_of_twice(x);
  }}
  let t = x - 1.0;
  return logarithm_of_one_plus(t + square_root(t * (t + 2.0)));
}}

fn inverse_hyperbolic_tangent(x: f32) -> f32 {{
  let size = absolute(x);
  if (is_nan(x) || size < 1e-4) {{
    return x;
  }}
  if (size >= 1.0) {{
    return select(nan(), with_sign_of(infinity(), x), size == 1.0);
  }}
  let twice = size + size;
  return with_sign_of(0.5 * logarithm_of_one_plus(twice / (1.0 - size)), x);
}}

// 1 / (1 + e^-x)
fn sigmoid(x: f32) -> f32 {{
  let parts = exponential_parts(-size_at_most(x, 88.0));
  let small = (1.0 + parts.x) * parts.y;
  return select(1.0, small, is_negative(x)) / (1.0 + small);
}}

// log(1 + e^x)
fn softplus(x: f32) -> f32 {{
  if (is_nan(x)) {{
    return x;
  }}
  let small = logarithm_of_one_plus(exponential(negated(absolute(x))));
  return select(x + small, small, is_negative(x));
}}

// max(x, 0) - x z + log(1 + e^-|x|)
fn sigmoid_cross_entropy(x: f32, z: f32) -> f32 {{
  let linear = barrier(rectified(x) - barrier(x * z));
  return linear + logarithm_of_one_plus(exponential(negated(absolute(x))));
}}

fn exponential_linear(x: f32) -> f32 {{
  return select(x, exponential_less_one(x), is_negative(x) & !is_zero(x));
}}

fn scaled_exponential_linear(x: f32) -> f32 {{
  let below = is_negative(x) & !is_zero(x);
  return select(1.050701 * x, 1.7580993 * exponential_less_one(x), below);
}}

// a log b, and 0 where a is 0 whatever b is
fn times_logarithm(a: f32, b: f32) -> f32 {{
  return select(a * logarithm(b), 0.0, !is_nan(a) & (a == 0.0));
}}

// a log(1 + b), and 0 where a is 0 whatever b is
fn times_logarithm_of_one_plus(a: f32, b: f32) -> f32 {{
  return select(a * logarithm_of_one_plus(b), 0.0, !is_nan(a) & (a == 0.0));
}}
""")
