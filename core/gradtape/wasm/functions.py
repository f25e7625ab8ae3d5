"""Exponentials, logarithms and what is made of them, of vectors of float32.

The formulas and polynomials are those of the WebGPU kernels (`gradtape_webgpu/wgsl/`), whose errors
hold here too: every step is one operation, rounded once, so that all browsers give the same bits.
Both branches of a choice are computed.
"""

from __future__ import annotations

import struct

from gradtape.wasm.lanes import Lanes, either

_EXP = (0.5, 0.16666666, 0.041666348, 0.0083333915, 0.0013941653, 0.00019845957)
_EXP_SHORT = (0.49999994, 0.16666518, 0.041668415, 0.008369, 0.0013814011)
_LOG = (
    0.3333331, -0.2500001, 0.20002194, -0.16668051, 0.14217898, -0.12403307, 0.11899021,
    -0.11695716, 0.06746432,
)  # fmt: skip
_ERF_NEAR = (
    0.12837917, -0.37612632, 0.11283664, -0.026857706, 0.005196952, -0.00080977025, 8.185091e-05,
)  # fmt: skip
_ERF_TAIL = (
    1.253008, -0.1356211, -0.0475623, 0.12964511, -0.11927352, 0.068308994, -0.023771781,
    0.0025221992, 0.0018929396, -0.00075446995, -0.00010841933, 8.5471765e-05,
)  # fmt: skip
#: 355/512, and ln 2 less that
_LN2_HIGH, _LN2_LOW = 0.693359375, -2.1219444e-4
_LOG2_E, _WHOLE = 1.442695, 12582912.0
INFINITY = float("inf")
NAN = float("nan")


def _word(bits: int) -> int:
    """A word of 32 bits as a signed number."""
    return int(struct.unpack("<i", struct.pack("<I", bits))[0])


_SIGN, _SIZE = _word(0x80000000), 0x7FFFFFFF


def horner(x: Lanes, coefficients: tuple[float, ...]) -> Lanes:
    """The polynomial c₀ + c₁x + c₂x² + …, from the inside out."""
    *rest, last = coefficients
    y = x * last
    for c in reversed(rest[1:]):
        y = (y + c).let() * x
    return (y + rest[0]).let()


def size_of(x: Lanes) -> Lanes:
    """|x|."""
    return x.do("size")


def with_sign_of(size: Lanes, x: Lanes) -> Lanes:
    """|size| with the sign of x."""
    return (size_of(size).bits("i32x4") | (x.bits("i32x4") & _SIGN)).bits("f32x4")


def is_nan(x: Lanes) -> Lanes:
    """Where x is nan."""
    return x.differs(x)


def or_nan(y: Lanes, x: Lanes) -> Lanes:
    """Y, and x where that is nan."""
    return either(is_nan(x), x, y)


def at_most(x: Lanes, bound: float) -> Lanes:
    """The smaller of x and the bound; nan stays."""
    return either(x > bound, bound, x)


def at_least(x: Lanes, bound: float) -> Lanes:
    """The larger of x and the bound; nan stays."""
    return either(x < bound, bound, x)


def power_of_two(n: Lanes) -> Lanes:
    """2ⁿ for −126 ≤ n ≤ 127."""
    return ((n + 127) << 23).bits("f32x4")


def _reduced(x: Lanes) -> tuple[Lanes, Lanes, Lanes]:
    """x = n·ln 2 + r + rest: (r, rest, a number whose low bits are n)."""
    shifted = (x * _LOG2_E + _WHOLE).let()
    minus_n = (_WHOLE - shifted).let()
    high = (x + minus_n * _LN2_HIGH).let()
    low = (minus_n * _LN2_LOW).let()
    r = (high + low).let()
    return r, (high - r + low).let(), shifted


def _bend(r: Lanes) -> Lanes:
    """eʳ − 1 − r for |r| ≤ 0.35."""
    return r * r * horner(r, _EXP)


