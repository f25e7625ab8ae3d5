"""The error function, the gamma function and their kin, with TensorFlow's signatures."""

from __future__ import annotations

import math
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.public import binary, unary
from gradtape.ops.math import bessel, error_function, gamma_function
from gradtape.ops.math.complex_numbers import absolute
from gradtape.ops.math.exponential import exp
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
bessel_i0e = unary(bessel.bessel_i0e)
bessel_i1e = unary(bessel.bessel_i1e)


def bessel_i0(x: Any, name: str | None = None) -> EagerTensor:
    """The modified Bessel function of the first kind of order 0, I₀(x), element-wise.

    Derivative: I₁(x). From |x| ≈ 91 on (float32) it is infinite, where `bessel_i0e` is not. Real
    floating point.

    >>> round(float(tf.math.bessel_i0(1.0)), 4)
    1.2661
    """
    x = convert_operand(x)
    return exp(absolute(x)) * bessel.bessel_i0e(x)


def bessel_i1(x: Any, name: str | None = None) -> EagerTensor:
    """The modified Bessel function of the first kind of order 1, I₁(x), element-wise.

    Derivative: I₀(x) − I₁(x)/x, ½ at 0. Otherwise as `tf.math.bessel_i0`.

    >>> round(float(tf.math.bessel_i1(1.0)), 4)
    0.5652
    """
    x = convert_operand(x)
    return exp(absolute(x)) * bessel.bessel_i1e(x)


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
