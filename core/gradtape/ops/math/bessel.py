"""Modified Bessel functions of the first kind, of orders 0 and 1, divided by e^|x|.

|x| ≤ 30: the integrals I₀(x) = 1/π ∫ cosh(x·cos θ) dθ and I₁(x) = 1/π ∫ cos θ·sinh(x·cos θ) dθ by
the trapezoidal rule, whose error for a periodic function falls faster than any power of the number
of points: 64 of them on the circle leave nothing but rounding. Beyond: the asymptotic series
(Abramowitz and Stegun, 9.7.1).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.array.selection import select
from gradtape.ops.array.shaping import ones_like, zeros_like
from gradtape.ops.declaration import elementwise
from gradtape.ops.math.chebyshev import in_float64
from gradtape.ops.math.comparison import equal
from gradtape.ops.math.complex_numbers import sign

_REAL = frozenset("f")
#: the circle's points in one quarter; in the others the integrands are the same
_COSINES = np.cos((np.arange(16) + 0.5) * np.pi / 32)
_FAR, _TERMS = 30.0, 30


def _series(x: Any, order: int) -> Any:
    """√(2πx)·e^(−x)·I(x) for large x: 1 − (µ − 1)/8x + (µ − 1)(µ − 9)/2!(8x)² − …, µ = 4·order²."""
    total, term = np.ones_like(x), np.ones_like(x)
    for k in range(1, _TERMS):
        term = term * ((2 * k - 1) ** 2 - 4 * order * order) / (8 * k * x)
        total += term
    return total / np.sqrt(2 * np.pi * x)


def _scaled(x: Any, order: int) -> Any:
    size = np.abs(x)
    far = size > _FAR
    near = np.where(far, 0.0, size)
    total = np.zeros_like(x)
    for c in _COSINES:
        grown, fallen = np.exp(near * (c - 1)), -np.expm1(-2 * near * c)
        total += grown * (2 - fallen) if order == 0 else c * (grown * fallen)
    y = total / (2 * len(_COSINES))
    if far.any():
        y[far] = _series(size[far], order)
        y[np.isinf(size)] = 0.0
    return np.copysign(y, x) if order else y


@in_float64
def _i0e(x: Any) -> Any:
    return _scaled(x, 0)


@in_float64
def _i1e(x: Any) -> Any:
    return _scaled(x, 1)


@elementwise(
    "BesselI0e", lambda g, y, x: g * (bessel_i1e(x) - sign(x) * y), allowed=_REAL, kernel=_i0e
)
def bessel_i0e(x: Any) -> Any:
    """y = e^(−|x|)·I₀(x). Derivative: i1e(x) − sign(x)·y.

    >>> tf.math.bessel_i0e([0.0, 1.0]).numpy()
    array([1.       , 0.4657596], dtype=float32)
    """


def _i1e_rule(g: Any, y: Any, x: Any) -> Any:
    at_zero = equal(x, zeros_like(x))
    slope = bessel_i0e(x) - y * (sign(x) + ones_like(x) / select(at_zero, ones_like(x), x))
    return g * select(at_zero, ones_like(x) * 0.5, slope)


@elementwise("BesselI1e", _i1e_rule, allowed=_REAL, kernel=_i1e)
def bessel_i1e(x: Any) -> Any:
    """y = e^(−|x|)·I₁(x). Derivative: i0e(x) − y·(sign(x) + 1/x) (taken as ½ at 0).

    >>> tf.math.bessel_i1e([0.0, 1.0]).numpy()
    array([0.        , 0.20791042], dtype=float32)
    """
