"""Gradients made smaller where they, or all of them together, are too large."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def clipped(
    arrays: list[Array],
    clipvalue: float | None,
    clipnorm: float | None,
    global_clipnorm: float | None,
) -> list[Array]:
    """The gradients, cut by the one limit that is given and above 0."""
    if clipvalue is not None and clipvalue > 0:
        return [np.clip(g, -clipvalue, clipvalue) for g in arrays]
    if clipnorm is not None and clipnorm > 0:
        return [_shrunk(g, _norm([g]), clipnorm) for g in arrays]
    if global_clipnorm is not None and global_clipnorm > 0:
        norm = _norm(arrays)
        return [_shrunk(g, norm, global_clipnorm) for g in arrays]
    return arrays


def _norm(arrays: list[Array]) -> float:
    return float(np.sqrt(sum(float(np.vdot(g, g).real) for g in arrays)))


def _shrunk(gradient: Array, norm: float, limit: float) -> Array:
    """The gradient times limit / norm where the norm is larger; NaN where the norm is infinite."""
    if norm <= limit:
        return gradient
    factor = limit / norm if np.isfinite(norm) else float("nan")
    shrunk: Array = gradient * gradient.dtype.type(factor)
    return shrunk
