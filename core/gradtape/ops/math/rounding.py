"""Rounding, and the number next to a number."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import elementwise as by_element
from gradtape.ops.array.shaping import zeros_like
from gradtape.ops.declaration import elementwise, nondifferentiable
from gradtape.primitives.op import NUMERIC

_REAL = frozenset("f")


@nondifferentiable("Floor", allowed=_REAL, batch=by_element)
def floor(x: Any) -> Any:
    """The largest whole number that is not above x; no gradient passes (None).

    >>> tf.floor([-1.5, 1.5]).numpy()
    array([-2.,  1.], dtype=float32)
    """
    return np.floor(x)


@nondifferentiable("Ceil", allowed=_REAL, batch=by_element)
def ceil(x: Any) -> Any:
    """The smallest whole number that is not below x; no gradient passes (None).

    >>> tf.math.ceil([-1.5, 1.5]).numpy()
    array([-1.,  2.], dtype=float32)
    """
    return np.ceil(x)


@nondifferentiable("Round", allowed=NUMERIC, batch=by_element)
def round(x: Any) -> Any:
    """The nearest whole number, halves to the even one; no gradient passes (None).

    >>> tf.round([0.5, 1.5, -1.2]).numpy()
    array([ 0.,  2., -1.], dtype=float32)
    """
    return np.round(x)


@nondifferentiable("Rint", allowed=_REAL, batch=by_element)
def rint(x: Any) -> Any:
    """The nearest whole number of a floating-point x, halves to the even one; no gradient (None).

    >>> tf.math.rint([0.5, 1.5, -1.2]).numpy()
    array([ 0.,  2., -1.], dtype=float32)
    """
    return np.rint(x)


@elementwise(
    "NextAfter", lambda g, _y, _a, _b: g, lambda g, _y, _a, _b: zeros_like(g),
    kernel=np.nextafter, allowed=_REAL,
)  # fmt: skip
def nextafter(x1: Any, x2: Any) -> Any:
    """The floating-point number next to x1 in the direction of x2.

    Derivative: 1 with respect to x1 and 0 with respect to x2. float32 and float64; the two
    broadcast.

    >>> float(tf.math.nextafter(1.0, 2.0)) - 1.0
    1.1920928955078125e-07
    """
