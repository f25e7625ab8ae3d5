"""Normal numbers of 64 bits: ln, sin and cos by the four operations, rounded as if exact.

Every quantity that matters is carried as a pair of float64s, an approximation and what it lacks
(Dekker 1971, A floating-point technique for extending the available precision), so a result differs
from the exact one, rounded, less than once in a thousand. The tables are made at first use by
Python's `decimal`. Nothing here depends on the machine's C library; TensorFlow's 64-bit normal
numbers do, and about one in 600 of them lies one or two units in the last place away from these.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["cos_sin_float64", "log_float64", "normal_pair_float64"]

Array = np.ndarray[Any, Any]

_DIGITS = 50
_PI = "3.14159265358979323846264338327950288419716939937510582"
_TWO_PI = 6.283185307179586
_SMALLEST = 1e-7  # stands for u = 0, whose logarithm does not exist
_CHUNK = 1 << 12
_LOG_STEPS = 128  # intervals per unit for the logarithm
_ARC_STEPS = 32  # intervals in half a turn


def normal_pair_float64(blocks: Array) -> Array:
    """Two normal numbers for each row of four uint32 words, float64 of shape (n, 2)."""
    out = np.empty((len(blocks), 2))
    for start in range(0, len(blocks), _CHUNK):
        words = blocks[start : start + _CHUNK].astype(np.uint64)
        mantissa = (words[:, 0::2] & np.uint64(0xFFFFF)) << np.uint64(32) | words[:, 1::2]
        uniform = (mantissa | np.uint64(0x3FF0000000000000)).view(np.float64) - 1.0
        radius = np.sqrt(-2.0 * log_float64(np.maximum(uniform[:, 0], _SMALLEST)))
        cos, sin = cos_sin_float64(uniform[:, 1] * _TWO_PI)
        out[start : start + _CHUNK, 0] = sin * radius
        out[start : start + _CHUNK, 1] = cos * radius
    return out


def log_float64(u: Array) -> Array:
    """ln u for float64 numbers 1e-7 ≤ u < 1.

    u = 2ᵏ z with z near 1, and z ≈ 1/a for an entry a of the table:
    ln u = k ln 2 − ln a + ln(1 + r) with r = a z − 1, |r| < 1/128.
    """
    z, k = np.frexp(u)
    small = z < 0.703125
    z, k = np.where(small, z + z, z), k - small
    inverses, log_high, log_low, ln2_high, ln2_low = _log_tables()
    row = ((z - 0.6875) * _LOG_STEPS + 0.5).astype(np.intp)
    inverse = inverses.take(row)
    z_high, z_low = _halves(z)
    r, rest = _sum(z_high * inverse - 1.0, z_low * inverse)  # exact: the entries are short
    r_high, r_low = _halves(r)
    square_high = r_high * r_high  # exact
    square_low = (r_low + rest) * (r + r_high)
    series = r / 7.0 - 1.0 / 6.0
    for n in (5, 4, 3):
        series = series * r + (1.0 if n % 2 else -1.0) / n
    high, low = _sum(k * ln2_high, log_high.take(row))
    high, more = _sum(high, r)
    low += more
    high, more = _sum(high, -0.5 * square_high)
    low += more
    low += rest - 0.5 * square_low + r * r * r * series + (k * ln2_low + log_low.take(row))
    return high + low


def cos_sin_float64(angle: Array) -> tuple[Array, Array]:
    """The pair (cos, sin) of float64 angles in [0, 2π].

    The angle is n π/32 + r with |r| ≤ π/64; the addition theorems join table and series.
    """
    step, cos_table, sin_table = _arc_tables()
    n = np.rint(angle / step[0])
    r, rest = _sum(angle - n * step[0], -(n * step[1]))
    rest -= n * step[2]
    square = r * r
    cubic = ((square / 362880 - 1 / 5040) * square + 1 / 120) * square - 1 / 6
    sine_rest = rest + r * square * cubic
    even = ((square / 40320 - 1 / 720) * square + 1 / 24) * square - 0.5
    versine = square * even - r * rest
    row = n.astype(np.intp)
    c, c_low = cos_table[0].take(row), cos_table[1].take(row)
    s, s_low = sin_table[0].take(row), sin_table[1].take(row)
    product, error = _product(c, r)
    high, low = _sum(s, product)
    sin = high + (low + (error + s_low + c_low * r + (c * sine_rest + s * versine)))
    product, error = _product(s, r)
    high, low = _sum(c, -product)
    cos = high + (low - (error - c_low + s_low * r + (s * sine_rest - c * versine)))
    return cos, sin


# -- pairs of float64s


def _halves(x: Array) -> tuple[Array, Array]:
    """x = high + low, each of at most 26 significant bits."""
    scaled = x * 134217729.0  # 2²⁷ + 1
    high = scaled - (scaled - x)
    return high, x - high


def _sum(a: Array, b: Array) -> tuple[Array, Array]:
    """The rounded a + b and the exact error."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _product(a: Array, b: Array) -> tuple[Array, Array]:
    """The rounded a · b and the exact error."""
    product = a * b
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


# -- tables; `decimal` is imported where they are made, as few programs need it


def _split(values: list[Decimal]) -> tuple[Array, Array]:
    from decimal import Decimal

    high = np.array([float(v) for v in values])
    rests = (v - Decimal(h) for v, h in zip(values, high.tolist(), strict=True))
    return high, np.array([float(rest) for rest in rests])


def _short(value: Decimal, bits: int) -> float:
    """`value` rounded to `bits` places after the binary point."""
    return float((value * 2**bits).to_integral_value()) / 2.0**bits


@cache
def _log_tables() -> tuple[Array, Array, Array, float, float]:
    from decimal import Decimal, localcontext

    with localcontext() as context:
        context.prec = _DIGITS
        centres = [Decimal("0.6875") + Decimal(i) / _LOG_STEPS for i in range(95)]
        inverses = [_short(1 / c, 10) for c in centres]
        high, low = _split([-Decimal(a).ln() for a in inverses])
        ln2 = Decimal(2).ln()
        ln2_high = _short(ln2, 40)  # k · ln2_high is exact
        return np.array(inverses), high, low, ln2_high, float(ln2 - Decimal(ln2_high))


@cache
def _arc_tables() -> tuple[tuple[float, float, float], tuple[Array, Array], tuple[Array, Array]]:
    from decimal import Decimal, localcontext

    with localcontext() as context:
        context.prec = _DIGITS
        step = Decimal(_PI) / _ARC_STEPS
        first = _short(step, 36)
        second = _short(step - Decimal(first), 72)
        third = float(step - Decimal(first) - Decimal(second))
        quarter = _ARC_STEPS // 2
        sines = [_sine(step * i) for i in range(quarter + 1)]
        wave = sines[:-1] + sines[:0:-1] + [-s for s in sines[:-1]] + [-s for s in sines[:0:-1]]
        wave = [*wave, wave[0]]
        cosines = [wave[(i + quarter) % (2 * _ARC_STEPS)] for i in range(2 * _ARC_STEPS + 1)]
        return (first, second, third), _split(cosines), _split(wave)


def _sine(x: Decimal) -> Decimal:
    term = total = x
    for n in range(3, 60, 2):
        term *= -x * x / (n * (n - 1))
        total += term
    return total
