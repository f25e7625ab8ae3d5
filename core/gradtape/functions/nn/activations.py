"""Activations and softmax."""

from __future__ import annotations

import math
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.public import unary
from gradtape.ops.array.shaping import concat
from gradtape.ops.math.arithmetic import negative
from gradtape.ops.math.complex_numbers import cast
from gradtape.ops.math.error_function import erfc
from gradtape.ops.math.exponential import sigmoid, tanh
from gradtape.ops.nn import activations
from gradtape.ops.nn import softmax as softmax_ops
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor

relu = unary(activations.relu, "features")
relu6 = unary(activations.relu6, "features")
elu = unary(activations.elu, "features")
selu = unary(activations.selu, "features")
softsign = unary(activations.softsign, "features")


def leaky_relu(features: Any, alpha: Any = 0.2, name: str | None = None) -> EagerTensor:
    """x where x > 0, αx elsewhere.

    Derivative: 1 where x > 0, α elsewhere (also at 0). Real numbers; integers become float32.
    `alpha` is a number, not differentiated.

    Source: Maas, Hannun & Ng (2013).

    >>> tf.nn.leaky_relu([-1.0, 0.0, 2.0]).numpy()
    array([-0.2,  0. ,  2. ], dtype=float32)
    """
    x = convert_operand(features)
    if x._value.dtype.kind in "iu":
        x = cast(x, dtype="float32")
    return activations.leaky_relu(x, alpha=float(alpha))


def crelu(features: Any, axis: int = -1, name: str | None = None) -> EagerTensor:
    """relu(x) and relu(−x), one after the other along `axis`, which becomes twice as long.

    Derivative: 1 where x > 0, −1 where x < 0, 0 at 0. Real numbers.

    Raises: InvalidArgumentError where the tensor has no such axis.
    Source: Shang et al. (2016).

    >>> tf.nn.crelu([[-1.0, 2.0]]).numpy()
    array([[0., 2., 1., 0.]], dtype=float32)
    """
    x = convert_operand(features)
    rank = len(x._value.shape)
    k = _axis(axis, rank, "axis")
    return activations.relu(concat(x, negative(x), axis=k % rank, rank=rank))


def gelu(features: Any, approximate: bool = False, name: str | None = None) -> EagerTensor:
    """x·Φ(x) with the normal distribution function Φ.

    `approximate` takes ½x(1 + tanh(√(2/π)(x + 0.044715x³))). Derivative: Φ(x) + x·φ(x), ½ at 0.
    Real floating point.

    Raises: ValueError for integers.
    Source: Hendrycks & Gimpel (2016).

    >>> tf.nn.gelu([-1.0, 0.0, 1.0]).numpy()
    array([-0.15865526,  0.        ,  0.8413447 ], dtype=float32)
    """
    x = convert_operand(features)
    if x._value.dtype.kind != "f":
        raise ValueError(
            "`features.dtype` must be a floating point tensor. Received: "
            f"features.dtype={x.dtype!r}; use tf.cast(x, tf.float32)."
        )
    if approximate:
        inner = (x + x * x * x * 0.044715) * math.sqrt(2.0 / math.pi)
        return x * 0.5 * (tanh(inner) + 1.0)
    return x * 0.5 * erfc(x * -math.sqrt(0.5))


def silu(features: Any, beta: Any = 1.0) -> EagerTensor:
    """x·sigmoid(βx), also called swish.

    Derivative: s + βx·s(1 − s) with s = sigmoid(βx), and x²·s(1 − s) with respect to β, which may
    be a tensor. Floating point.

    Raises: InvalidArgumentError for integers.
    Source: Elfwing, Uchibe & Doya (2018); Ramachandran, Zoph & Le (2017).

    >>> tf.nn.silu([-1.0, 0.0, 1.0]).numpy()
    array([-0.26894143,  0.        ,  0.7310586 ], dtype=float32)
    """
    x = convert_operand(features)
    plain = isinstance(beta, (int, float)) and beta == 1
    if plain or not x.dtype.is_differentiable:  # sigmoid refuses what is no floating-point number
        return x * sigmoid(x)
    return x * sigmoid(x * convert(beta, x.dtype))


def softmax(logits: Any, axis: int | None = None, name: str | None = None) -> EagerTensor:
    """eˣ / Σ eˣ along `axis` (the last): positive numbers that sum to 1.

    Derivative: yᵢ(δᵢⱼ − yⱼ). It does not overflow; −inf gives 0. Real floating point.

    Raises: InvalidArgumentError for a scalar, for integers, and where there is no such axis.

    >>> tf.nn.softmax([0.0, 0.0, 0.6931472]).numpy()
    array([0.25, 0.25, 0.5 ], dtype=float32)
    """
    x = convert_operand(logits)
    return softmax_ops.softmax(x, axis=_softmax_axis(x, axis, "Softmax"))


def log_softmax(logits: Any, axis: int | None = None, name: str | None = None) -> EagerTensor:
    """log(eˣ / Σ eˣ) along `axis` (the last), exact also where the softmax is 0.

    Derivative: δᵢⱼ − softmax(x)ⱼ. Real floating point.

    Raises: InvalidArgumentError for a scalar, for integers, and where there is no such axis.

    >>> tf.nn.log_softmax([0.0, 1000.0]).numpy()
    array([-1000.,     0.], dtype=float32)
    """
    x = convert_operand(logits)
    return softmax_ops.log_softmax(x, axis=_softmax_axis(x, axis, "LogSoftmax"))


def _softmax_axis(x: EagerTensor, axis: int | None, op: str) -> int:
    rank = len(x._value.shape)
    if not rank:
        raise InvalidArgumentError(
            f"logits must have at least 1 axis, got a scalar [Op:{op}]. Use tf.sigmoid for two "
            "classes."
        )
    return -1 if axis is None or axis == -1 else _axis(axis, rank, "dim")


def _axis(axis: int, rank: int, what: str) -> int:
    """The axis, counted from the end."""
    if not -rank <= axis < rank:
        raise InvalidArgumentError(
            f"`{what}` must be in the range [{-rank}, {rank}) where {rank} is the number of "
            f"dimensions in the input. Received: {what}={axis}"
        )
    return axis - rank if axis >= 0 else axis
