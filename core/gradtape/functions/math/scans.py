"""Running sums, products and log-sum-exps along an axis, with TensorFlow's signatures."""

from __future__ import annotations

from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integer
from gradtape.ops.declaration import Call
from gradtape.ops.math import scans as ops
from gradtape.tensors.tensor import EagerTensor


def _scan(call: Call, x: Any, axis: Any, exclusive: bool, reverse: bool, op: str) -> EagerTensor:
    x = convert_operand(x)
    rank, k = x.ndim, integer(axis, "axis")
    if not -rank <= k < rank:
        raise InvalidArgumentError(
            f"ScanOp: Expected scan axis in the range [{-rank}, {rank}), but got {k} [Op:{op}]"
        )
    return call(x, axis=k if k < 0 else k - rank, exclusive=bool(exclusive), reverse=bool(reverse))


def cumsum(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> EagerTensor:
    """The running sum along `axis`: [x₀, x₀ + x₁, x₀ + x₁ + x₂, …].

    `exclusive` leaves each element itself out, `reverse` sums from the end. Derivative: the same
    sum in the other direction. Any numeric dtype.

    Raises: InvalidArgumentError for an axis that the tensor has not.

    >>> tf.cumsum([1.0, 2.0, 3.0]).numpy()
    array([1., 3., 6.], dtype=float32)
    """
    return _scan(ops.cumsum, x, axis, exclusive, reverse, "Cumsum")


def cumprod(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> EagerTensor:
    """The running product along `axis`: [x₀, x₀·x₁, x₀·x₁·x₂, …].

    `exclusive` leaves each element itself out, `reverse` multiplies from the end. The derivative is
    exact where elements are 0 too (TensorFlow divides by them and gives 0 or nan). Any numeric
    dtype.

    Raises: InvalidArgumentError for an axis that the tensor has not.

    >>> tf.math.cumprod([1.0, 2.0, 3.0]).numpy()
    array([1., 2., 6.], dtype=float32)
    """
    return _scan(ops.cumprod, x, axis, exclusive, reverse, "Cumprod")


def cumulative_logsumexp(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> EagerTensor:
    """The running log Σ eˣ along `axis`, without overflow.

    `exclusive` leaves each element itself out (the first is −inf), `reverse` sums from the end.
    Derivative: ∂yⱼ/∂xᵢ = e^(xᵢ − yⱼ), 0 where yⱼ is −inf. Real floating point.

    Raises: InvalidArgumentError for an axis that the tensor has not.

    >>> [round(float(y), 4) for y in tf.math.cumulative_logsumexp([0.0, 0.0, 0.0])]
    [0.0, 0.6931, 1.0986]
    """
    return _scan(ops.cumulative_logsumexp, x, axis, exclusive, reverse, "CumulativeLogsumexp")
