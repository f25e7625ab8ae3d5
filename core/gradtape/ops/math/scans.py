"""Running sums, products and log-sum-exps along an axis.

Their derivatives are scans again. The product's is exact at zeros too: it never divides, but solves
rᵢ = gᵢ + xᵢ₊₁·rᵢ₊₁, which is the op `LinearRecurrence`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import trailing
from gradtape.ops.array.selection import masked
from gradtape.ops.array.shaping import pad, slice_
from gradtape.ops.declaration import custom, linear
from gradtape.ops.math.comparison import is_finite
from gradtape.ops.math.complex_numbers import conj_if_complex
from gradtape.ops.math.exponential import exp
from gradtape.primitives.op import NUMERIC


def _scanned(
    ufunc: Any, x: Any, identity: Any, *, axis: int, exclusive: bool, reverse: bool
) -> Any:
    if reverse:
        x = np.flip(x, axis)
    y = ufunc.accumulate(x, axis=axis, dtype=x.dtype)
    if exclusive and y.shape[axis]:
        first = [slice(None)] * y.ndim
        last = list(first)
        first[axis], last[axis] = slice(0, 1), slice(0, -1)
        start = np.full_like(y[tuple(first)], identity)
        y = np.concatenate([start, y[tuple(last)]], axis=axis)
    return np.flip(y, axis) if reverse else y


def shifted(x: Any, axis: int, by: int) -> Any:
    """The elements moved by one place (`by` is 1 or −1) along a negative axis, with a 0 let in."""
    shape = tuple(x.shape)
    paddings, begin = [(0, 0)] * len(shape), [0] * len(shape)
    paddings[axis] = (1, 0) if by > 0 else (0, 1)
    begin[axis] = 0 if by > 0 else 1
    return slice_(pad(x, paddings=tuple(paddings)), begin=tuple(begin), size=shape)


@linear(
    "Cumsum",
    lambda g, _y, _x, *, axis, exclusive, reverse: cumsum(
        g, axis=axis, exclusive=exclusive, reverse=not reverse
    ),
    batch=trailing,
    allowed=NUMERIC,
)
def cumsum(x: Any, *, axis: int, exclusive: bool, reverse: bool) -> Any:
    """yᵢ = Σ xₖ over k ≤ i (exclusive: k < i; reverse: from the end) along a negative axis."""
    return _scanned(np.add, x, 0, axis=axis, exclusive=exclusive, reverse=reverse)


def _recurrence_pull(g: Any, y: Any, _b: Any, a: Any, *, axis: int, reverse: bool) -> Any:
    by = -1 if reverse else 1
    s = linear_recurrence(g, shifted(conj_if_complex(a), axis, -by), axis=axis, reverse=not reverse)
    return s, s * conj_if_complex(shifted(y, axis, by))


def _recurrence_jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    tb, ta = tangents
    if ta is not None:
        ta = ta * shifted(y, params["axis"], -1 if params["reverse"] else 1)
        tb = ta if tb is None else tb + ta
    return linear_recurrence(tb, xs[1], **params)


@custom(
    "LinearRecurrence", pullback=_recurrence_pull, jvp=_recurrence_jvp, batch=trailing,
    allowed=NUMERIC,
)  # fmt: skip
def linear_recurrence(b: Any, a: Any, *, axis: int, reverse: bool) -> Any:
    """yᵢ = bᵢ + aᵢ·yᵢ₋₁ along a negative axis (reverse: yᵢ₊₁), in log₂ n steps over the array.

    Where aᵢ is 0 it begins anew, whatever came before: 0·∞ is 0 here.
    """
    b, a = np.broadcast_arrays(b, a)
    b, a = (np.moveaxis(np.flip(x, axis) if reverse else x, axis, -1) for x in (b, a))
    y = _joined(b.copy(), a.copy())
    if not np.all(np.isfinite(y)):
        _stepped(y, b, a)
    y = np.moveaxis(y, -1, axis)
    return np.flip(y, axis) if reverse else y


def _joined(b: Any, a: Any) -> Any:
    step = 1
    while step < b.shape[-1]:  # (b, a) of a window of `step` elements, joined with the one before
        b_before, a_before = b[..., :-step].copy(), a[..., :-step].copy()
        b[..., step:] += a[..., step:] * b_before
        a[..., step:] *= a_before
        step *= 2
    return b


def _stepped(y: Any, b: Any, a: Any) -> None:
    """From the first element on that is not finite, step by step: a window's 0·∞ is none of y's."""
    wrong = ~np.isfinite(y)
    rows = wrong.any(-1)
    y_rows, b, a = y[rows], b[rows], a[rows]
    for k in range(int(wrong.reshape(-1, y.shape[-1]).any(0).argmax()), y.shape[-1]):
        now = a[..., k]
        before = y_rows[..., k - 1] if k else np.zeros_like(now)
        y_rows[..., k] = b[..., k] + np.where(now == 0, now, now * before)
    y[rows] = y_rows


def _cumprod_rule(g: Any, _y: Any, x: Any, *, axis: int, exclusive: bool, reverse: bool) -> Any:
    x, by = conj_if_complex(x), -1 if reverse else 1
    before = cumprod(x, axis=axis, exclusive=True, reverse=reverse)
    if exclusive:
        g = shifted(g, axis, -by)
    return before * linear_recurrence(g, shifted(x, axis, -by), axis=axis, reverse=not reverse)


@custom("Cumprod", _cumprod_rule, batch=trailing, allowed=NUMERIC)
def cumprod(x: Any, *, axis: int, exclusive: bool, reverse: bool) -> Any:
    """yᵢ = Π xₖ over k ≤ i (exclusive: k < i; reverse: from the end); right also at zeros."""
    return _scanned(np.multiply, x, 1, axis=axis, exclusive=exclusive, reverse=reverse)


def _log_rule(g: Any, _y: Any, x: Any, *, axis: int, exclusive: bool, reverse: bool) -> Any:
    by = -1 if reverse else 1
    if exclusive:
        g = shifted(g, axis, -by)
    z = cumulative_logsumexp(x, axis=axis, exclusive=False, reverse=reverse)
    finite = is_finite(z)
    z = masked(finite, z)
    # z never falls, so no factor exceeds 1
    factor = shifted(exp(shifted(z, axis, by) - z), axis, -by)
    s = linear_recurrence(masked(finite, g), factor, axis=axis, reverse=not reverse)
    return masked(finite, exp(x - z) * s)


@custom("CumulativeLogsumexp", _log_rule, batch=trailing, allowed=frozenset("f"))
def cumulative_logsumexp(x: Any, *, axis: int, exclusive: bool, reverse: bool) -> Any:
    """yᵢ = log Σ e^(xₖ) over k ≤ i (exclusive: k < i; reverse: from the end), without overflow."""
    return _scanned(np.logaddexp, x, -np.inf, axis=axis, exclusive=exclusive, reverse=reverse)
