"""The error function, its complement and inverse, and the normal distribution's quantile.

|x| ≤ ½: Taylor's series. Beyond: erfc x = e^(−x²)·s(x)/(1 + 2x), where s is smooth up to infinity
and is a Chebyshev series in (x − 3)/(x + 3) (the form of Shepherd and Laframboise, Math. Comp. 36,
1981; the coefficients are our own).
"""

from __future__ import annotations

from math import factorial, pi, sqrt
from typing import Any

import numpy as np

from gradtape.ops.declaration import elementwise
from gradtape.ops.math import short_forms
from gradtape.ops.math.arithmetic import square
from gradtape.ops.math.chebyshev import in_float64, series
from gradtape.ops.math.exponential import exp

_REAL = frozenset("f")
_TAYLOR = tuple((-1) ** k * 2 / (sqrt(pi) * factorial(k) * (2 * k + 1)) for k in range(14))
_TAIL = (
    1.17756257419656, 0.005353904539615676, -0.09377550342284209, 0.05436652555744322,
    -0.018976596707845208, 0.004453426061462712, -0.0006335531710553147, 1.7661719523171593e-05,
    1.2841532864056671e-05, -2.0072285659059913e-06, -1.807522790414837e-07,
    7.549828343825093e-08, 1.885668523838603e-09, -2.699519049798364e-09,
    -1.460079119939105e-11, 1.0361607445969489e-10, 1.475715976623473e-12,
    -4.277340064396911e-12, -2.07922492859799e-13, 1.8134502003176963e-13,
    1.973425574544739e-14, -7.287943737592673e-15, -1.5169878690228116e-15,
    2.3514112258781403e-16, 1.0006111691821667e-16, -2.0572528169538546e-18,
    -5.608608218863183e-18,
)  # fmt: skip


def _near(x: Any) -> Any:
    """Erf x for |x| ≤ ½."""
    xx = x * x
    total = np.full_like(x, _TAYLOR[-1])
    for c in _TAYLOR[-2::-1]:
        total = total * xx + c
    return x * total


def _far(x: Any) -> Any:
    """Erfc x for x ≥ ½. The square is taken in two parts, so that e^(−x²) keeps all its digits."""
    high = np.floor(x * 32.0) / 32.0
    square_exponential = np.exp(-high * high) * np.exp(-(x - high) * (x + high))
    return square_exponential * series(_TAIL, (x - 3.0) / (x + 3.0)) / (1.0 + 2.0 * x)


def _erfc(x: Any) -> Any:
    size = np.minimum(np.abs(x), 30.0)
    near = size <= 0.5
    y = np.empty_like(x)
    y[near] = 1.0 - _near(size[near])
    y[~near] = _far(size[~near])
    return np.where(x < 0, 2.0 - y, y)


def _erf(x: Any) -> Any:
    size = np.minimum(np.abs(x), 30.0)
    near = size <= 0.5
    y = np.empty_like(x)
    y[near] = _near(size[near])
    y[~near] = 1.0 - _far(size[~near])
    return np.copysign(y, x)


def _quantile_of_erfc(y: Any) -> Any:
    """The x ≥ 0 with erfc x = y for 0 < y ≤ 1: a first guess, then Halley's steps on log erfc."""
    a = 0.147
    log = np.log(np.maximum(y, 1e-300)) + np.log(2.0 - y)  # log(1 − erf²)
    half = 2.0 / (pi * a) + log / 2.0
    x = np.sqrt(np.maximum(np.sqrt(half * half - log / a) - half, 0.0))
    for _ in range(4):
        found = _erfc(x)
        # −erfc′/erfc = 2/(√π·e^(x²)·erfc x), of which neither factor overflows alone
        slope = 2.0 / sqrt(pi) * np.exp(-x * x) / np.maximum(found, 1e-323)
        step = np.log(found / y) / slope
        x = np.maximum(x + step / (1.0 + step * (x - slope / 2.0)), 0.0)
    return x


def _erfinv(y: Any) -> Any:
    size = np.abs(y)
    inside = np.minimum(size, np.nextafter(1.0, 0.0))
    x = np.where(size < 0.5, 0.0, _quantile_of_erfc(1.0 - inside))
    small = np.where(size < 0.5, size, 0.0)
    start = small * sqrt(pi) / 2.0
    for _ in range(5):  # Newton with its second-order term; erf is nearly a line here
        step = (_erf(start) - small) * sqrt(pi) / 2.0 * np.exp(start * start)
        start = start - step / (1.0 + start * step)
    x = np.copysign(np.where(size < 0.5, start, x), y)
    return np.where(size == 1.0, np.copysign(np.inf, y), np.where(size > 1.0, np.nan, x))


def _ndtri(p: Any) -> Any:
    tail = np.minimum(p, 1.0 - p)
    far = sqrt(2.0) * _quantile_of_erfc(np.maximum(2.0 * tail, 5e-324))
    x = np.where(tail < 0.2, np.where(p < 0.5, -far, far), sqrt(2.0) * _erfinv(2.0 * p - 1.0))
    x = np.where(p == 0.0, -np.inf, np.where(p == 1.0, np.inf, x))
    return np.where((p < 0) | (p > 1), np.nan, x)


def _in_tail(p: Any) -> Any:
    return ~(np.minimum(p, 1.0 - p) >= 2e-8)


_SLOPE = 2.0 / sqrt(pi)


@elementwise(
    "Erf",
    lambda g, _y, x: g * exp(-square(x)) * _SLOPE,
    kernel=in_float64(_erf, short_forms.erf),
    allowed=_REAL,
)
def erf(x: Any) -> Any:
    """The error function 2/√π ∫₀ˣ e^(−t²) dt, element by element.

    Derivative: 2/√π · e^(−x²). Between −1 and 1, which it reaches at ±inf; nan stays nan. Real
    floating point; the error is at most a few units in the last place.

    >>> round(float(tf.math.erf(0.5)), 4)
    0.5205
    """


@elementwise(
    "Erfc",
    lambda g, _y, x: g * exp(-square(x)) * -_SLOPE,
    kernel=in_float64(_erfc, short_forms.erfc),
    allowed=_REAL,
)
def erfc(x: Any) -> Any:
    """The complementary error function 1 − erf x, exact where erf x is near 1.

    Derivative: −2/√π · e^(−x²). From 2 at −inf down to 0 at inf. Real floating point.

    >>> f"{float(tf.math.erfc(5.0)):.3g}"
    '1.54e-12'
    """


@elementwise(
    "Erfinv", lambda g, y, _x: g * exp(square(y)) * (1.0 / _SLOPE),
    kernel=in_float64(_erfinv, short_forms.erfinv), allowed=_REAL,
)  # fmt: skip
def erfinv(x: Any) -> Any:
    """The x with erf(x) equal to the argument, which lies in [−1, 1].

    Derivative: √π/2 · e^(y²), inf at ±1, where the value is ±inf; nan outside. Real floating point.

    >>> round(float(tf.math.erfinv(0.5)), 4)
    0.4769
    """


@elementwise(
    "Ndtri", lambda g, y, _x: g * exp(square(y) * 0.5) * sqrt(2.0 * pi),
    kernel=in_float64(_ndtri, short_forms.ndtri, _in_tail), allowed=_REAL,
)  # fmt: skip
def ndtri(x: Any) -> Any:
    """The quantile of the standard normal distribution: the z below which a share x of it lies.

    Derivative: √(2π) · e^(z²/2). −inf at 0, inf at 1, nan outside [0, 1]. Real floating point.

    >>> round(float(tf.math.ndtri(0.975)), 4)
    1.96
    """
