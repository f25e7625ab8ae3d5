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
    """yᵢ = Σ xₖ over k ≤ i (exclusive: k < i; reverse: from the end) along a negative axis.

    Derivative: Σ g over the sums that hold x.
    """
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

    Derivative: λᵢ = gᵢ + aᵢ₊₁·λᵢ₊₁ with respect to b and λᵢ·yᵢ₋₁ with respect to a.
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


#: so few rows are walked one after another, more of them side by side
_FEW = 32


def _stepped(y: Any, b: Any, a: Any) -> None:
    """From the first element on that is not finite, step by step: a window's 0·∞ is none of y's."""
    wrong = ~np.isfinite(y)
    rows = wrong.any(-1)
    y_rows, b, a = y[rows], b[rows], a[rows]
    start = int(wrong.reshape(-1, y.shape[-1]).any(0).argmax())
    if y_rows.size <= _FEW * y.shape[-1] and y.dtype.kind == "f":
        flat = [x.reshape(-1, y.shape[-1]) for x in (y_rows, b, a)]
        for y_row, b_row, a_row in zip(*flat, strict=True):
            _walked(y_row, b_row, a_row, start)
    else:
        for k in range(start, y.shape[-1]):
            now = a[..., k]
            before = y_rows[..., k - 1] if k else np.zeros_like(now)
            y_rows[..., k] = b[..., k] + np.where(now == 0, now, now * before)
    y[rows] = y_rows


def _walked(y: Any, b: Any, a: Any, start: int) -> None:
    """One row, with jumps over the places where what is 0, infinite or nan stays so."""
    finite = np.isfinite(a)
    leaves_zero = _next((b != 0) | ~finite)
    leaves_infinity = _next((a == 0) | ~finite | ~np.isfinite(b))
    leaves_nan = _next(a == 0)
    signs = np.multiply.accumulate(np.where(a < 0, y.dtype.type(-1), y.dtype.type(1)))
    bs, factors, zero, k = list(b), list(a), y.dtype.type(0), start
    now = y[k - 1] if k else zero
    while k < len(bs):
        factor = factors[k]
        now = bs[k] + (factor * now if factor else factor)
        y[k] = now
        k += 1
        if now != now or now == zero:
            stop = leaves_zero[k] if now == zero else leaves_nan[k]
            y[k:stop] = now
        elif now - now != zero:  # infinite, of a sign that each negative factor turns
            stop = leaves_infinity[k]
            y[k:stop] = signs[k:stop] * (signs[k - 1] * now)
        else:
            continue
        now, k = y[stop - 1], stop


def _next(places: Any) -> list[int]:
    """For every place, and the end, the first one from there on that is marked."""
    n = len(places)
    marked = np.append(np.where(places, np.arange(n), n), n)
    return list(np.minimum.accumulate(marked[::-1])[::-1].tolist())


def _cumprod_rule(g: Any, _y: Any, x: Any, *, axis: int, exclusive: bool, reverse: bool) -> Any:
    x, by = conj_if_complex(x), -1 if reverse else 1
    before = cumprod(x, axis=axis, exclusive=True, reverse=reverse)
    if exclusive:
        g = shifted(g, axis, -by)
    return before * linear_recurrence(g, shifted(x, axis, -by), axis=axis, reverse=not reverse)


@custom("Cumprod", _cumprod_rule, batch=trailing, allowed=NUMERIC)
def cumprod(x: Any, *, axis: int, exclusive: bool, reverse: bool) -> Any:
    """yᵢ = Π xₖ over k ≤ i (exclusive: k < i; reverse: from the end); right also at zeros.

    Derivative: Σ g·y/x over the products that hold x.
    """
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
    """yᵢ = log Σ e^(xₖ) over k ≤ i (exclusive: k < i; reverse: from the end), without overflow.

    Derivative: Σ g·eˣ⁻ʸ over the sums that hold x.
    """
    return _scanned(np.logaddexp, x, -np.inf, axis=axis, exclusive=exclusive, reverse=reverse)
