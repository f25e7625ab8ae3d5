"""Sums, products, quotients, powers and what else algebra is made of."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from gradtape.dispatch.batching import elementwise as by_element
from gradtape.dispatch.refusals import check_same
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.ops.array.selection import logical_not, masked, one, select, zero
from gradtape.ops.declaration import custom, elementwise, nondifferentiable, total
from gradtape.ops.math.exponential import log
from gradtape.primitives.op import NUMERIC, REAL
from gradtape.primitives.registry import REGISTRY


@elementwise(
    "AddV2",
    lambda g, _y, _a, _b: g,
    lambda g, _y, _a, _b: g,
    kernel=operator.add,
    allowed=NUMERIC | {"O"},
)
def add(a: Any, b: Any) -> Any:
    """x + y, element by element, with broadcasting; of text, one after the other.

    Derivative: 1 with respect to each. Any numeric dtype, the same for both.

    >>> tf.add([1.0, 2.0], 3.0).numpy()
    array([4., 5.], dtype=float32)
    """


@elementwise(
    "Sub", lambda g, _y, _a, _b: g, lambda g, _y, _a, _b: -g, kernel=operator.sub, allowed=NUMERIC
)
def subtract(a: Any, b: Any) -> Any:
    """x − y, element by element, with broadcasting.

    Derivative: 1 with respect to x, −1 with respect to y. Any numeric dtype, the same for both.

    >>> tf.subtract([1.0, 2.0], 3.0).numpy()
    array([-2., -1.], dtype=float32)
    """


@elementwise(
    "Mul",
    lambda g, _y, _a, b: g * b,
    lambda g, _y, a, _b: g * a,
    kernel=operator.mul,
    allowed=NUMERIC | {"b"},
)
def multiply(a: Any, b: Any) -> Any:
    """x · y, element by element, with broadcasting.

    Derivative: y with respect to x, x with respect to y. Any numeric dtype, the same for both; of
    truth values "and".

    >>> tf.multiply([1.0, 2.0], 3.0).numpy()
    array([3., 6.], dtype=float32)
    """


@elementwise(
    "RealDiv", lambda g, _y, _a, b: g / b, lambda g, y, _a, b: -g * y / b, kernel=operator.truediv
)
def divide(a: Any, b: Any) -> Any:
    """a / b of floating-point numbers; a/0 is ±inf, 0/0 is nan.

    Derivative: 1/b with respect to a and −a/b² with respect to b.
    """


def _power_of(g: Any, y: Any, a: Any, _b: Any) -> Any:
    positive = a != 0 if np.dtype(_numpy(a)).kind == "c" else a > 0
    return g * y * masked(positive, log(_safe(positive, a)))


def _numpy(x: Any) -> Any:
    return getattr(x.dtype, "as_numpy_dtype", x.dtype)


def _safe(positive: Any, a: Any) -> Any:
    return select(positive, a, one(a))


_SIGNED = NUMERIC - {"u"}


@elementwise("Pow", lambda g, _y, a, b: g * b * a ** (b - one(b)), _power_of, allowed=_SIGNED)
def power(a: Any, b: Any) -> Any:
    """xʸ, element by element, with broadcasting.

    Derivative: y·xʸ⁻¹ with respect to x (nan for 0⁰, inf for 0 to a power between 0 and 1), and
    xʸ·log x with respect to y, taken as 0 where x ≤ 0. A negative x to a fractional power is nan.

    Raises: InvalidArgumentError for an integer to a negative power.

    >>> tf.pow([2.0, 3.0], 2.0).numpy()
    array([4., 9.], dtype=float32)
    """
    if a.dtype.kind == "f" and not getattr(b, "ndim", 0):
        if b == 2:
            return a * a
        if b == 1:
            return a
        if b == 0.5 and a.ndim:  # NumPy takes the root, which is −0 of −0 and nan of −∞
            root = np.sqrt(a) + a.dtype.type(0)
            if (endless := a == -np.inf).any():
                root[endless] = np.inf
            return root
    if a.dtype.kind in "iu" and np.any(np.asarray(b) < 0):
        raise InvalidArgumentError(
            "Integers to negative integer powers are not allowed [Op:Pow]. Use floating-point "
            "numbers."
        )
    return a**b


@elementwise("Neg", lambda g, _y, _x: -g, kernel=operator.neg, allowed=_SIGNED)
def negative(x: Any) -> Any:
    """−x, element by element.

    Derivative: −1. Any numeric dtype but the unsigned ones.

    >>> tf.negative([1.0, -2.0]).numpy()
    array([-1.,  2.], dtype=float32)
    """


@elementwise("Square", lambda g, _y, x: g * (x + x), allowed=NUMERIC)
def square(x: Any) -> Any:
    """x², element by element.

    Derivative: 2x. Any numeric dtype.

    >>> tf.square([3.0, -2.0]).numpy()
    array([9., 4.], dtype=float32)
    """
    return x * x


@elementwise(
    "SquaredDifference",
    lambda g, _y, a, b: g * (a - b) * 2.0,
    lambda g, _y, a, b: g * (a - b) * -2.0,
    allowed=REAL,
)
def squared_difference(a: Any, b: Any) -> Any:
    """(x − y)² of real numbers, element by element, with broadcasting.

    Derivative: 2(x − y) with respect to x and −2(x − y) with respect to y.
    """
    if a.dtype.kind == "u" or (a.dtype.kind == "i" and a.dtype.itemsize < 4):
        raise InvalidArgumentError(
            f"Value for attr 'T' of {a.dtype} is not in the list of allowed values: bfloat16, "
            "half, float, double, int32, int64, complex64, complex128 [Op:SquaredDifference]: a "
            "square soon leaves it. Use tf.cast(x, tf.int32)."
        )
    d = a - b
    return d * d


@elementwise(
    "Maximum",
    lambda g, _y, a, b: masked(a >= b, g),
    lambda g, _y, a, b: masked(logical_not(a >= b), g),
    kernel=np.maximum,
    allowed=REAL,
)
def maximum(a: Any, b: Any) -> Any:
    """The larger of x and y, element by element, with broadcasting; nan where either is.

    Derivative: 1 for the larger, 0 for the other; where they are equal x takes it all, so that
    maximum(x, 0) has slope 1 at 0 and maximum(0, x) slope 0. Real dtypes.

    >>> tf.maximum([-1.0, 2.0], 0.0).numpy()
    array([0., 2.], dtype=float32)
    """


@elementwise(
    "Minimum",
    lambda g, _y, a, b: masked(a <= b, g),
    lambda g, _y, a, b: masked(logical_not(a <= b), g),
    kernel=np.minimum,
    allowed=REAL,
)
def minimum(a: Any, b: Any) -> Any:
    """The smaller of x and y, element by element, with broadcasting; nan where either is.

    Derivative: 1 for the smaller, 0 for the other; where they are equal x takes it all. Real
    dtypes.

    >>> tf.minimum([-1.0, 2.0], 0.0).numpy()
    array([-1.,  0.], dtype=float32)
    """


@nondifferentiable("FloorDiv", allowed=REAL, batch=by_element)
def floordiv(a: Any, b: Any) -> Any:
    """⌊x / y⌋, element by element, with broadcasting; no gradient passes (None).

    Of floats it is the quotient, rounded to the dtype, that is cut off: 1 // 0.1 is 10, where
    Python, which cuts off the exact quotient, has 9.

    Raises: InvalidArgumentError for integers divided by 0.

    >>> tf.math.floordiv([-3, 3], 2).numpy()
    array([-2,  1], dtype=int32)
    """
    if a.dtype != b.dtype:
        check_same(REGISTRY["FloorDiv"], (a, b))
    _refuse_zero(b)
    return np.floor(a / b) if a.dtype.kind == "f" else np.floor_divide(a, b)


@elementwise(
    "FloorMod",
    lambda g, _y, _a, _b: g,
    lambda g, _y, a, b: -g * floordiv(a, b),
    allowed=REAL,
)
def floormod(a: Any, b: Any) -> Any:
    """x − y·⌊x / y⌋, element by element, with broadcasting; it has the sign of y.

    Derivative: 1 with respect to x and −⌊x / y⌋ with respect to y. Real dtypes.

    Raises: InvalidArgumentError for integers divided by 0.

    >>> tf.math.floormod([-3.0, 3.0], 2.0).numpy()
    array([1., 1.], dtype=float32)
    """
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
    """x / y, and 0 where y is 0 (also for 0/0), with broadcasting.

    Derivative: 1/y and −x/y², each 0 where y is 0. Floating point and complex.

    >>> tf.math.divide_no_nan([1.0, 1.0], [0.0, 2.0]).numpy()
    array([0. , 0.5], dtype=float32)
    """
    zeros = b == 0
    return np.where(zeros, zero(a), a / np.where(zeros, one(b), b))


@elementwise(
    "MulNoNan",
    lambda g, _y, _a, b: multiply_no_nan(g, b),
    lambda g, _y, a, _b: multiply_no_nan(a, g),
)
def multiply_no_nan(a: Any, b: Any) -> Any:
    """x · y, and 0 where y is 0 even if x is inf or nan, with broadcasting.

    Derivative: y with respect to x, and x with respect to y (0 where the cotangent is 0).

    >>> tf.math.multiply_no_nan([np.inf, 2.0], [0.0, 3.0]).numpy()
    array([0., 6.], dtype=float32)
    """
    return np.where(b == 0, zero(a), a * b)


@custom(
    "AddN", pullback=lambda g, _y, *_xs: (g,) * len(_xs), batch=by_element, allowed=NUMERIC,
    jvp=lambda tangents, _y, _xs, _params: total(tangents),
)  # fmt: skip
def add_n(*xs: Any) -> Any:
    """The sum of the inputs, which have one shape and dtype. Derivative: 1 with respect to each."""
    if len({x.dtype for x in xs}) > 1:
        raise InvalidArgumentError(
            f"AddN takes inputs of one dtype, got {', '.join(str(x.dtype) for x in xs)}. Use "
            "tf.cast."
        )
    if len({x.shape for x in xs}) > 1:
        shapes = ", ".join(shape_text(x.shape) for x in xs)
        raise InvalidArgumentError(
            f"Inputs to operation AddN must have the same size and shape, got {shapes}: there is "
            "no broadcasting here; use x + y for it. [Op:AddN]"
        )
    y = xs[0].copy()
    for x in xs[1:]:
        y = y + x
    return y
