"""Exponentials, logarithms and the functions made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.array.selection import one, select, zero
from gradtape.ops.declaration import elementwise
from gradtape.ops.math.roots import over


@elementwise("Exp", lambda g, y, _x: g * y, kernel=np.exp)
def exp(x: Any) -> Any:
    """eˣ, element by element.

    Derivative: eˣ. Floating point and complex; inf where it overflows, 0 at −inf.

    >>> round(float(tf.exp(1.0)), 4)
    2.7183
    """


@elementwise("Expm1", lambda g, y, _x: g * (y + 1.0), kernel=np.expm1)
def expm1(x: Any) -> Any:
    """eˣ − 1, exact also near 0.

    Derivative: eˣ. Floating point and complex.

    >>> tf.math.expm1(1e-8).numpy()
    np.float32(1e-08)
    """


@elementwise("Log", lambda g, _y, x: over(g, x), kernel=np.log)
def log(x: Any) -> Any:
    """The natural logarithm of x, element by element.

    Derivative: 1/x everywhere: inf at 0, where the value is −inf, and finite below 0, where the
    value is nan. Floating point and complex.

    >>> round(float(tf.math.log(2.0)), 4)
    0.6931
    """


@elementwise("Log1p", lambda g, _y, x: over(g, x + 1.0), kernel=np.log1p)
def log1p(x: Any) -> Any:
    """log(1 + x), exact also near 0.

    Derivative: 1/(1 + x). −inf at −1, nan below. Floating point and complex.

    >>> tf.math.log1p(1e-8).numpy()
    np.float32(1e-08)
    """


@elementwise("Sigmoid", lambda g, y, _x: g * (y * (1.0 - y)))
def sigmoid(x: Any) -> Any:
    """1 / (1 + e⁻ˣ), element by element.

    Derivative: y(1 − y). Between 0 and 1; neither end overflows, and the lower keeps its digits.

    >>> round(float(tf.sigmoid(-1.0)), 4)
    0.2689
    """
    if x.dtype.kind != "c":
        return 1 / (1 + np.exp(-x))
    below = x.real < 0  # of complex numbers inf/inf is nan: the exponential is kept small
    e = np.exp(np.where(below, x, -x))
    return np.where(below, e, 1) / (1 + e)


@elementwise("Tanh", lambda g, y, _x: g * (1.0 - y * y), kernel=np.tanh)
def tanh(x: Any) -> Any:
    """The hyperbolic tangent (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ), element by element.

    Derivative: 1 − y². Between −1 and 1. Floating point and complex.

    >>> round(float(tf.tanh(0.5)), 4)
    0.4621
    """


@elementwise("Softplus", lambda g, _y, x: g * sigmoid(x), allowed=frozenset("f"))
def softplus(features: Any) -> Any:
    """log(1 + eˣ) without overflow: near 0 far below, near x far above.

    Derivative: the sigmoid, ½ at 0. Real floating point.

    >>> [round(float(y), 4) for y in tf.math.softplus([-100.0, 0.0, 100.0])]
    [0.0, 0.6931, 100.0]
    """
    x = features.astype(np.float32) if features.dtype == np.float16 else features
    # NumPy's logaddexp goes number by number; these four go through the array in vectors
    y = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return y.astype(features.dtype)


def _nonzero(x: Any) -> Any:
    """1 where x is not 0, 0 where it is: the derivative of a factor that silences the other."""
    return select(x != zero(x), one(x), zero(x))


@elementwise(
    "Xlogy", lambda g, _y, a, b: g * xlogy(_nonzero(a), b), lambda g, _y, a, b: g * xdivy(a, b)
)
def xlogy(x: Any, y: Any) -> Any:
    """x·log y, and 0 where x is 0 whatever y is (also nan).

    Derivative: log y and x/y, each 0 where x is 0. Floating point and complex; the two broadcast.

    >>> tf.math.xlogy([0.0, 2.0], [0.0, 1.0]).numpy()
    array([0., 0.], dtype=float32)
    """
    silent = x == 0
    return np.where(silent, zero(x), x * np.log(np.where(silent, one(y), y)))


@elementwise(
    "Xlog1py",
    lambda g, _y, a, b: g * xlog1py(_nonzero(a), b),
    lambda g, _y, a, b: g * xdivy(a, b + 1.0),
)
def xlog1py(x: Any, y: Any) -> Any:
    """x·log(1 + y), and 0 where x is 0 whatever y is (also nan).

    Derivative: log(1 + y) and x/(1 + y), each 0 where x is 0. Floating point and complex; the two
    broadcast.

    >>> tf.math.xlog1py(2.0, 0.0).numpy()
    np.float32(0.0)
    """
    silent = x == 0
    return np.where(silent, zero(x), x * np.log1p(np.where(silent, zero(y), y)))


@elementwise(
    "Xdivy",
    lambda g, _y, a, b: g * xdivy(_nonzero(a), b),
    lambda g, _y, a, b: g * xdivy(-a, b * b),
)
def xdivy(x: Any, y: Any) -> Any:
    """x/y, and 0 where x is 0 whatever y is (also 0 or nan).

    Derivative: 1/y and −x/y², each 0 where x is 0. Floating point and complex; the two broadcast.

    >>> tf.math.xdivy([0.0, 1.0], [0.0, 2.0]).numpy()
    array([0. , 0.5], dtype=float32)
    """
    silent = x == 0
    return np.where(silent, zero(x), x / np.where(silent, one(y), y))
