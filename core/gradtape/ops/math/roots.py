"""Square roots and reciprocals.

Their derivatives are infinite at 0, and a cotangent of 0 stays 0 there, in every order (in
TensorFlow in the first alone). What is made of them, log and the inverse circular functions, has
that in its second derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.array.selection import one
from gradtape.ops.declaration import elementwise
from gradtape.ops.math.annihilating import product, quotient
from gradtape.runtime.recorders import state


@elementwise("Sqrt", lambda g, y, _x: quotient(g, y + y), kernel=np.sqrt)
def sqrt(x: Any) -> Any:
    """√x, element by element: nan where a real x is below 0.

    Derivative: 1/(2√x), inf at 0; a cotangent of 0 stays 0 there. Floating point and complex.

    >>> tf.sqrt([4.0, 9.0]).numpy()
    array([2., 3.], dtype=float32)
    """


@elementwise("Rsqrt", lambda g, y, _x: product(product(g, y) * -0.5, product(y, y)))
def rsqrt(x: Any) -> Any:
    """1/√x, element by element: inf at 0, nan where a real x is below.

    Derivative: −½·x^(−3/2), −inf at 0; a cotangent of 0 stays 0 there. Floating point and complex.

    >>> tf.math.rsqrt([4.0, 16.0]).numpy()
    array([0.5 , 0.25], dtype=float32)
    """
    return one(x) / np.sqrt(x)


@elementwise("Reciprocal", lambda g, y, _x: product(product(y, -g), y))
def reciprocal(x: Any) -> Any:
    """1/x, element by element: inf at 0.

    Derivative: −1/x², −inf at 0; a cotangent of 0 stays 0 there. Floating point and complex.

    >>> tf.math.reciprocal([4.0, 0.0]).numpy()
    array([0.25,  inf], dtype=float32)
    """
    return one(x) / x


def over(g: Any, x: Any) -> Any:
    """The rule g/x: one division of arrays; else what keeps a 0 in the derivatives to come."""
    bare = type(x) is np.ndarray or (state.trace is not None and state.trace.is_bare(x))
    return g / x if bare else g * reciprocal(x)
