"""Exponentials, logarithms, circular and hyperbolic functions, with TensorFlow's signatures."""

from __future__ import annotations

from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.functions.public import binary, unary
from gradtape.ops.math import exponential, trigonometric
from gradtape.tensors.tensor import EagerTensor

exp = unary(exponential.exp)
expm1 = unary(exponential.expm1)
log = unary(exponential.log)
log1p = unary(exponential.log1p)
sigmoid = unary(exponential.sigmoid)
softplus = unary(exponential.softplus, "features")
tanh = unary(exponential.tanh)
xlogy = binary(exponential.xlogy)
xlog1py = binary(exponential.xlog1py)
xdivy = binary(exponential.xdivy)

sin = unary(trigonometric.sin)
cos = unary(trigonometric.cos)
tan = unary(trigonometric.tan)
asin = unary(trigonometric.asin)
acos = unary(trigonometric.acos)
atan = unary(trigonometric.atan)
atan2 = binary(trigonometric.atan2, "y", "x")
sinh = unary(trigonometric.sinh)
cosh = unary(trigonometric.cosh)
asinh = unary(trigonometric.asinh)
acosh = unary(trigonometric.acosh)
atanh = unary(trigonometric.atanh)


def log_sigmoid(x: Any, name: str | None = None) -> EagerTensor:
    """log(1 / (1 + e⁻ˣ)) = −softplus(−x), without overflow or loss of digits.

    Derivative: 1 − sigmoid(x). Real floating point.

    >>> [round(float(y), 4) for y in tf.math.log_sigmoid([-100.0, 0.0])]
    [-100.0, -0.6931]
    """
    return -exponential.softplus(-convert_operand(x))
