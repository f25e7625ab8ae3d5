"""log |Γ| and its derivative ψ: series near their zeros, Stirling's far out, reflection below 0.

The polynomials are our own minimax fits of log Γ(x) / ((x − 1)(x − 2)) on [1, 3] and of
ψ(x) / (x − root) on [1, 2].
"""

from gradtape_webgpu.wgsl.source import functions, horner

_LOG_GAMMA = horner(
    "t", 0.42278433, -0.10031727, 0.032964945, -0.012384977, 0.004999484, -0.0021020502,
    0.0009104896, -0.0004255978, 0.00019583352, -5.2392865e-05, 2.0217854e-05, -3.8743907e-05,
    1.93196e-05,
)  # fmt: skip
_DIGAMMA = horner(
    "t", 0.9510559, -0.4236275, 0.24054262, -0.14839879, 0.09498208, -0.062057078, 0.040879335,
    -0.025781011, 0.016980417, -0.016384093, 0.01111864,
)  # fmt: skip
#: B₂ₖ/(2k(2k − 1)) and B₂ₖ/2k
_STIRLING = horner("v", 1 / 12, -1 / 360, 1 / 1260)
_ASYMPTOTIC = horner("v", 1 / 12, -1 / 120, 1 / 252)

FUNCTIONS = functions(f"""
// log gamma(2 + t) / ((1 + t) t) for |t| <= 1
fn log_gamma_series(t: f32) -> f32 {{
  return {_LOG_GAMMA};
}}

// log gamma(x) for x >= 2^-12, not infinite
fn log_gamma_positive(x: f32) -> f32 {{
  if (x > 10.0) {{
    let inverse = 1.0 / x;
    let v = inverse * inverse;
    return (x - 0.5) * (logarithm_positive(x) - 1.0) + (0.41893853 + inverse * {_STIRLING});
  }}
  if (x < 1.0) {{
    return x * (x - 1.0) * log_gamma_series(x - 1.0) - logarithm_positive(x);
  }}
  var z = x;
  var product = 1.0;
  while (z > 3.0) {{
    z = z - 1.0;
    product = product * z;
  }}
  let y = (z - 1.0) * (z - 2.0) * log_gamma_series(z - 2.0);
  return y + logarithm_positive(product);
}}

// |sin pi x|, without the rounding of pi x
fn sine_of_half_turns(x: f32) -> f32 {{
  let near = absolute(x - round(x));
  if (near <= 0.25) {{
    let angle = exact_product(near, 3.1415927);
    return sine_core(angle.x, angle.y + near * -8.742278e-8);
  }}
  let angle = exact_product(0.5 - near, 3.1415927);
  return cosine_core(angle.x, angle.y);
}}

fn log_gamma(x: f32) -> f32 {{
  if (is_nan(x)) {{
    return x;
  }}
  let size = absolute(x);
  if (is_infinite(x) || is_zero(x) || (is_negative(x) && floor(seen(x)) == seen(x))) {{
    return infinity();
  }}
  if (size < 0.000244140625) {{
    return -logarithm_positive(size) - 0.5772157 * x;
  }}
  let y = log_gamma_positive(size);
  if (!is_negative(x)) {{
    return y;
  }}
  return 1.1447299 - logarithm_positive(size * sine_of_half_turns(x)) - y;
}}

// psi(z) for z >= 1
fn digamma_positive(z: f32) -> f32 {{
  if (z > 10.0) {{
    let inverse = 1.0 / z;
    let v = inverse * inverse;
    return logarithm(z) - (0.5 * inverse + v * {_ASYMPTOTIC});
  }}
  var w = z;
  var total = 0.0;
  while (w > 2.0) {{
    w = w - 1.0;
    total = total + 1.0 / w;
  }}
  let t = w - 1.5;
  return barrier(barrier(w - 1.4616321) - 1.243815e-8) * {_DIGAMMA} + total;
}}

// pi cot(pi x)
fn cotangent_of_half_turns(x: f32) -> f32 {{
  let signed = x - round(x);
  let near = absolute(signed);
  var y = 0.0;
  if (near <= 0.25) {{
    let angle = exact_product(near, 3.1415927);
    y = 3.1415927 / tangent_core(angle.x, angle.y + near * -8.742278e-8);
  }} else {{
    let angle = exact_product(0.5 - near, 3.1415927);
    y = 3.1415927 * tangent_core(angle.x, angle.y);
  }}
  return select(y, negated(y), is_negative(signed));
}}

fn digamma(x: f32) -> f32 {{
  if (is_nan(x) || bitcast<u32>(x) == 0x7f800000u) {{
    return x;
  }}
  if (is_zero(x) || (is_negative(x) && (is_infinite(x) || floor(seen(x)) == seen(x)))) {{
    return nan();
  }}
  if (absolute(x) < 0.0001) {{
    let inverse = scaled(1.0 / significand_of(x), -exponent_of(x));
    return -with_sign_of(inverse, x) - (0.5772157 - 1.644934 * x);
  }}
  if (is_negative(x)) {{
    return digamma_positive(1.0 - x) - cotangent_of_half_turns(x);
  }}
  if (x < 1.0) {{
    return digamma_positive(1.0 + x) - 1.0 / x;
  }}
  return digamma_positive(x);
}}
""")
