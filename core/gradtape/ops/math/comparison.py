"""Comparisons, logic and bits: no gradient passes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dispatch.batching import elementwise as by_element
from gradtape.dispatch.refusals import check_same
from gradtape.ops.declaration import Call, nondifferentiable, unregistered
from gradtape.primitives.op import ANY, REAL
from gradtape.primitives.registry import REGISTRY

_BOOL = frozenset("b")
_INT = frozenset("iu")


def _declare(
    type: str, kernel: Callable[..., Any], allowed: frozenset[str], doc: str, example: str
) -> Call:
    """A binary op without a gradient; `example` is (name, arguments, printed result)."""
    name, arguments, printed = example.split(" | ")

    def function(x: Any, y: Any) -> Any:
        if x.dtype != y.dtype:
            check_same(REGISTRY[type], (x, y))
        return kernel(x, y)

    function.__name__ = name.rpartition(".")[2]
    function.__doc__ = (
        f"{doc}\n\n    Element by element, with broadcasting; both of one dtype. No gradient."
        "\n\n"
        f"    >>> tf.{name}({arguments}).numpy()\n    {printed}\n    "
    )
    return nondifferentiable(type, allowed=allowed, batch=by_element)(function)


equal = _declare(
    "Equal", operator.eq, ANY, "Where x equals y; nan equals nothing.",
    "equal | [1, 2], [1, 3] | array([ True, False])",
)  # fmt: skip
not_equal = _declare(
    "NotEqual", operator.ne, ANY, "Where x differs from y; nan differs from everything.",
    "not_equal | [1, 2], [1, 3] | array([False,  True])",
)  # fmt: skip
less = _declare(
    "Less", operator.lt, REAL, "Where x < y.", "less | [1, 2, 3], 2 | array([ True, False, False])"
)
less_equal = _declare(
    "LessEqual", operator.le, REAL, "Where x ≤ y.",
    "less_equal | [1, 2, 3], 2 | array([ True,  True, False])",
)  # fmt: skip
greater = _declare(
    "Greater", operator.gt, REAL, "Where x > y.",
    "greater | [1, 2, 3], 2 | array([False, False,  True])",
)  # fmt: skip
greater_equal = _declare(
    "GreaterEqual", operator.ge, REAL, "Where x ≥ y.",
    "greater_equal | [1, 2, 3], 2 | array([False,  True,  True])",
)  # fmt: skip
logical_and = _declare(
    "LogicalAnd", np.logical_and, _BOOL, "Where both x and y hold.",
    "logical_and | [True, True], [True, False] | array([ True, False])",
)  # fmt: skip
logical_or = _declare(
    "LogicalOr", np.logical_or, _BOOL, "Where x or y holds, or both.",
    "logical_or | [False, True], [False, False] | array([False,  True])",
)  # fmt: skip
bitwise_and = _declare(
    "BitwiseAnd", np.bitwise_and, _INT, "The bits set in both x and y.",
    "bitwise.bitwise_and | 12, 10 | np.int32(8)",
)  # fmt: skip
bitwise_or = _declare(
    "BitwiseOr", np.bitwise_or, _INT, "The bits set in x or y.",
    "bitwise.bitwise_or | 12, 10 | np.int32(14)",
)  # fmt: skip
bitwise_xor = _declare(
    "BitwiseXor", np.bitwise_xor, _INT, "The bits set in one of x and y alone.",
    "bitwise.bitwise_xor | 12, 10 | np.int32(6)",
)  # fmt: skip


@nondifferentiable("Invert", allowed=_INT, batch=by_element)
def invert(x: Any) -> Any:
    """x with all bits turned over: −x − 1 for signed integers. No gradient passes.

    >>> tf.bitwise.invert([0, 7]).numpy()
    array([-1, -8], dtype=int32)
    """
    return np.invert(x)


def _places(x: Any, y: Any) -> Any:
    """How far to move: a shift by the width or more is undefined in hardware, so it is clipped."""
    return np.clip(y, 0, 8 * x.dtype.itemsize - 1).astype(x.dtype)


left_shift = _declare(
    "LeftShift", lambda x, y: np.left_shift(x, _places(x, y)), _INT,
    "The bits of x moved up by y places (0 to one less than the number of bits).",
    "bitwise.left_shift | 3, 2 | np.int32(12)",
)  # fmt: skip
right_shift = _declare(
    "RightShift", lambda x, y: np.right_shift(x, _places(x, y)), _INT,
    "The bits of x moved down by y places (0 to one less than the number of bits); the sign stays.",
    "bitwise.right_shift | -8, 2 | np.int32(-2)",
)  # fmt: skip


def _test(type: str, name: str, kernel: Callable[..., Any], doc: str, printed: str) -> Call:
    def function(x: Any) -> Any:
        return kernel(x)

    function.__name__ = name
    function.__doc__ = (
        f"{doc}\n\n    Element by element; floating point. A gradient through it is a LookupError."
        "\n\n"
        f"    >>> tf.math.{name}([1.0, np.inf, np.nan]).numpy()\n    array({printed})\n    "
    )
    return unregistered(type, allowed=frozenset("f"), batch=by_element)(function)


is_nan = _test("IsNan", "is_nan", np.isnan, "Where x is no number.", "[False, False,  True]")
is_inf = _test("IsInf", "is_inf", np.isinf, "Where x is +inf or −inf.", "[False,  True, False]")
is_finite = _test(
    "IsFinite", "is_finite", np.isfinite, "Where x is neither infinite nor nan.",
    "[ True, False, False]",
)  # fmt: skip