def _parts(x: Lanes) -> tuple[Lanes, Lanes]:
    """eˣ = 2ⁿ·eʳ for −88 ≤ x ≤ 0 and nan: (eʳ − 1, 2ⁿ)."""
    shifted = (x * _LOG2_E + _WHOLE).let()
    minus_n = (_WHOLE - shifted).let()
    r = (x + minus_n * _LN2_HIGH + minus_n * _LN2_LOW).let()
    power = ((shifted.bits("i32x4") << 23) + 0x3F800000).bits("f32x4").let()
    return (r * r * horner(r, _EXP_SHORT) + r).let(), power


def _n_of(shifted: Lanes) -> Lanes:
    return shifted.bits("i32x4") - 0x4B400000


def _scaled_a_little(x: Lanes, n: Lanes) -> Lanes:
    """x·2ⁿ for |n| ≤ 190, in two steps, of which the second alone may leave the range."""
    n = n.let()
    second = either(n > 64, 64, either(n < -64, -64, 0, "i32x4")).let()
    return x * power_of_two(n - second) * power_of_two(second)


def _shifted(x: Lanes, rest: Lanes | None, shift: int) -> Lanes:
    """e^(x + rest)·2^shift, for a rest much smaller than x."""
    clear = at_least(at_most(x, 90.0).let(), -105.0).let()
    r, below, shifted = _reduced(clear)
    first = (r + 1.0).let()
    lost = (r - (first - 1.0)).let()
    bend = _bend(r).let()
    slope = (first + bend).let()
    small = below if rest is None else below + rest
    y = (first + (lost + (bend + small * slope))).let()
    scaled = _scaled_a_little(y, _n_of(shifted) + shift).let()
    return or_nan(either(x > 89.9, INFINITY, scaled), x)


def exponential(x: Lanes) -> Lanes:
    """eˣ."""
    return either(x > 88.72284, INFINITY, _shifted(x, None, 0))


def exponential_less_one(x: Lanes) -> Lanes:
    """eˣ − 1, near 0 too."""
    r, rest, shifted = _reduced(at_least(at_most(x, 89.0).let(), -20.0).let())
    core = (r + (rest + _bend(r))).let()
    half_unit = power_of_two(_n_of(shifted) - 1).let()
    y = ((core * half_unit + (half_unit - 0.5)) * 2.0).let()
    tiny = (size_of(x) < 2.0**-25).let()
    return or_nan(either(tiny, x, either(x > 88.72284, INFINITY, y)), x)


def _core(f: Lanes, rest: Lanes | None, e: Lanes) -> Lanes:
    """log(1 + f) + rest + e·ln 2 for 1 + f in [√½, √2]."""
    square = (f * f).let()
    low = e * _LN2_LOW
    tail = (f * square * horner(f, _LOG) + (low if rest is None else low + rest)).let()
    return f + (tail - square * 0.5) + e * _LN2_HIGH


def _log_parts(x: Lanes) -> tuple[Lanes, Lanes]:
    """(m − 1, e) with x = m·2ᵉ and m in [√½, √2], for 0 < x < ∞."""
    given = x.bits("i32x4").let()
    tiny = (given < 0x00800000).let()
    bits = either(tiny, given.do("converted").bits("i32x4"), given).let()
    e = ((bits - 0x3F3504F4) & _word(0xFF800000)).let()
    m = (bits - e).bits("f32x4")
    lowered = either(tiny, 149.0, 0.0)
    return (m - 1.0).let(), (e.do("converted") * 1.1920929e-7 - lowered).let()


def logarithm(x: Lanes) -> Lanes:
    """log x; −∞ at 0 and nan below."""
    f, e = _log_parts(x)
    y = either(x < 0.0, NAN, _core(f, None, e).let())
    y = either(x.equals(0.0), -INFINITY, y)
    return or_nan(either(x.equals(INFINITY), x, y), x)


def logarithm_of_one_plus(x: Lanes) -> Lanes:
    """log(1 + x), near 0 too."""
    near = ((x > -0.29289) & (x < 0.41421)).let()
    total = (x + 1.0).let()
    part = (total - 1.0).let()
    lost = ((1.0 - (total - part)) + (x - part)).let()
    f, e = _log_parts(total)
    rest = either(near, 0.0, lost / total).let()
    y = _core(either(near, x, f).let(), rest, either(near, 0.0, e).let()).let()
    y = either(x <= -1.0, either(x.equals(-1.0), -INFINITY, NAN), y)
    itself = (x.equals(INFINITY) | (size_of(x) < 2.0**-25)).let()
    return or_nan(either(itself, x, y), x)


