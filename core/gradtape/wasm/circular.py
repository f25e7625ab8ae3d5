"""Sine and cosine of vectors of float32, for |x| ≤ `BOUND`.

x = quarter·π/2 + r + rest with |r| ≤ π/4, found in float64, whose product of `quarter` and the
first 33 bits of π/2 is exact. The polynomials are those of the WebGPU kernels.
"""

from __future__ import annotations

from gradtape.wasm.functions import horner, or_nan, size_of
from gradtape.wasm.instructions import Code
from gradtape.wasm.lanes import Lanes, either

#: larger angles, and infinite ones, are left to NumPy
BOUND = 2.0**20
_SINE = (-0.16666667, 0.008333329, -0.00019839304, 2.7180463e-06)
_COSINE = (0.041666646, -0.001388731, 2.4432411e-05)
_HALF_PI, _HALF_PI_REST = 1.57079632673412561417, 6.07710050650619224932e-11
_TWO_OVER_PI = 0.63661977236758134308
#: added to a float64 it rounds to an integer, which its low bits then are
_WHOLE = 6755399441055744.0


def _quarter_turns(x: Lanes) -> tuple[Lanes, Lanes, Lanes]:
    """(r, rest, the quarter in the low bits)."""
    halves = [
        x.each(lambda a: a.do("promoted")).let(),
        x.each(lambda a: a.shuffled(a, (2, 3, 2, 3)).do("promoted")).let(),
    ]
    counted = [(half * _TWO_OVER_PI + _WHOLE).let() for half in halves]
    rests = []
    for half, count in zip(halves, counted, strict=True):
        whole = (count - _WHOLE).let()
        rests.append((half - whole * _HALF_PI - whole * _HALF_PI_REST).let())
    short = [rest.do("demoted").let() for rest in rests]
    lost = [
        (rest - number.do("promoted")).do("demoted")
        for rest, number in zip(rests, short, strict=True)
    ]

    def joined(low: Code, high: Code) -> Code:
        return low.shuffled(high, (0, 1, 4, 5))

    quarter = counted[0].each(lambda a, b: a.shuffled(b, (0, 2, 4, 6)), counted[1])
    return (
        short[0].each(joined, short[1]).let(),
        lost[0].each(joined, lost[1]).let(),
        quarter.bits("i32x4").let(),
    )


def _sine_core(r: Lanes, rest: Lanes, z: Lanes) -> Lanes:
    return r + (r * z * horner(z, _SINE) + rest)


def _cosine_core(r: Lanes, rest: Lanes, z: Lanes) -> Lanes:
    half = (z * 0.5).let()
    near = (1.0 - half).let()
    return near + ((1.0 - near - half) + (z * z * horner(z, _COSINE) - r * rest))


def _turned(x: Lanes, ahead: int) -> Lanes:
    """sin(x + ahead·π/2)."""
    r, rest, quarter = _quarter_turns(x)
    quarter = (quarter + ahead).let() if ahead else quarter
    z = (r * r).let()
    sine, cosine = _sine_core(r, rest, z).let(), _cosine_core(r, rest, z).let()
    odd = (quarter & 1).equals(1)
    sign = (quarter & 2) << 30
    return (either(odd, cosine, sine).bits("i32x4") ^ sign).bits("f32x4")


def sine(x: Lanes) -> Lanes:
    """The sine of x."""
    y = _turned(x, 0).let()
    return or_nan(either(size_of(x) < 2.0**-13, x, y), x)


def cosine(x: Lanes) -> Lanes:
    """The cosine of x."""
    return or_nan(_turned(x, 1).let(), x)
