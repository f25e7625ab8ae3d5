"""Activations: the rectifiers and their smooth kin.

Each rule is written with y alone where that is enough, so that the tape holds one array per layer.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.array.selection import masked, select, zero
from gradtape.ops.array.shaping import zeros_like
from gradtape.ops.declaration import elementwise
from gradtape.primitives.op import REAL

_FLOAT = frozenset("f")

#: Klambauer et al. (2017): the fixed point of mean 0 and variance 1.
_SCALE, _SCALE_ALPHA = 1.0507009873554805, 1.7580993408473766


def _flat(g: Any, _y: Any, _g: Any, _x: Any) -> Any:
    """A slope that jumps has the derivative 0: a path of zeros, and no missing one."""
    return zeros_like(g)


@elementwise("ReluGrad", lambda g, _y, _g, y: relu_grad(g, y), _flat, allowed=REAL)
def relu_grad(g: Any, y: Any) -> Any:
    """The cotangent g where y > 0, else 0: what passes back through relu, whose result y is.

    Derivative: 1 where y is above 0 or else 0 with respect to g and 0 with respect to y.
    """
    return masked(y > 0, g)


@elementwise("Relu6Grad", lambda g, _y, _g, y: relu6_grad(g, y), _flat, allowed=REAL)
def relu6_grad(g: Any, y: Any) -> Any:
    """The cotangent g where 0 < y < 6, else 0: what passes back through relu6.

    Derivative: 1 where y is between 0 and 6 or else 0 with respect to g and 0 with respect to y.
    """
    return masked((y > 0) & (y < 6), g)


@elementwise(
    "LeakyReluGrad",
    lambda g, _y, _g, x, *, alpha: leaky_relu_grad(g, x, alpha=alpha),
    lambda g, _y, _g, _x, *, alpha: zeros_like(g),
    allowed=_FLOAT,
)
def leaky_relu_grad(g: Any, x: Any, *, alpha: float) -> Any:
    """The cotangent g where x > 0, αg elsewhere: what passes back through leaky_relu.

    Derivative: 1 where x is above 0 or else α with respect to g and 0 with respect to x.
    """
    return np.where(x > 0, g, g.dtype.type(alpha) * g)


@elementwise("Relu", lambda g, y, _x: relu_grad(g, y), allowed=REAL)
def relu(features: Any) -> Any:
    """max(x, 0), element by element.

    Derivative: 1 where x > 0, else 0 (also at 0, and where x is nan). Real numbers; integers have a
    value and no gradient.

    Raises: InvalidArgumentError for text, booleans and complex numbers.
    Source: Nair & Hinton (2010).

    >>> tf.nn.relu([-1.0, 0.0, 2.0]).numpy()
    array([0., 0., 2.], dtype=float32)
    """
    return np.maximum(features, 0)


@elementwise("Relu6", lambda g, y, _x: relu6_grad(g, y), allowed=REAL)
def relu6(features: Any) -> Any:
    """min(max(x, 0), 6), element by element.

    Derivative: 1 where 0 < x < 6, else 0 (also at 0 and 6). Real numbers.

    Raises: InvalidArgumentError for text, booleans and complex numbers.
    Source: Krizhevsky (2010).

    >>> tf.nn.relu6([-1.0, 2.0, 9.0]).numpy()
    array([0., 2., 6.], dtype=float32)
    """
    return np.minimum(np.maximum(features, 0), 6)


@elementwise(
    "Elu", lambda g, y, _x: select(y < zero(y), g * (y + 1.0), g), allowed=_FLOAT
)  # fmt: skip
def elu(features: Any) -> Any:
    """x where x ≥ 0, eˣ − 1 below.

    Derivative: 1 where x ≥ 0, eˣ = y + 1 below. Real floating point.

    Raises: InvalidArgumentError for integers.
    Source: Clevert, Unterthiner & Hochreiter (2016).

    >>> tf.nn.elu([-1.0, 0.0, 2.0]).numpy()
    array([-0.63212055,  0.        ,  2.        ], dtype=float32)
    """
    # eˣ − 1 > x but at 0: the larger one is the right one. (np.where costs three times as much.)
    return np.maximum(features, np.expm1(np.minimum(0, features)))


def _selu_rule(g: Any, y: Any, _x: Any) -> Any:
    return select(y < zero(y), g * (y + _SCALE_ALPHA), g * _SCALE)


@elementwise("Selu", _selu_rule, allowed=_FLOAT)
def selu(features: Any) -> Any:
    """λx where x ≥ 0, λα(eˣ − 1) below, with λ = 1.0507… and λα = 1.7581….

    Derivative: λ where x ≥ 0 (1.0507 at 0), λα·eˣ below. Real floating point.

    Raises: InvalidArgumentError for integers.
    Source: Klambauer et al. (2017).

    >>> tf.nn.selu([-1.0, 0.0, 1.0]).numpy()
    array([-1.1113307,  0.       ,  1.050701 ], dtype=float32)
    """
    below = _SCALE_ALPHA * np.expm1(np.minimum(features, 0))
    return np.where(features < 0, below, _SCALE * features)


@elementwise("Softsign", lambda g, _y, x: g / _square(abs(x) + 1.0), allowed=_FLOAT)
def softsign(features: Any) -> Any:
    """x / (1 + |x|), element by element.

    Derivative: 1 / (1 + |x|)². Real floating point; ±1 at the far ends.

    Raises: InvalidArgumentError for integers.
    Source: Glorot & Bengio (2010).

    >>> tf.nn.softsign([-1.0, 0.0, 3.0]).numpy()
    array([-0.5 ,  0.  ,  0.75], dtype=float32)
    """
    return features / (1 + np.abs(features))


def _square(x: Any) -> Any:
    return x * x


@elementwise(
    "LeakyRelu",
    lambda g, _y, x, *, alpha: leaky_relu_grad(g, x, alpha=alpha),
    allowed=_FLOAT,
)
def leaky_relu(x: Any, *, alpha: float) -> Any:
    """x where x > 0, αx elsewhere. Derivative: 1 where x > 0, else α (also at 0)."""
    return np.where(x > 0, x, x.dtype.type(alpha) * x)
