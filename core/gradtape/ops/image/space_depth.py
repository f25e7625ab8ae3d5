"""Blocks of pixels become channels, and channels blocks of pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.declaration import linear
from gradtape.ops.nn.windows import folded, unfolded


def _batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return unfolded(op.call(folded(xs[0]), **params), size)


@linear(
    "SpaceToDepth", lambda g, _y, _x, *, block: depth_to_space(g, block=block), batch=_batch,
    structural=True,
)  # fmt: skip
def space_to_depth(x: Any, *, block: int) -> Any:
    """(n, h, w, c) as (n, h/b, w/b, b·b·c). Derivative: g put back by depth_to_space."""
    n, h, w, c = x.shape
    parts = np.reshape(x, (n, h // block, block, w // block, block, c))
    turned = np.transpose(parts, (0, 1, 3, 2, 4, 5))
    return turned.reshape(n, h // block, w // block, block**2 * c)


@linear(
    "DepthToSpace", lambda g, _y, _x, *, block: space_to_depth(g, block=block), batch=_batch,
    structural=True,
)  # fmt: skip
def depth_to_space(x: Any, *, block: int) -> Any:
    """(n, h, w, b·b·c) as (n, h·b, w·b, c). Derivative: g put back by space_to_depth."""
    n, h, w, c = x.shape
    parts = np.reshape(x, (n, h, w, block, block, c // block**2))
    turned = np.transpose(parts, (0, 1, 3, 2, 4, 5))
    return turned.reshape(n, h * block, w * block, c // block**2)