def hyperbolic_tangent(x: Lanes) -> Lanes:
    """tanh x: with t = e^(−2|x|) − 1 it is −t/(t + 2), for every size alike."""
    more, power = _parts((at_most(size_of(x).let(), 10.0) * -2.0).let())
    t = (more * power + (power - 1.0)).let()
    return with_sign_of((t / (t + 2.0)).let(), x)


def sigmoid(x: Lanes) -> Lanes:
    """1/(1 + e⁻ˣ)."""
    more, power = _parts((-at_most(size_of(x).let(), 88.0)).let())
    small = ((more + 1.0) * power).let()
    return either(x.bits("i32x4") < 0, small, 1.0) / (small + 1.0)


def softplus(x: Lanes) -> Lanes:
    """log(1 + eˣ)."""
    small = logarithm_of_one_plus(exponential((-size_of(x)).let()).let()).let()
    return or_nan(either(x.bits("i32x4") < 0, small, x + small), x)


def error_function(x: Lanes) -> Lanes:
    """erf x: near 0 x + x·P(x²), elsewhere 1 less e^(−x²)·S(t)/(1 + 2x), t = (x − 3)/(x + 3)."""
    z = (x * x).let()
    near = (x + x * horner(z, _ERF_NEAR)).let()
    near = either(size_of(x) < 1e-4, x * 1.1283792, near).let()
    size = at_most(size_of(x).let(), 4.5).let()
    square, lost = _exact_square(size)
    t = ((size - 3.0) / (size + 3.0)).let()
    tail = _shifted((-square).let(), -lost, 0).let()
    far = (1.0 - tail * (horner(t, _ERF_TAIL) / (size * 2.0 + 1.0))).let()
    return or_nan(either(size < 0.95, near, with_sign_of(far, x)), x)


def _exact_square(a: Lanes) -> tuple[Lanes, Lanes]:
    """a·a as a sum of two numbers."""
    product = (a * a).let()
    high = (a.bits("i32x4") & _word(0xFFFFF000)).bits("f32x4").let()
    low = (a - high).let()
    cross = (high * low).let()
    return product, (((high * high - product) + cross) + cross + low * low).let()


def sigmoid_cross_entropy(x: Lanes, z: Lanes) -> Lanes:
    """max(x, 0) − x·z + log(1 + e^−|x|)."""
    linear = (rectified(x) - x * z).let()
    return linear + logarithm_of_one_plus(exponential((-size_of(x)).let()).let())


def rectified(x: Lanes) -> Lanes:
    """max(x, 0)."""
    return either(x < 0.0, 0.0, x)


def rectified_six(x: Lanes) -> Lanes:
    """min(max(x, 0), 6)."""
    return at_most(rectified(x).let(), 6.0)


def exponential_linear(x: Lanes) -> Lanes:
    """x, and below 0 eˣ − 1."""
    return either(x < 0.0, exponential_less_one(x).let(), x)


def scaled_exponential_linear(x: Lanes) -> Lanes:
    """1.0507… times x, and below 0 times 1.6732… (eˣ − 1)."""
    return either(x < 0.0, exponential_less_one(x).let() * 1.7580993, x * 1.050701)


def larger(a: Lanes, b: Lanes) -> Lanes:
    """The larger of the two; nan where either is, a where they are equal."""
    return either((a >= b) | is_nan(a), a, b)


def smaller(a: Lanes, b: Lanes) -> Lanes:
    """The smaller of the two; nan where either is, a where they are equal."""
    return either((a <= b) | is_nan(a), a, b)


def where_positive(g: Lanes, y: Lanes) -> Lanes:
    """G where y > 0, else 0."""
    return either(y > 0.0, g, 0.0)


def where_inside_six(g: Lanes, y: Lanes) -> Lanes:
    """G where 0 < y < 6, else 0."""
    return either((y > 0.0) & (y < 6.0), g, 0.0)
