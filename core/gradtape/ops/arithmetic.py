"""Sums, products, quotients, powers and what else algebra is made of."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from gradtape.derivatives import elementwise, nondifferentiable
from gradtape.errors import InvalidArgumentError
from gradtape.ops.exponential import log
from gradtape.ops.select import keep, one, zero
from gradtape.registry import NUMERIC, REAL


@elementwise(
    "AddV2",
    lambda g, _y, _a, _b: g,
    lambda g, _y, _a, _b: g,
    kernel=operator.add,
    allowed=NUMERIC | {"O"},
)
def add(a: Any, b: Any) -> Any:
    """a + b, element by element; of text, one after the other."""


@elementwise(
    "Sub", lambda g, _y, _a, _b: g, lambda g, _y, _a, _b: -g, kernel=operator.sub, allowed=NUMERIC
)
def subtract(a: Any, b: Any) -> Any:
    """a − b, element by element."""


@elementwise(
    "Mul",
    lambda g, _y, _a, b: g * b,
    lambda g, _y, a, _b: g * a,
    kernel=operator.mul,
    allowed=NUMERIC,
)
def multiply(a: Any, b: Any) -> Any:
    """a · b, element by element."""


@elementwise(
    "RealDiv", lambda g, _y, _a, b: g / b, lambda g, y, _a, b: -g * y / b, kernel=operator.truediv
)
def divide(a: Any, b: Any) -> Any:
    """a / b of floating-point numbers; a/0 is ±inf, 0/0 is nan."""


def _power_of(g: Any, y: Any, a: Any, _b: Any) -> Any:
    positive = a != 0 if np.dtype(_numpy(a)).kind == "c" else a > 0
    return g * y * keep(positive, log(_safe(positive, a)))


def _numpy(x: Any) -> Any:
    return getattr(x.dtype, "as_numpy_dtype", x.dtype)


def _safe(positive: Any, a: Any) -> Any:
    from gradtape.ops.select import select

    return select(positive, a, one(a))


@elementwise("Pow", lambda g, _y, a, b: g * b * a ** (b - one(b)), _power_of, allowed=NUMERIC)
def power(a: Any, b: Any) -> Any:
    """aᵇ; with respect to b the derivative is 0 where a ≤ 0, as in TensorFlow."""
    if isinstance(b, np.generic) and a.dtype.kind == "f":
        if b == 2:
            return a * a
        if b == 1:
            return a
    if a.dtype.kind in "iu" and np.any(np.asarray(b) < 0):
        raise InvalidArgumentError(
            "Integers to negative integer powers are not allowed [Op:Pow]. Use floating-point numbers."
        )
    return a**b


@elementwise("Neg", lambda g, _y, _x: -g, kernel=operator.neg, allowed=NUMERIC)
def negative(x: Any) -> Any:
    """−x."""


@elementwise("Square", lambda g, _y, x: g * (x + x), allowed=NUMERIC)
def square(x: Any) -> Any:
    """x²."""
    return x * x


@elementwise("Sqrt", lambda g, y, _x: g / (y + y), kernel=np.sqrt)
def sqrt(x: Any) -> Any:
    """√x: nan below 0; the derivative 1/(2√x) is inf at 0."""


@elementwise("Rsqrt", lambda g, y, _x: g * (y * y * y) * -0.5)
def rsqrt(x: Any) -> Any:
    """1/√x: inf at 0, where the derivative is −inf."""
    return one(x) / np.sqrt(x)


@elementwise("Reciprocal", lambda g, y, _x: -g * (y * y))
def reciprocal(x: Any) -> Any:
    """1/x: inf at 0, where the derivative is −inf."""
    return one(x) / x


@elementwise(
    "SquaredDifference",
    lambda g, _y, a, b: g * (a - b) * 2.0,
    lambda g, _y, a, b: g * (a - b) * -2.0,
    allowed=NUMERIC,
)
def squared_difference(a: Any, b: Any) -> Any:
    """(a − b)²; for complex numbers conj(a − b)·(a − b)."""
    d = a - b
    return d.conj() * d if d.dtype.kind == "c" else d * d


@elementwise(
    "Maximum", lambda g, _y, a, b: keep(a >= b, g), lambda g, _y, a, b: keep(a < b, g), allowed=REAL,
    kernel=np.maximum,
)  # fmt: skip
def maximum(a: Any, b: Any) -> Any:
    """The larger of a and b; where they are equal the whole gradient goes to a."""


@elementwise(
    "Minimum", lambda g, _y, a, b: keep(a <= b, g), lambda g, _y, a, b: keep(a > b, g), allowed=REAL,
    kernel=np.minimum,
)  # fmt: skip
def minimum(a: Any, b: Any) -> Any:
    """The smaller of a and b; where they are equal the whole gradient goes to a."""


@nondifferentiable("FloorDiv", allowed=REAL)
def floordiv(a: Any, b: Any) -> Any:
    """⌊a / b⌋; a division of integers by 0 is an error."""
    _refuse_zero(b)
    return np.floor_divide(a, b)


@elementwise(
    "FloorMod",
    lambda g, _y, _a, _b: g,
    lambda g, _y, a, b: -g * floordiv(a, b),
    allowed=REAL,
)
def floormod(a: Any, b: Any) -> Any:
    """a − b·⌊a / b⌋, which has the sign of b; a division of integers by 0 is an error."""
    _refuse_zero(b)
    return np.mod(a, b)


def _refuse_zero(b: Any) -> None:
    if b.dtype.kind in "iu" and not np.all(b):
        raise InvalidArgumentError(
            "Integer division by zero. Mask the zeros first, or use floating point."
        )


@elementwise(
    "DivNoNan",
    lambda g, _y, _a, b: divide_no_nan(g, b),
    lambda g, _y, a, b: -g * divide_no_nan(divide_no_nan(a, b), b),
)
def divide_no_nan(a: Any, b: Any) -> Any:
    """a / b, and 0 where b is 0."""
    zeros = b == 0
    return np.where(zeros, zero(a), a / np.where(zeros, one(b), b))


@elementwise(
    "MulNoNan",
    lambda g, _y, _a, b: multiply_no_nan(g, b),
    lambda g, _y, a, _b: multiply_no_nan(a, g),
)
def multiply_no_nan(a: Any, b: Any) -> Any:
    """a · b, and 0 where b is 0 even if a is inf or nan."""
    return np.where(b == 0, zero(a), a * b)
