"""The matrix product as a rule: transposes are read in place, element-wise steps go on after it."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape_webgpu.kernels import matmul as kernels
from gradtape_webgpu.kernels.program import Spec
from gradtape_webgpu.kernels.registry import Unsupported
from gradtape_webgpu.kernels.target import Target
from gradtape_webgpu.kernels.views import View, transpose
from gradtape_webgpu.lowering.rules import Anchor


def matmul(specs: tuple[Spec, ...]) -> Anchor:
    """(…, m, k) · (…, k, n), the leading axes broadcast."""
    a, b = specs
    if len(a.shape) < 2 or len(b.shape) < 2 or a.shape[-1] != b.shape[-2]:
        raise Unsupported("the shapes do not fit")  # the CPU's kernel says how
    if a.dtype != np.float32 or b.dtype != np.float32:
        raise Unsupported("a matrix product of integers stays on the CPU")
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    output = Spec((*lead, a.shape[-2], b.shape[-1]), a.dtype)

    def accepts(_: int, view: View) -> bool:
        return view.is_flat or _turned(view).is_flat

    def build(views: tuple[View, ...], target: Target, before: Any, after: Any) -> Any:
        turned = [not view.is_flat for view in views]
        a, b = (
            Spec(_turned(view).shape if turn else view.shape, output.dtype)
            for view, turn in zip(views, turned, strict=True)
        )
        return kernels.build(
            a, b, target, transpose_a=turned[0], transpose_b=turned[1], epilogue=after
        )

    return Anchor("MatMul", specs, output, accepts, build)


def _turned(view: View) -> View:
    """The view with its last two axes changed over."""
    rank = len(view.shape)
    return transpose(view, (*range(rank - 2), rank - 1, rank - 2))
