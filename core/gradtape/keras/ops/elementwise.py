"""`keras.ops`: functions of elements, as NumPy calls them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.ops.making import as_float, binary, floating, op, tensor, together, unary

_M = __name__

absolute = unary(_M, "absolute", tf.abs, "|x|.")
abs = unary(_M, "abs", tf.abs, "|x|.")
negative = unary(_M, "negative", tf.negative, "−x.")
square = unary(_M, "square", tf.square, "x².")
sign = unary(_M, "sign", tf.sign, "−1, 0 or 1.")
conj = unary(_M, "conj", tf.math.conj, "The complex conjugate.")
conjugate = unary(_M, "conjugate", tf.math.conj, "The complex conjugate.")
real = unary(_M, "real", tf.math.real, "The real part.")
imag = unary(_M, "imag", tf.math.imag, "The imaginary part.")
angle = unary(_M, "angle", tf.math.angle, "The argument of complex numbers.")
isfinite = floating(_M, "isfinite", tf.math.is_finite, "Whether elements are finite.")
isinf = floating(_M, "isinf", tf.math.is_inf, "Whether elements are infinite.")
isnan = floating(_M, "isnan", tf.math.is_nan, "Whether elements are no numbers.")

arccos = floating(_M, "arccos", tf.acos, "The arccosine.")
arccosh = floating(_M, "arccosh", tf.acosh, "The inverse hyperbolic cosine.")
arcsin = floating(_M, "arcsin", tf.asin, "The arcsine.")
arcsinh = floating(_M, "arcsinh", tf.asinh, "The inverse hyperbolic sine.")
arctan = floating(_M, "arctan", tf.atan, "The arctangent.")
arctanh = floating(_M, "arctanh", tf.atanh, "The inverse hyperbolic tangent.")
ceil = floating(_M, "ceil", tf.math.ceil, "The least integer that is not below.")
cos = floating(_M, "cos", tf.cos, "The cosine.")
cosh = floating(_M, "cosh", tf.cosh, "The hyperbolic cosine.")
erf = floating(_M, "erf", tf.math.erf, "The error function.")
erfinv = floating(_M, "erfinv", tf.math.erfinv, "The inverse of the error function.")
erfc = floating(_M, "erfc", tf.math.erfc, "1 less the error function.")
exp = floating(_M, "exp", tf.exp, "eˣ.")
expm1 = floating(_M, "expm1", tf.math.expm1, "eˣ − 1.")
floor = floating(_M, "floor", tf.floor, "The largest integer that is not above.")
log = floating(_M, "log", tf.math.log, "The natural logarithm.")
log1p = floating(_M, "log1p", tf.math.log1p, "log(1 + x).")
reciprocal = floating(_M, "reciprocal", tf.math.reciprocal, "1 / x.")
rsqrt = floating(_M, "rsqrt", tf.math.rsqrt, "1 / √x.")
sin = floating(_M, "sin", tf.sin, "The sine.")
sinh = floating(_M, "sinh", tf.sinh, "The hyperbolic sine.")
sqrt = floating(_M, "sqrt", tf.sqrt, "√x.")
tan = floating(_M, "tan", tf.tan, "The tangent.")
tanh = floating(_M, "tanh", tf.tanh, "The hyperbolic tangent.")
exp2 = floating(_M, "exp2", lambda x: tf.pow(tf.constant(2, x.dtype), x), "2ˣ.")
log2 = floating(_M, "log2", lambda x: tf.math.log(x) / math.log(2), "The logarithm to base 2.")
log10 = floating(_M, "log10", lambda x: tf.math.log(x) / math.log(10), "The one to base 10.")
deg2rad = floating(_M, "deg2rad", lambda x: x * (math.pi / 180), "Degrees as radians.")
rad2deg = floating(_M, "rad2deg", lambda x: x * (180 / math.pi), "Radians as degrees.")
cbrt = floating(_M, "cbrt", lambda x: tf.sign(x) * tf.pow(tf.abs(x), 1 / 3), "The cube root.")
trunc = floating(
    _M, "trunc", lambda x: tf.where(x < 0, tf.math.ceil(x), tf.floor(x)), "The integer part."
)
fabs = floating(_M, "fabs", tf.abs, "|x|, as floats.")


def _sinc(x: Any) -> Any:
    turned = x * math.pi
    safe = tf.where(tf.equal(x, 0), tf.ones_like(x), turned)
    return tf.where(tf.equal(x, 0), tf.ones_like(x), tf.sin(safe) / safe)


sinc = floating(_M, "sinc", _sinc, "sin(πx) / (πx), 1 at 0.")

add = binary(_M, "add", tf.add, "x1 + x2.")
subtract = binary(_M, "subtract", tf.subtract, "x1 − x2.")
multiply = binary(_M, "multiply", tf.multiply, "x1 · x2.")
maximum = binary(_M, "maximum", tf.maximum, "The larger of both.")
minimum = binary(_M, "minimum", tf.minimum, "The smaller of both.")
mod = binary(_M, "mod", tf.math.floormod, "What is left of x1 by x2, with the sign of x2.")
fmod = binary(
    _M, "fmod", lambda a, b: tf.sign(a) * tf.math.floormod(tf.abs(a), tf.abs(b)),
    "What is left of x1 by x2, with the sign of x1.",
)  # fmt: skip
floor_divide = binary(_M, "floor_divide", tf.math.floordiv, "⌊x1 / x2⌋.")
equal = binary(_M, "equal", tf.equal, "Whether both are equal.")
not_equal = binary(_M, "not_equal", tf.not_equal, "Whether both differ.")
greater = binary(_M, "greater", tf.greater, "Whether x1 > x2.")
greater_equal = binary(_M, "greater_equal", tf.greater_equal, "Whether x1 ≥ x2.")
less = binary(_M, "less", tf.less, "Whether x1 < x2.")
less_equal = binary(_M, "less_equal", tf.less_equal, "Whether x1 ≤ x2.")
power = binary(_M, "power", tf.pow, "x1 to the power x2.")
bitwise_and = binary(_M, "bitwise_and", tf.bitwise.bitwise_and, "The bits that both have.")
bitwise_or = binary(_M, "bitwise_or", tf.bitwise.bitwise_or, "The bits that one has.")
bitwise_xor = binary(_M, "bitwise_xor", tf.bitwise.bitwise_xor, "The bits that one alone has.")
left_shift = binary(_M, "left_shift", tf.bitwise.left_shift, "x1 with bits moved left by x2.")
bitwise_left_shift = binary(
    _M, "bitwise_left_shift", tf.bitwise.left_shift, "x1 with bits moved left by x2."
)
right_shift = binary(_M, "right_shift", tf.bitwise.right_shift, "x1 with bits moved right by x2.")
bitwise_right_shift = binary(
    _M, "bitwise_right_shift", tf.bitwise.right_shift, "x1 with bits moved right by x2."
)
bitwise_not = unary(_M, "bitwise_not", tf.bitwise.invert, "All bits turned.")
bitwise_invert = unary(_M, "bitwise_invert", tf.bitwise.invert, "All bits turned.")


def _floats(function: Any) -> Any:
    return lambda a, b: function(as_float(a), as_float(b))


divide = binary(_M, "divide", _floats(tf.divide), "x1 / x2.")
true_divide = binary(_M, "true_divide", _floats(tf.divide), "x1 / x2.")
divide_no_nan = binary(
    _M, "divide_no_nan", _floats(tf.math.divide_no_nan), "x1 / x2, 0 where x2 is 0."
)
arctan2 = binary(_M, "arctan2", _floats(tf.atan2), "The angle of the point (x2, x1).")
nextafter = binary(_M, "nextafter", _floats(tf.math.nextafter), "The next number towards x2.")
hypot = binary(
    _M, "hypot", _floats(lambda a, b: tf.sqrt(tf.square(a) + tf.square(b))), "√(x1² + x2²)."
)
logaddexp = binary(
    _M, "logaddexp", _floats(lambda a, b: tf.maximum(a, b) + tf.nn.softplus(-tf.abs(a - b))),
    "log(e^x1 + e^x2).",
)  # fmt: skip


def _truth(function: Any) -> Any:
    return lambda a, b: function(tf.cast(a, tf.bool), tf.cast(b, tf.bool))


logical_and = binary(_M, "logical_and", _truth(tf.logical_and), "Whether both hold.")
logical_or = binary(_M, "logical_or", _truth(tf.logical_or), "Whether one holds.")
logical_xor = binary(_M, "logical_xor", _truth(tf.math.logical_xor), "Whether one alone holds.")
logical_not = unary(
    _M, "logical_not", lambda x: tf.logical_not(tf.cast(x, tf.bool)), "Whether x does not hold."
)


@op
def clip(x: Any, x_min: Any, x_max: Any) -> Any:
    """`x` cut to [x_min, x_max]."""
    x = tensor(x)
    return tf.clip_by_value(x, tf.cast(x_min, x.dtype), tf.cast(x_max, x.dtype))


@op
def round(x: Any, decimals: int = 0) -> Any:
    """`x` rounded to so many decimals, halves to even."""
    x = tensor(x)
    if x.dtype.is_integer:
        return x if decimals >= 0 else tf.cast(_rounded(as_float(x), decimals), x.dtype)
    return _rounded(x, decimals)


def _rounded(x: Any, decimals: int) -> Any:
    return tf.round(x * 10.0**decimals) / 10.0**decimals if decimals else tf.round(x)


@op
def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """`x1` where the condition holds, `x2` elsewhere; without both the places where it holds."""
    condition = tf.cast(condition, tf.bool)
    if x1 is None and x2 is None:
        return nonzero(condition)
    return tf.where(condition, *together(x1, x2))


@op
def nonzero(x: Any) -> Any:
    """The places of the elements that are not zero, one list of numbers for each axis."""
    return tuple(tf.constant(each.astype(np.int32)) for each in np.nonzero(np.asarray(tensor(x))))


@op
def nan_to_num(x: Any, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """`x` with numbers in place of nan and the infinities, by default the largest there are."""
    x = tensor(x)
    if not x.dtype.is_floating:
        return x
    most = float(np.finfo(x.dtype.as_numpy_dtype).max)
    high, low = (most if posinf is None else posinf), (-most if neginf is None else neginf)
    x = tf.where(tf.math.is_nan(x), tf.constant(nan, x.dtype), x)
    x = tf.where(tf.equal(x, math.inf), tf.constant(high, x.dtype), x)
    return tf.where(tf.equal(x, -math.inf), tf.constant(low, x.dtype), x)


@op
def isclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Any:
    """Whether |x1 − x2| ≤ atol + rtol |x2|."""
    a, b = (as_float(x) for x in together(x1, x2))
    near = tf.abs(a - b) <= atol + rtol * tf.abs(b)
    same = tf.equal(a, b)
    close = tf.logical_or(same, tf.logical_and(near, tf.math.is_finite(b)))
    if equal_nan:
        close = tf.logical_or(close, tf.logical_and(tf.math.is_nan(a), tf.math.is_nan(b)))
    return close


@op
def heaviside(x1: Any, x2: Any) -> Any:
    """0 where x1 < 0, x2 where it is 0, 1 above."""
    a, b = (as_float(x) for x in together(x1, x2))
    at_zero = tf.where(tf.equal(a, 0), b, tf.ones_like(a))
    return tf.where(a < 0, tf.zeros_like(at_zero), at_zero)


@op
def signbit(x: Any) -> Any:
    """Whether the sign is minus, also that of −0."""
    return tf.constant(np.signbit(np.asarray(tensor(x))))


@op
def gcd(x1: Any, x2: Any) -> Any:
    """The greatest common divisor."""
    a, b = together(x1, x2)
    return tf.constant(np.gcd(np.asarray(a), np.asarray(b)))


@op
def lcm(x1: Any, x2: Any) -> Any:
    """The least common multiple."""
    a, b = together(x1, x2)
    return tf.constant(np.lcm(np.asarray(a), np.asarray(b)))
