"""The error function, its complement and inverse, and the quantile of the normal distribution.

Near 0 erf x = x + x·P(x²); elsewhere erfc x = e^(−x²)·S(t)/(1 + 2x) with t = (x − 3)/(x + 3) and
x² in two parts. With w = −log(1 − y²), erfinv y is y·P(w) up to w = 4 and √w·P(1/√w) above. The
polynomials are our own minimax fits.
"""

from gradtape_webgpu.wgsl.source import functions, horner

_NEAR = horner(
    "z", 0.12837917, -0.37612632, 0.11283664, -0.026857706, 0.005196952, -0.00080977025,
    8.185091e-05,
)  # fmt: skip
_TAIL = horner(
    "t", 1.253008, -0.1356211, -0.0475623, 0.12964511, -0.11927352, 0.068308994, -0.023771781,
    0.0025221992, 0.0018929396, -0.00075446995, -0.00010841933, 8.5471765e-05,
)  # fmt: skip
_CENTRAL = horner(
    "w", 0.88622695, 0.23201361, 0.01154984, -0.0023369843, -0.00012443842, 4.2641223e-05,
    4.6922214e-06, -2.1272895e-06, 2.3813811e-07, -9.5884065e-09,
)  # fmt: skip
_OUTER = horner(
    "v", 1.000552, -0.037151616, -1.060096, 3.3413262, -5.588073, 3.4750524, 10.284184, -27.98182,
    25.673159, -7.9298177,
)  # fmt: skip

FUNCTIONS = functions(f"""
fn error_function_near(x: f32) -> f32 {{
  if (absolute(x) < 1e-4) {{
    return 1.1283792 * x;
  }}
  let z = x * x;
  return x + x * {_NEAR};
}}

// erfc x for x >= 0.45
fn error_function_tail(x: f32) -> f32 {{
  let square = exact_product(x, x);
  let t = (x - 3.0) / (x + 3.0);
  return exponential_shifted(-square.x, -square.y, 0) * ({_TAIL} / (1.0 + 2.0 * x));
}}

fn error_function(x: f32) -> f32 {{
  if (is_nan(x)) {{
    return x;
  }}
  let size = absolute(x);
  if (size < 0.95) {{
    return error_function_near(x);
  }}
  return with_sign_of(1.0 - error_function_tail(size_at_most(x, 4.5)), x);
}}

fn complementary_error_function(x: f32) -> f32 {{
  if (is_nan(x)) {{
    return x;
  }}
  if (absolute(x) < 0.45) {{
    return 1.0 - error_function_near(x);
  }}
  let tail = error_function_tail(size_at_most(x, 10.3));
  return select(tail, 2.0 - tail, is_negative(x));
}}

// erfinv y, y > 0, for w = -log(1 - y^2)
fn inverse_error_function_core(y: f32, w: f32) -> f32 {{
  if (w < 4.0) {{
    return y * {_CENTRAL};
  }}
  let root = square_root(w);
  let v = 1.0 / root;
  return root * {_OUTER};
}}

fn inverse_error_function(y: f32) -> f32 {{
  let size = absolute(y);
  if (is_nan(y) || is_zero(y)) {{
    return y;
  }}
  if (size >= 1.0) {{
    return select(nan(), with_sign_of(infinity(), y), size == 1.0);
  }}
  var w = -logarithm_of_one_plus(-size * size);
  if (size > 0.5) {{
    w = -logarithm_positive((1.0 - size) * (1.0 + size));
  }}
  return with_sign_of(inverse_error_function_core(size, w), y);
}}

fn normal_quantile(share: f32) -> f32 {{
  if (is_nan(share)) {{
    return share;
  }}
  if (is_zero(share) || share == 1.0) {{
    return select(infinity(), negated(infinity()), is_zero(share));
  }}
  if (is_negative(share) || share > 1.0) {{
    return nan();
  }}
  let above = share >= 0.5;
  let tail = select(share, 1.0 - share, above);
  var w = -logarithm_positive(tail) - 1.3862944;
  if (tail > 1e-9) {{
    w = -logarithm_positive(min(4.0 * tail * (1.0 - tail), 1.0));
  }}
  let size = 1.4142135 * inverse_error_function_core(1.0 - 2.0 * tail, w);
  return select(negated(size), size, above);
}}
""")
