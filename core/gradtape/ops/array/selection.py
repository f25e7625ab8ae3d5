"""Choosing between values by a mask, and the constants that rules need in the right dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import elementwise as by_element
from gradtape.ops.declaration import custom, nondifferentiable

#: a float's character → the unsigned integer of its size
_BITS = {"e": np.uint16, "f": np.uint32, "d": np.uint64}


def _select_jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    _, t, u = tangents
    t = zero(xs[1]) if t is None else t
    u = zero(xs[2]) if u is None else u
    return select(xs[0], t, u)


@custom(
    "SelectV2",
    None,
    lambda g, _y, mask, _a, _b: masked(mask, g),
    lambda g, _y, mask, _a, _b: masked(logical_not(mask), g),
    jvp=_select_jvp,
    batch=by_element,
)
def select(mask: Any, a: Any, b: Any) -> Any:
    """a where the mask holds, b elsewhere, with broadcasting.

    Derivative: nothing with respect to mask, g where the mask holds with respect to a and g
    elsewhere with respect to b.
    """
    if a.dtype != b.dtype:
        raise ValueError(f"both branches must have one dtype, got {a.dtype} and {b.dtype}")
    return np.where(mask, a, b)


@nondifferentiable("LogicalNot", allowed=frozenset("b"), batch=by_element)
def logical_not(a: Any) -> Any:
    """Not a."""
    return np.logical_not(a)


def masked(mask: Any, g: Any) -> Any:
    """g where the mask holds, 0 elsewhere (also where g is nan or inf there)."""
    if type(g) is np.ndarray and type(mask) is np.ndarray and g.dtype.char in _BITS:
        # bits times 1 or 0: what `where` gives, nan and −0 too, without a branch per element
        return (g.view(_BITS[g.dtype.char]) * mask).view(g.dtype)
    return select(mask, g, zero(g))


def zero(x: Any) -> Any:
    """0 in the dtype of x."""
    return (x.dtype.type if isinstance(x.dtype, np.dtype) else x.dtype.as_numpy_dtype)(0)


def one(x: Any) -> Any:
    """1 in the dtype of x."""
    return (x.dtype.type if isinstance(x.dtype, np.dtype) else x.dtype.as_numpy_dtype)(1)


def same(x: Any, y: Any) -> Any:
    """Where x equals y, or both are nan: where x is the extremum y, which one nan makes nan."""
    return (x == y) | ((x != x) & (y != y))
