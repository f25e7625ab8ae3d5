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
        return [_by_norm(g, clipnorm) for g in arrays]
    if global_clipnorm is not None and global_clipnorm > 0:
        return _by_global_norm(arrays, global_clipnorm)
    return arrays


def _squares(gradient: Array) -> Any:
    """Σ|g|² in the gradient's dtype."""
    with np.errstate(over="ignore"):
        return np.sum(np.square(gradient) if gradient.dtype.kind == "f" else np.abs(gradient) ** 2)


def _by_norm(gradient: Array, limit: float) -> Array:
    """g · limit / max(norm, limit), in Keras's order; NaN where the norm is infinite."""
    norm = np.sqrt(_squares(gradient))
    kind = gradient.real.dtype.type
    if not np.isfinite(norm):
        return np.full_like(gradient, np.nan)
    shrunk: Array = gradient * kind(limit) / np.maximum(norm, kind(limit))
    return shrunk


def _by_global_norm(arrays: list[Array], limit: float) -> list[Array]:
    """Each g times limit · min(1 / norm, 1 / limit), the norm that of all together."""
    if not arrays:
        return arrays
    kind = arrays[0].real.dtype.type
    norm = kind(np.sqrt(sum(_squares(g) for g in arrays)))
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = kind(limit) * np.minimum(kind(1) / norm, kind(1) / kind(limit)) + (norm - norm)
    return [g * g.real.dtype.type(scale) for g in arrays]
