"""Circular and hyperbolic functions and their inverses, for real and complex numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.derivatives import elementwise
from gradtape.ops.arithmetic import sqrt, square


@elementwise("Sin", lambda g, _y, x: g * cos(x), kernel=np.sin)
def sin(x: Any) -> Any:
    """The sine of x, in radians, element by element.

    Derivative: cos x. Floating point and complex; nan at ±inf.

    >>> tf.sin([0.0, 1.0]).numpy()
    array([0.       , 0.8414710], dtype=float32)
    """


@elementwise("Cos", lambda g, _y, x: g * -sin(x), kernel=np.cos)
def cos(x: Any) -> Any:
    """The cosine of x, in radians, element by element.

    Derivative: −sin x. Floating point and complex; nan at ±inf.

    >>> tf.cos([0.0, 1.0]).numpy()
    array([1.       , 0.5403023], dtype=float32)
    """


@elementwise("Tan", lambda g, y, _x: g * (1.0 + y * y), kernel=np.tan)
def tan(x: Any) -> Any:
    """The tangent of x, in radians, element by element.

    Derivative: 1 + tan² x. Floating point and complex; nan at ±inf.

    >>> tf.tan(0.5).numpy()
    np.float32(0.5463025)
    """


@elementwise("Asin", lambda g, _y, x: g / sqrt(1.0 - square(x)), kernel=np.arcsin)
def asin(x: Any) -> Any:
    """The angle between −π/2 and π/2 whose sine is x.

    Derivative: 1/√(1 − x²), inf at ±1. nan where a real x lies outside [−1, 1].

    >>> tf.asin(1.0).numpy()
    np.float32(1.5707964)
    """


@elementwise("Acos", lambda g, _y, x: -g / sqrt(1.0 - square(x)), kernel=np.arccos)
def acos(x: Any) -> Any:
    """The angle between 0 and π whose cosine is x.

    Derivative: −1/√(1 − x²), −inf at ±1. nan where a real x lies outside [−1, 1].

    >>> tf.acos(-1.0).numpy()
    np.float32(3.1415927)
    """


@elementwise("Atan", lambda g, _y, x: g / (1.0 + square(x)), kernel=np.arctan)
def atan(x: Any) -> Any:
    """The angle between −π/2 and π/2 whose tangent is x.

    Derivative: 1/(1 + x²). Floating point and complex; ±π/2 at ±inf.

    >>> tf.atan(1.0).numpy()
    np.float32(0.7853982)
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

    >>> tf.atan2(1.0, -1.0).numpy()
    np.float32(2.3561945)
    """


@elementwise("Sinh", lambda g, _y, x: g * cosh(x), kernel=np.sinh)
def sinh(x: Any) -> Any:
    """The hyperbolic sine (eˣ − e⁻ˣ)/2, element by element.

    Derivative: cosh x. Floating point and complex.

    >>> tf.sinh(1.0).numpy()
    np.float32(1.1752012)
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

    >>> tf.asinh(1.0).numpy()
    np.float32(0.8813736)
    """


@elementwise("Acosh", lambda g, y, _x: g / sinh(y), kernel=np.arccosh)
def acosh(x: Any) -> Any:
    """The number at or above 0 whose hyperbolic cosine is x.

    Derivative: 1/√(x² − 1), inf at 1. nan where a real x is less than 1.

    >>> tf.acosh(1.0).numpy()
    np.float32(0.0)
    """


@elementwise("Atanh", lambda g, _y, x: g / (1.0 - square(x)), kernel=np.arctanh)
def atanh(x: Any) -> Any:
    """The number whose hyperbolic tangent is x.

    Derivative: 1/(1 − x²), inf at ±1, where the value is ±inf. nan where a real x lies beyond.

    >>> tf.atanh(0.5).numpy()
    np.float32(0.54930615)
    """
