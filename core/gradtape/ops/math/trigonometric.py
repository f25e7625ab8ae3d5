"""Circular and hyperbolic functions and their inverses, for real and complex numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.declaration import elementwise
from gradtape.ops.math.arithmetic import square
from gradtape.ops.math.roots import over, sqrt


@elementwise("Sin", lambda g, _y, x: g * cos(x), kernel=np.sin)
def sin(x: Any) -> Any:
    """The sine of x, in radians, element by element.

    Derivative: cos x. Floating point and complex; nan at ±inf.

    >>> round(float(tf.sin(1.0)), 4)
    0.8415
    """


@elementwise("Cos", lambda g, _y, x: g * -sin(x), kernel=np.cos)
def cos(x: Any) -> Any:
    """The cosine of x, in radians, element by element.

    Derivative: −sin x. Floating point and complex; nan at ±inf.

    >>> round(float(tf.cos(1.0)), 4)
    0.5403
    """


@elementwise("Tan", lambda g, y, _x: g * (1.0 + y * y), kernel=np.tan)
def tan(x: Any) -> Any:
    """The tangent of x, in radians, element by element.

    Derivative: 1 + tan² x. Floating point and complex; nan at ±inf.

    >>> round(float(tf.tan(0.5)), 4)
    0.5463
    """


@elementwise("Asin", lambda g, _y, x: over(g, sqrt(1.0 - square(x))), kernel=np.arcsin)
def asin(x: Any) -> Any:
    """The angle between −π/2 and π/2 whose sine is x.

    Derivative: 1/√(1 − x²), inf at ±1. nan where a real x lies outside [−1, 1].

    >>> round(float(tf.asin(1.0)), 4)
    1.5708
    """


@elementwise("Acos", lambda g, _y, x: over(-g, sqrt(1.0 - square(x))), kernel=np.arccos)
def acos(x: Any) -> Any:
    """The angle between 0 and π whose cosine is x.

    Derivative: −1/√(1 − x²), −inf at ±1. nan where a real x lies outside [−1, 1].

    >>> round(float(tf.acos(-1.0)), 4)
    3.1416
    """


@elementwise("Atan", lambda g, _y, x: over(g, 1.0 + square(x)), kernel=np.arctan)
def atan(x: Any) -> Any:
    """The angle between −π/2 and π/2 whose tangent is x.

    Derivative: 1/(1 + x²). Floating point and complex; ±π/2 at ±inf.

    >>> round(float(tf.atan(1.0)), 4)
    0.7854
    """


@elementwise(
    "Atan2",
    lambda g, _y, a, b: g * (b / (square(a) + square(b))),
    lambda g, _y, a, b: g * -(a / (square(a) + square(b))),
    kernel=np.arctan2,
    allowed=frozenset("f"),
)
def atan2(y: Any, x: Any) -> Any:
    """The angle of the point (x, y) seen from the origin, between −π and π.

    Derivative: x/(x² + y²) with respect to y and −y/(x² + y²) with respect to x, nan at the origin.
    Real floating point; the two broadcast.

    >>> round(float(tf.atan2(1.0, -1.0)), 4)
    2.3562
    """


@elementwise("Sinh", lambda g, _y, x: g * cosh(x), kernel=np.sinh)
def sinh(x: Any) -> Any:
    """The hyperbolic sine (eˣ − e⁻ˣ)/2, element by element.

    Derivative: cosh x. Floating point and complex.

    >>> round(float(tf.sinh(1.0)), 4)
    1.1752
    """


@elementwise("Cosh", lambda g, _y, x: g * sinh(x), kernel=np.cosh)
def cosh(x: Any) -> Any:
    """The hyperbolic cosine (eˣ + e⁻ˣ)/2, element by element.

    Derivative: sinh x. Floating point and complex.

    >>> tf.cosh(0.0).numpy()
    np.float32(1.0)
    """


@elementwise("Asinh", lambda g, y, _x: g / cosh(y), kernel=np.arcsinh)
def asinh(x: Any) -> Any:
    """The number whose hyperbolic sine is x.

    Derivative: 1/√(1 + x²). Floating point and complex.

    >>> round(float(tf.asinh(1.0)), 4)
    0.8814
    """


@elementwise("Acosh", lambda g, y, _x: g / sinh(y), kernel=np.arccosh)
def acosh(x: Any) -> Any:
    """The number at or above 0 whose hyperbolic cosine is x.

    Derivative: 1/√(x² − 1), inf at 1. nan where a real x is less than 1.

    >>> tf.acosh(1.0).numpy()
    np.float32(0.0)
    """


@elementwise("Atanh", lambda g, _y, x: over(g, 1.0 - square(x)), kernel=np.arctanh)
def atanh(x: Any) -> Any:
    """The number whose hyperbolic tangent is x.

    Derivative: 1/(1 − x²), inf at ±1, where the value is ±inf. nan where a real x lies beyond.

    >>> round(float(tf.atanh(0.5)), 4)
    0.5493
    """
