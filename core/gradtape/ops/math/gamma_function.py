"""log |Γ|, its derivatives ψ, ψ′, …, and Hurwitz's zeta function, which gives all of those.

Between 1 and 3 (1 and 2 for ψ) a Chebyshev series over the factors that make the zeros exact; above
10 Stirling's series; between them recurrence, and below 0 reflection.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import pi
from typing import Any

import numpy as np

from gradtape.ops.array.selection import one, select
from gradtape.ops.declaration import elementwise
from gradtape.ops.math import short_forms
from gradtape.ops.math.arithmetic import multiply
from gradtape.ops.math.chebyshev import in_float64, series

_REAL = frozenset("f")
#: log Γ(x) / ((x − 1)(x − 2)) for 1 ≤ x ≤ 3
_LOG_GAMMA = (
    0.44148902545501423, -0.11119580321752523, 0.01951044826068884, -0.003922461463025264,
    0.0008478989895953857, -0.00019153855341365593, 4.454470184975607e-05,
    -1.05728743735943e-05, 2.5474336873408417e-06, -6.208535880776316e-07,
    1.5268677399071546e-07, -3.782637660291326e-08, 9.428100823624284e-09,
    -2.361999702184645e-09, 5.943541905817546e-10, -1.501312977072867e-10,
    3.8050196458110534e-11, -9.672485299656325e-12, 2.465348198355661e-12,
    -6.298868140791711e-13, 1.6128460030283787e-13, -4.137949206814042e-14,
    1.0635701227757898e-14, -2.7382420786652826e-15, 7.060670507214892e-16,
    -1.8232177141662118e-16, 4.714169006756272e-17, -1.2204107319639856e-17,
    3.1630451661790255e-18,
)  # fmt: skip
#: ψ(x) / (x − root) for 1 ≤ x ≤ 2; the root is the sum of two floats
_DIGAMMA = (
    0.983570260441567, -0.2270640863346444, 0.03336889902393011, -0.005320077271596548,
    0.0008788656937820505, -0.00014773492650606044, 2.5060543468359146e-05,
    -4.2721034029993324e-06, 7.302769272465923e-07, -1.2502886813559594e-07,
    2.1425009322359472e-08, -3.673295918565179e-09, 6.299717236108931e-10,
    -1.080593028883266e-10, 1.853735192053638e-11, -3.18023536582553e-12,
    5.456147570322795e-13, -9.360993131036438e-14, 1.606064636295075e-14,
    -2.7555431377438815e-15, 4.727736178601912e-16, -8.11148420346509e-17,
    1.391707769474154e-17,
)  # fmt: skip
_ROOT, _ROOT_REST = 1.4616321449683622, 9.549995429965697e-17
#: Bernoulli's numbers B₂, B₄, …
_BERNOULLI = (
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798,
    -174611 / 330, 854513 / 138, -236364091 / 2730,
)  # fmt: skip
_HALF_LOG_TWO_PI = 0.9189385332046728


def _beyond_whole(x: Any) -> Any:
    """x less the whole number next to it, exactly: sin πx is ± the sine of π times this."""
    return np.where(np.isfinite(x), x - np.rint(x), np.nan)


def _cotangent_pi(x: Any) -> Any:
    near = pi * _beyond_whole(x)
    return np.cos(near) / np.sin(near)


def _lgamma_positive(x: Any) -> Any:
    large = np.maximum(x, 10.0)
    inverse = 1.0 / large
    tail = np.zeros_like(x)
    for k in range(7, -1, -1):
        tail = tail * inverse * inverse + _BERNOULLI[k] / ((2 * k + 1) * (2 * k + 2))
    stirling = (large - 0.5) * np.log(large) - large + _HALF_LOG_TWO_PI + tail * inverse
    z, product = np.minimum(x, 10.0), np.ones_like(x)
    for _ in range(7):
        above = z > 3.0
        z = np.where(above, z - 1.0, z)
        product = np.where(above, product * z, product)
    below = z < 1.0
    divisor = np.where(below, z, 1.0)
    zeros = np.where(below, z * (z - 1.0), (z - 1.0) * (z - 2.0))  # of the argument shifted below
    small = series(_LOG_GAMMA, np.where(below, z - 1.0, z - 2.0)) * zeros
    small = small + np.log(product) - np.log(divisor)
    return np.where(np.isinf(x), np.inf, np.where(x > 10.0, stirling, small))


def _lgamma(x: Any, positive: Callable[[Any], Any] = _lgamma_positive) -> Any:
    y = positive(np.abs(x))
    negative = x < 0
    if np.any(negative):
        below = np.where(negative, x, -0.5)
        sine = np.abs(np.sin(pi * _beyond_whole(below)))
        reflected = np.log(pi) - np.log(-below) - np.log(sine) - y
        y = np.where(negative, np.where(x == np.floor(x), np.inf, reflected), y)
    return y


def _digamma_positive(x: Any) -> Any:
    large = np.maximum(x, 10.0)
    inverse = 1.0 / (large * large)
    tail = np.zeros_like(x)
    for k in range(7, -1, -1):
        tail = (tail + _BERNOULLI[k] / (2 * k + 2)) * inverse
    asymptotic = np.log(large) - 0.5 / large - tail
    w, total = np.minimum(x, 10.0), np.zeros_like(x)
    for _ in range(8):
        above = w > 2.0
        w = np.where(above, w - 1.0, w)
        total = np.where(above, total + 1.0 / w, total)
    below = w < 1.0
    total = np.where(below, -1.0 / np.where(below, w, 1.0), total)
    w = np.where(below, w + 1.0, w)
    small = series(_DIGAMMA, 2.0 * w - 3.0) * ((w - _ROOT) - _ROOT_REST) + total
    return np.where(x > 10.0, asymptotic, small)


def _digamma(x: Any, positive: Callable[[Any], Any] = _digamma_positive) -> Any:
    negative = x < 0.0
    if np.any(negative):
        y = positive(np.where(negative, 1.0 - x, x))
        y = np.where(negative, y - pi * _cotangent_pi(x), y)
    else:
        y = positive(x)
    return np.where((x <= 0) & (x == np.floor(x)), np.nan, y)


_short_lgamma = partial(_lgamma, positive=short_forms.lgamma_positive)
_short_digamma = partial(_digamma, positive=short_forms.digamma_positive)


def _near_lgamma_zero(x: Any) -> Any:
    return np.abs(np.abs(x - 1.5) - 0.5) < 0.01


def _near_digamma_zero(x: Any) -> Any:
    return np.abs(x - _ROOT) < 0.01


def _zeta(s: Any, q: Any) -> Any:
    """Σₖ (q + k)^(−s): terms up to k = 11, then Euler's and Maclaurin's formula."""
    fraction = np.where(np.isfinite(q), q - np.floor(q), 0.0)
    whole = fraction == 0
    below = (q < 0) & ~whole & (s == np.floor(s))
    y = _zeta_positive(s, np.where(below, fraction, q))
    if np.any(below):
        sign = np.where(s % 2 == 0, 1.0, -1.0)
        part = np.where(below, fraction, 0.5)
        left = _zeta_positive(s, 1.0 - part) - _zeta_positive(s, np.where(below, 1.0 - q, 1.0))
        y = np.where(below, y + sign * left, y)
    y = np.where((q < 0) & ~whole & ~below, np.nan, y)
    pole = (q <= 0) & whole  # of the same sign from both sides for even s alone
    y = np.where(pole, np.where(s % 2 == 0, np.inf, np.nan), y)
    y = np.where((q == np.inf) & (s > 1), 0.0, y)
    y = np.where(s < 1, np.nan, y)
    y = np.where(s == np.inf, np.where(q > 1, 0.0, np.where(q == 1, 1.0, np.inf)), y)
    return np.where(s == 1, np.inf, np.where(np.isnan(s) | np.isnan(q), np.nan, y))


def _zeta_positive(s: Any, q: Any) -> Any:
    q = np.where(q > 0, q, 1.0)
    total = np.zeros_like(q)
    for k in range(12):
        total = total + (q + k) ** -s
    a = q + 12.0
    power = a**-s
    total = total + power * a / np.where(s == 1, 1.0, s - 1.0) + power / 2.0
    factor = s * power / a
    scale = 2.0
    for k, bernoulli in enumerate(_BERNOULLI):
        total = total + bernoulli / scale * factor
        factor = factor * (s + 2 * k + 1) * (s + 2 * k + 2) / (a * a)
        scale *= (2 * k + 3) * (2 * k + 4)
    return total


def _polygamma(n: Any, x: Any) -> Any:
    positive = np.maximum(n, 1.0)
    sign = np.where(n % 2 == 0, -1.0, 1.0)
    y = sign * np.exp(_lgamma(positive + 1.0)) * _zeta(positive + 1.0, x)
    exact = np.where((n < 0) | (n != np.floor(n)), np.nan, y)
    return np.where(n == 0, _digamma(x), exact)


def _ones(x: Any) -> Any:
    return select(x == x, one(x), one(x))


@elementwise(
    "Lgamma",
    lambda g, _y, x: g * digamma(x),
    kernel=in_float64(_lgamma, _short_lgamma, _near_lgamma_zero),
    allowed=_REAL,
)
def lgamma(x: Any) -> Any:
    """log |Γ(x)|, element by element.

    Derivative: ψ(x), the digamma function. inf at 0, −1, −2, …, where the derivative is nan. Real
    floating point; the error is a few units in the last place of the value, and for negative x of
    the terms of the reflection formula.

    >>> round(float(tf.math.lgamma(5.0)), 4)
    3.1781
    """


@elementwise(
    "Digamma", lambda g, _y, x: g * polygamma(_ones(x), x),
    kernel=in_float64(_digamma, _short_digamma, _near_digamma_zero), allowed=_REAL,
)  # fmt: skip
def digamma(x: Any) -> Any:
    """ψ(x) = Γ′(x)/Γ(x), element by element.

    Derivative: ψ′(x), the trigamma function. nan at 0, −1, −2, …. Real floating point.

    >>> round(float(tf.math.digamma(1.0)), 4)
    -0.5772
    """


@elementwise(
    "Polygamma", None, lambda g, _y, n, x: g * polygamma(n + 1.0, x),
    kernel=in_float64(_polygamma), allowed=_REAL,
)  # fmt: skip
def polygamma(a: Any, x: Any) -> Any:
    """The a-th derivative of ψ at x, for a = 0, 1, 2, … held as floating-point numbers.

    Derivative: ∂/∂x is the polygamma function of order a + 1; a has none (None). At 0, −1, …
    inf for odd a and nan for even a; nan also where a is negative or no whole number.

    >>> round(float(tf.math.polygamma(1.0, 1.0)), 5)  # π²/6
    1.64493
    """


@elementwise(
    "Zeta", None, lambda g, _y, s, q: multiply(-g * s, zeta(s + 1.0, q)),
    kernel=in_float64(_zeta), allowed=_REAL,
)  # fmt: skip
def zeta(x: Any, q: Any) -> Any:
    """Hurwitz's zeta function Σₖ (q + k)^(−x) for all k from 0 on.

    Derivative: ∂/∂q is −x·ζ(x + 1, q); x has none (None). inf for x = 1, nan for x < 1; at
    q = 0, −1, … inf for even x and nan for others; at other negative q nan unless x is whole.

    >>> round(float(tf.math.zeta(2.0, 1.0)), 5)  # π²/6
    1.64493
    """
