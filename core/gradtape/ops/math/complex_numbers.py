"""Casts, absolute values, and the parts of complex numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import elementwise as by_element
from gradtape.errors import UnimplementedError
from gradtape.ops.array.shaping import zeros_like
from gradtape.ops.declaration import custom, elementwise, linear
from gradtape.ops.math.arithmetic import divide_no_nan
from gradtape.primitives.op import FLOATING, REAL

_COMPLEX = frozenset("c")


def _dtype(x: Any) -> Any:
    return np.dtype(getattr(x.dtype, "as_numpy_dtype", x.dtype))


def _cast_rule(g: Any, _y: Any, x_like: Any, *, dtype: Any) -> Any:
    return cast(g, dtype=_dtype(x_like)) if _dtype(x_like).kind in "fc" else None


@linear("Cast", _cast_rule, batch=by_element, structural=True)
def cast(x: Any, *, dtype: Any) -> Any:
    """x in another dtype; towards integers the fraction is dropped.

    Derivative: g in the dtype of x.
    """
    if "O" in (x.dtype.kind, np.dtype(dtype).kind):
        raise UnimplementedError(
            "Cast between text and numbers is not supported [Op:Cast]. Use tf.strings.to_number or "
            "tf.strings.as_string."
        )
    if np.dtype(dtype).kind != "c" and x.dtype.kind == "c":
        x = x.real
    return x.astype(dtype)


@elementwise("Sign", lambda g, _y, _x: zeros_like(g), allowed=REAL, kernel=np.sign)
def sign(x: Any) -> Any:
    """−1, 0 or 1 as x is below, at or above 0, of real numbers. Derivative: 0, also at 0."""


@elementwise("Abs", lambda g, _y, x: g * sign(x), allowed=REAL, kernel=np.abs)
def absolute(x: Any) -> Any:
    """|x| of real numbers. Derivative: sign x (also 0 at 0)."""


def _modulus_rule(g: Any, y: Any, x: Any) -> Any:
    return cast(g, dtype=_dtype(x)) * divide_no_nan(x, cast(y, dtype=_dtype(x)))


@custom("ComplexAbs", _modulus_rule, batch=by_element, allowed=_COMPLEX)
def modulus(x: Any) -> Any:
    """|x| of a complex number. Derivative: g·x/y (taken as 0 at 0)."""
    return np.abs(x)


@linear("Conj", lambda g, _y, _x: conj(g), batch=by_element, allowed=FLOATING, structural=True)
def conj(x: Any) -> Any:
    """The complex conjugate. Derivative: the conjugate of g."""
    return np.conj(x)


def conj_if_complex(x: Any) -> Any:
    """The complex conjugate; real values as they are."""
    return conj(x) if _dtype(x).kind == "c" else x


@custom(
    "Real", lambda g, _y, x_like: make_complex(g, zeros_like(g)), batch=by_element, allowed=_COMPLEX
)
def real(x: Any) -> Any:
    """The real part. Derivative: g as a complex number."""
    return np.real(x).copy()


@custom(
    "Imag", lambda g, _y, x_like: make_complex(zeros_like(g), g), batch=by_element, allowed=_COMPLEX
)
def imag(x: Any) -> Any:
    """The imaginary part. Derivative: i·g."""
    return np.imag(x).copy()


@custom(
    "Complex", lambda g, _y, _a, _b: real(g), lambda g, _y, _a, _b: imag(g), batch=by_element,
    allowed=frozenset("f"),
)  # fmt: skip
def make_complex(a: Any, b: Any) -> Any:
    """a + ib.

    Derivative: the real part of g with respect to a and the imaginary part of g with respect to b.
    """
    return a + np.result_type(a.dtype, np.complex64).type(1j) * b


def _angle_rule(g: Any, _y: Any, x: Any) -> Any:
    a, b = real(x), imag(x)
    square = a * a + b * b
    return make_complex(-g * b / square, g * a / square)


@custom("Angle", _angle_rule, batch=by_element, allowed=_COMPLEX)
def angle(x: Any) -> Any:
    """The argument of a complex number, between −π and π. Derivative: g·i·x/|x|² (nan at 0)."""
    return np.angle(x).astype(np.zeros(0, x.dtype).real.dtype)[()]
