"""Comparisons, logic and bits: no gradient passes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.batching import elementwise as by_element
from gradtape.derivatives import nondifferentiable
from gradtape.registry import ANY, REAL

_BOOL = frozenset("b")
_INT = frozenset("iu")


def _declare(
    type: str, name: str, kernel: Callable[..., Any], allowed: frozenset[str], doc: str
) -> Any:
    def function(a: Any, b: Any) -> Any:
        if a.dtype != b.dtype:
            from gradtape.dispatch import _check_same
            from gradtape.registry import REGISTRY

            _check_same(REGISTRY[type], (a, b))
        return kernel(a, b)

    function.__name__, function.__doc__ = name, doc
    return nondifferentiable(type, allowed=allowed, batch=by_element)(function)


equal = _declare("Equal", "equal", operator.eq, ANY, "a = b, element by element.")
not_equal = _declare("NotEqual", "not_equal", operator.ne, ANY, "a ≠ b, element by element.")
less = _declare("Less", "less", operator.lt, REAL, "a < b, element by element.")
less_equal = _declare("LessEqual", "less_equal", operator.le, REAL, "a ≤ b, element by element.")
greater = _declare("Greater", "greater", operator.gt, REAL, "a > b, element by element.")
greater_equal = _declare(
    "GreaterEqual", "greater_equal", operator.ge, REAL, "a ≥ b, element by element."
)
logical_and = _declare("LogicalAnd", "logical_and", np.logical_and, _BOOL, "a and b.")
logical_or = _declare("LogicalOr", "logical_or", np.logical_or, _BOOL, "a or b.")
bitwise_and = _declare("BitwiseAnd", "bitwise_and", np.bitwise_and, _INT, "The bits set in both.")
bitwise_or = _declare("BitwiseOr", "bitwise_or", np.bitwise_or, _INT, "The bits set in either.")
bitwise_xor = _declare(
    "BitwiseXor", "bitwise_xor", np.bitwise_xor, _INT, "The bits set in one alone."
)


@nondifferentiable("Invert", allowed=_INT, batch=by_element)
def invert(a: Any) -> Any:
    """All bits turned over."""
    return np.invert(a)
