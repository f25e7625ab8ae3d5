"""Exponentials, logarithms and the functions made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.derivatives import elementwise


@elementwise("Exp", lambda g, y, _x: g * y, kernel=np.exp)
def exp(x: Any) -> Any:
    """eˣ."""


@elementwise("Expm1", lambda g, y, _x: g * (y + 1.0), kernel=np.expm1)
def expm1(x: Any) -> Any:
    """eˣ − 1, exact near 0."""


@elementwise("Log", lambda g, _y, x: g / x, kernel=np.log)
def log(x: Any) -> Any:
    """The natural logarithm: −inf at 0, nan below; the derivative is 1/x everywhere."""


@elementwise("Log1p", lambda g, _y, x: g / (x + 1.0), kernel=np.log1p)
def log1p(x: Any) -> Any:
    """log(1 + x), exact near 0."""


@elementwise("Sigmoid", lambda g, y, _x: g * (y * (1.0 - y)))
def sigmoid(x: Any) -> Any:
    """1 / (1 + e⁻ˣ); its derivative is y(1 − y)."""
    if x.dtype.kind == "c":
        return 1 / (1 + np.exp(-x))
    half = x.dtype.type(0.5)
    return half * np.tanh(half * x) + half  # neither end overflows


@elementwise("Tanh", lambda g, y, _x: g * (1.0 - y * y), kernel=np.tanh)
def tanh(x: Any) -> Any:
    """The hyperbolic tangent; its derivative is 1 − y²."""


@elementwise("Softplus", lambda g, _y, x: g * sigmoid(x))
def softplus(x: Any) -> Any:
    """log(1 + eˣ), without overflow; its derivative is the sigmoid."""
    return np.logaddexp(x, x.dtype.type(0))
