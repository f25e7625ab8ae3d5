"""The special functions where the answer is a float32 or a float16: computed in float64, in short.

An approximation to ten digits, rounded once, is the exact value rounded, but for one number in a
hundred or so that lies close to the middle between two; and it takes a third of the steps of the
forms that are exact in float64 (`error_function.py`, `gamma_function.py`). The rational functions
interpolate the exact ones, computed with sixty digits, at Chebyshev's nodes.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

#: erf √t / √t for 0 ≤ t ≤ 16, to 3·10⁻¹¹
_ERF = ((
    1.128379167063563, 0.19483845406410154, 0.058499486033346192, 0.0049051068180916452,
    0.00055601794715601454, 2.4230302526961945e-5, 1.1718738265862798e-6, 8.7659082940641535e-9,
    -1.6799982290001493e-11,
), (
    1.0, 0.50600441652774533, 0.12051196345387829, 0.017726763500947979, 0.0017685900954890147,
    0.00012261362116880901, 5.6936715692489937e-6, 1.4844849520775553e-7,
))  # fmt: skip
#: e^(x²) erfc x for 0 ≤ x ≤ 10.2, to 4·10⁻¹¹
_SCALED_ERFC = ((
    1.0000000000000016, 1.6639521018238486, 1.3542235564938672, 0.66413635176208127,
    0.20520471598443895, 0.038040942492161738, 0.0033774038789253513,
), (
    1.0, 2.7923312689353187, 3.505031985579237, 2.5790629932030581, 1.210872122089465,
    0.36670858431580767, 0.067425830028410395, 0.0059862922842523397,
))  # fmt: skip
#: erf⁻¹ y / y with s² = −log(1 − y²), for 0 ≤ s ≤ 4.1, to 6·10⁻¹⁰
_INVERSE = ((
    0.88622692550048796, -0.4975975685351267, 0.36555137464948203, -0.09552686973620054,
    0.029399136876348917, 0.0060079659861726311, -0.0040735688253362649, 0.0023901986568305168,
    -0.00051315931450295472, 9.0254855905864201e-5,
), (
    1.0, -0.56147872161829102, 0.15068097549322823, 0.039205780294322836, -0.019311584841476335,
    0.0038334478781841167, 0.0011643624595538285, -0.00040553719927866106, 8.6695580883099248e-5,
))  # fmt: skip
#: log Γ(z) − (z − ½) log z + z − ½ log 2π = Σ cₖ z^(−1−2k), for z ≥ 7
_STIRLING = 1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188
#: log z − 1/(2z) − ψ(z) = Σ cₖ z^(−2−2k), for z ≥ 7
_ASYMPTOTIC = 1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132
_HALF_LOG_TWO_PI = 0.9189385332046728
_SHIFT = 7  # x + 7 is large enough for the series, whatever the x ≥ 0


def _polynomial(coefficients: tuple[float, ...], t: Any) -> Any:
    total = t * coefficients[-1]
    for c in coefficients[-2:0:-1]:
        total += c
        total *= t
    total += coefficients[0]
    return total


def _ratio(form: tuple[tuple[float, ...], tuple[float, ...]], t: Any) -> Any:
    y = _polynomial(form[0], t)
    y /= _polynomial(form[1], t)
    return y


def erf(x: Any) -> Any:
    """Erf x, which a float32 cannot tell from 1 above 4."""
    clipped = np.clip(x, -4.0, 4.0)
    y = _ratio(_ERF, clipped * clipped)
    y *= clipped
    return y


def erfc(x: Any) -> Any:
    """Erfc x, which is 0 in float32 above 10.2."""
    size = np.minimum(np.abs(x), 10.2)
    y = _ratio(_SCALED_ERFC, size)
    size *= size
    np.negative(size, out=size)
    y *= np.exp(size, out=size)
    sign = np.copysign(1.0, x)
    y *= sign
    y += 1.0 - sign  # 2 − y of negative numbers
    return y


def erfinv(y: Any) -> Any:
    """The inverse of erf on numbers of 24 bits."""
    rest = (1.0 - y) * (1.0 + y)
    x = _ratio(_INVERSE, np.sqrt(-np.log(rest)))
    x *= y
    edge = rest <= 0.0
    if edge.any():
        x = np.where(edge, np.where(rest == 0.0, np.copysign(np.inf, y), np.nan), x)
    return x


def ndtri(p: Any) -> Any:
    """√2 erf⁻¹(2p − 1) for 2·10⁻⁸ ≤ p ≤ 1 − 2·10⁻⁸."""
    rest = 1.0 - p
    rest *= p
    rest *= 4.0
    x = _ratio(_INVERSE, np.sqrt(-np.log(rest)))
    x *= 2.0 * p - 1.0
    x *= sqrt(2.0)
    return x


def lgamma_positive(x: Any) -> Any:
    """Log Γ(x) for x ≥ 0: Stirling's series at x + 7, less the logarithm of x (x + 1) … (x + 6)."""
    product = x + 1.0
    product *= x
    for k in range(2, _SHIFT):
        product *= x + float(k)
    z = x + float(_SHIFT)
    inverse = 1.0 / z
    y = _polynomial(_STIRLING, inverse * inverse)
    y *= inverse
    y += _HALF_LOG_TWO_PI
    y -= z
    z -= 0.5
    z *= np.log(x + float(_SHIFT))
    y += z
    y -= np.log(product)
    y[x == np.inf] = np.inf
    return y


def digamma_positive(x: Any) -> Any:
    """ψ(x) for x ≥ 0: the asymptotic series at x + 7, less 1/x + 1/(x + 1) + … + 1/(x + 6)."""
    z = x + float(_SHIFT)
    inverse = 1.0 / z
    y = np.log(z)
    y -= 0.5 * inverse
    inverse *= inverse
    y -= _polynomial(_ASYMPTOTIC, inverse) * inverse
    for k in range(_SHIFT):
        y -= 1.0 / (x + float(k))
    return y
