"""Adding a bias, and half a sum of squares."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from gradtape.ops.declaration import custom, elementwise
from gradtape.ops.math.reductions import reduce_sum
from gradtape.primitives.op import NUMERIC


@elementwise(
    "BiasAdd",
    lambda g, _y, _x, _b: g,
    lambda g, _y, _x, _b: g,
    kernel=operator.add,
    allowed=NUMERIC,
)
def bias_add(x: Any, b: Any) -> Any:
    """x + b, with b along the last axis. Derivative: 1 with respect to each."""


def _half_square(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    (x,) = xs
    return reduce_sum(x * x, axis=tuple(range(1 - len(x.shape), 0)), keepdims=False) * 0.5


def _total(x: Any) -> Any:
    return reduce_sum(x, axis=tuple(range(-len(x.shape), 0)), keepdims=False)


@custom(
    "L2Loss",
    lambda g, _y, x: g * x,
    jvp=lambda tangents, y, xs, params: _total(tangents[0] * xs[0]),
    batch=_half_square,
    allowed=frozenset("f"),
)
def l2_loss(t: Any) -> Any:
    """½ Σ x², over all elements.

    Derivative: x. The value is a scalar; of nothing it is 0. Real floating point.

    Raises: InvalidArgumentError for integers.

    >>> tf.nn.l2_loss([3.0, 4.0]).numpy()
    np.float32(12.5)
    """
    flat = np.reshape(t, -1)
    return np.dot(flat, flat) * t.dtype.type(0.5)
