"""How far a result may be from the exact value, on every processor.

NumPy's BLAS and its element-wise loops add in another order on another processor, so two rounded
results are never held to each other: each is held to the value computed in float64 from the same
numbers, with a bound that no order of adding can break. Where n terms tᵢ are added, each of them a
product, in numbers of unit roundoff u (2⁻²⁴ for float32, 2⁻⁵³ for float64), that is

    |computed − exact| ≤ γₙ · Σ|tᵢ|    with γₙ = n·u / (1 − n·u)

(Higham, Accuracy and Stability of Numerical Algorithms, §3.1). The size Σ|tᵢ| stays where the terms
cancel; a tolerance relative to the result does not, and holds on one processor by luck.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_WIDE = {np.dtype(np.float32): np.float64, np.dtype(np.complex64): np.complex128}


def widened(x: Any) -> Any:
    """An array or number of single precision in double, the same numbers; others as they are."""
    array = np.asarray(x)
    return array.astype(_WIDE.get(array.dtype, array.dtype))


def unit_roundoff(dtype: Any) -> float:
    """Half the distance from 1 to the next number of a floating-point dtype."""
    return float(np.finfo(dtype).eps) / 2


def assert_sum(got: Any, exact: Any, size: Any, terms: float, what: str = "") -> None:
    """AssertionError where a sum of this many products is further off than its order explains.

    `size` is the sum of the products' absolute values, element by element. Half a bound counts as
    half as many `terms`; what is rounded once more, a bias or a factor, as one more.
    """
    got = np.asarray(got)
    assert got.shape == np.shape(exact), f"{what}: shape {got.shape} instead of {np.shape(exact)}"
    growth = terms * unit_roundoff(got.dtype)
    bound = growth / (1 - growth) * np.asarray(size) + float(np.finfo(got.dtype).tiny)
    worst = float(np.max(np.abs(widened(got) - exact) / bound, initial=0.0))
    assert worst <= 1, f"{what}: off by {worst:.2f} of what {terms:g} terms may be off"


def assert_product(got: Any, a: Any, b: Any, terms: float | None = None) -> None:
    """AssertionError where `got` is further from the matrix product a·b than rounding explains.

    `terms` is the length of its sums unless a tighter bound is known.
    """
    a, b = widened(a), widened(b)
    length = a.shape[-1]
    assert_sum(got, a @ b, np.abs(a) @ np.abs(b), length if terms is None else terms, "product")


def assert_near(got: Any, exact: Any, units: float, size: Any = None, what: str = "") -> None:
    """AssertionError where |got − exact| is more than `units` unit roundoffs of `size`.

    The size is that of the largest intermediate the result is made of; by default |exact|, for
    what cancels nowhere. What is not finite must be the same.
    """
    got, exact = np.asarray(got), np.asarray(exact)
    assert got.shape == exact.shape, f"{what}: shape {got.shape} instead of {exact.shape}"
    finite = np.isfinite(exact)
    np.testing.assert_array_equal(got[~finite], exact[~finite], err_msg=what)
    size = np.broadcast_to(np.abs(exact) if size is None else size, exact.shape)[finite]
    apart = np.abs(widened(got)[finite] - exact[finite])
    unit = unit_roundoff(got.dtype) * size + float(np.finfo(got.dtype).tiny)
    worst = float(np.max(apart / unit, initial=0.0))
    assert worst <= units, f"{what}: {worst:.3g} unit roundoffs off, {units:g} are allowed"
