"""The error function, the gamma function and their kin, with TensorFlow's signatures."""

from __future__ import annotations

import math
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.public import binary, unary
from gradtape.ops.math import error_function, gamma_function
from gradtape.ops.math.reductions import reduce_sum
from gradtape.tensors.tensor import EagerTensor

erf = unary(error_function.erf)
erfc = unary(error_function.erfc)
erfinv = unary(error_function.erfinv)
ndtri = unary(error_function.ndtri)
lgamma = unary(gamma_function.lgamma)
digamma = unary(gamma_function.digamma)
polygamma = binary(gamma_function.polygamma, "a", "x")
zeta = binary(gamma_function.zeta, "x", "q")


def erfcinv(x: Any, name: str | None = None) -> EagerTensor:
    """The y with erfc(y) = x, for 0 ≤ x ≤ 2.

    Derivative: −√π/2 · e^(y²). inf at 0, −inf at 2, nan outside. Real floating point.

    >>> round(float(tf.math.erfcinv(0.5)), 4)
    0.4769
    """
    half = convert_operand(x) * 0.5
    return ndtri(half) * -math.sqrt(0.5)


def lbeta(x: Any, name: str | None = None) -> EagerTensor:
    """log |B(x)| = Σ log Γ(xₖ) − log Γ(Σ xₖ) along the last axis.

    Derivative: ψ(xₖ) − ψ(Σ xₖ). An empty axis gives −inf. Real floating point.

    Raises: InvalidArgumentError for a scalar.

    >>> round(float(tf.math.lbeta([1.0, 2.0])), 5)
    -0.69315
    """
    x = convert_operand(x)
    if not x._value.shape:
        raise InvalidArgumentError(
            "Invalid reduction dimension (-1 for input with 0 dimension(s): lbeta takes at least a "
            "vector [Op:Sum]"
        )
    parts = reduce_sum(gamma_function.lgamma(x), axis=(-1,), keepdims=False)
    return parts - gamma_function.lgamma(reduce_sum(x, axis=(-1,), keepdims=False))
