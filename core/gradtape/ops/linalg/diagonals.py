"""Diagonals and bands of matrices: moving and masking elements of the last two axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import full, trailing
from gradtape.ops.array.shaping import zeros_like
from gradtape.ops.declaration import custom, linear


@linear(
    "MatrixBandPart",
    lambda g, _y, _x, *, lower, upper: band_part(g, lower=lower, upper=upper),
    batch=trailing,
    structural=True,
)
def band_part(x: Any, *, lower: int, upper: int) -> Any:
    """x with zeros outside `lower` sub- and `upper` superdiagonals; a negative number keeps all.

    Derivative: g within the band.
    """
    rows, columns = np.indices(x.shape[-2:], sparse=True)
    inside = ((lower < 0) | (rows - columns <= lower)) & ((upper < 0) | (columns - rows <= upper))
    return np.where(inside, x, x.dtype.type(0))


def _diagonal(rows: int, columns: int, k: int) -> tuple[Any, Any]:
    """The row and column numbers of diagonal `k`."""
    n = min(rows - max(-k, 0), columns - max(k, 0))
    steps = np.arange(max(n, 0))
    return steps + max(-k, 0), steps + max(k, 0)


def _part_rule(g: Any, _y: Any, x_like: Any, *, k: int) -> Any:
    return diag(g, k=k, shape=tuple(x_like.shape)[-2:])


@linear("MatrixDiagPartV3", _part_rule, batch=trailing, structural=True)
def diag_part(x: Any, *, k: int) -> Any:
    """The `k`-th diagonal of the last two axes: above the main one where k > 0.

    Derivative: g on the diagonal, 0 elsewhere.
    """
    rows, columns = _diagonal(x.shape[-2], x.shape[-1], k)
    return x[..., rows, columns]


@linear(
    "MatrixDiagV3",
    lambda g, _y, _x, *, k, shape: diag_part(g, k=k),
    batch=trailing,
    structural=True,
)
def diag(x: Any, *, k: int, shape: tuple[int, int]) -> Any:
    """Zeros of `shape` (rows, columns) with x on the `k`-th diagonal.

    Derivative: the diagonal of g.
    """
    out = np.zeros((*x.shape[:-1], *shape), x.dtype)
    rows, columns = _diagonal(*shape, k)
    out[..., rows, columns] = x
    return out


def _set_matrix(g: Any, _y: Any, _x: Any, _d: Any, *, k: int) -> Any:
    return set_diag(g, zeros_like(diag_part(g, k=k)), k=k)


def _set_jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    return set_diag(
        *(zeros_like(x) if t is None else t for t, x in zip(tangents, xs, strict=True)), **params
    )


def _set_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    x, d = (v if flag else full(v, size) for v, flag in zip(xs, flags, strict=True))
    return op.call(x, d, **params)


# Linear in both together, not in each alone: its tangent takes both tangents at once.
@custom(
    "MatrixSetDiagV3",
    _set_matrix,
    lambda g, _y, _x, _d, *, k: diag_part(g, k=k),
    jvp=_set_jvp,
    batch=_set_batch,
)
def set_diag(x: Any, d: Any, *, k: int) -> Any:
    """x with its `k`-th diagonal replaced by d.

    Derivative: g off the diagonal with respect to x and the diagonal of g with respect to d.
    """
    out = np.array(np.broadcast_to(x, x.shape))
    rows, columns = _diagonal(x.shape[-2], x.shape[-1], k)
    if d.shape[-1] != len(rows):
        raise ValueError(
            f"diagonal {k} of {x.shape[-2:]} has {len(rows)} elements, not {d.shape[-1]}"
        )
    out[..., rows, columns] = d
    return out
