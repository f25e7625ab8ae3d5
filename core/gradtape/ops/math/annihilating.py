"""Products and quotients in which 0 wins, also against infinity and nan.

A gradient is linear in its cotangent, so of a cotangent 0 it is 0, even where the derivative is
infinite: rules made of these two say so in every order of derivative and in both modes. A mask
would say it for the first derivative alone: it hides the derivative by what it masks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.array.selection import zero
from gradtape.ops.declaration import elementwise


def _unless_zero(y: Any, *factors: Any) -> Any:
    """The result y, with 0 for what nan came of a factor 0."""
    unknown = y != y
    if unknown.any():
        for x in factors:
            y = np.where(x == 0, zero(y), y)
    return y


@elementwise(
    "AnnihilatingMul",
    lambda g, _y, _a, b: product(g, b),
    lambda g, _y, a, _b: product(g, a),
)
def product(a: Any, b: Any) -> Any:
    """a · b, and 0 where either is 0, whatever the other is; the two broadcast.

    Derivative: b with respect to a and a with respect to b (0 where the cotangent is 0).
    """
    return _unless_zero(a * b, a, b)


@elementwise(
    "AnnihilatingDiv",
    lambda g, _y, _a, b: quotient(g, b),
    lambda g, y, _a, b: -product(quotient(g, b), y),
)
def quotient(a: Any, b: Any) -> Any:
    """a / b, and 0 where a is 0, whatever b is; the two broadcast.

    Derivative: 1/b with respect to a and −a/b² with respect to b (0 where the cotangent is 0).
    """
    return _unless_zero(a / b, a)
