"""Reductions as rules: neighbouring axes at a time, so that memory is walked [outer, n, inner]."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from gradtape.primitives.registry import REGISTRY, lookup
from gradtape_webgpu.kernels import reduce as kernels
from gradtape_webgpu.kernels.program import Spec
from gradtape_webgpu.kernels.target import Target
from gradtape_webgpu.kernels.views import Shape
from gradtape_webgpu.lowering.rules import Anchor

#: op type → what the kernel does
KINDS = {
    "Sum": "sum", "Mean": "sum", "Max": "max", "Min": "min", "Prod": "prod", "Any": "any",
    "All": "all",
}  # fmt: skip


@lru_cache(1024)
def rule(kind: str, spec: Spec, first: int, last: int) -> Anchor:
    """The reduction of axes first … last of an array that lies row by row; they are left out."""
    shape = spec.shape
    output = Spec(shape[:first] + shape[last + 1 :], spec.dtype)
    outer, n, inner = (
        _product(shape[a:b]) for a, b in ((0, first), (first, last + 1), (last + 1, None))
    )

    def build(views: Any, target: Target, before: Any, after: Any) -> Any:
        return kernels.build(kind, spec.dtype, outer, n, inner, target, before, after)

    return Anchor(kind, (spec,), output, lambda _, view: view.is_flat, build, spec.size)


def reduce(device: Any, type: str, x: Any, axis: Shape, keepdims: bool) -> Any:
    """The reduction of x over `axis` (counted from the end)."""
    shape = x.shape
    axes = sorted({k % len(shape) for k in axis}) if shape else []
    y = x
    while axes:  # the last run of neighbours first: what is left of an axis keeps its number
        first = last = axes.pop()
        while axes and axes[-1] == first - 1:
            first = axes.pop()
        y = device.record(rule(KINDS[type], y.spec, first, last), [y])
    if type == "Mean":
        count = _product(tuple(shape[k % len(shape)] for k in axis)) if shape else 1
        y = REGISTRY["RealDiv"].call(y, x.dtype.type(count))
    if keepdims:
        keepdims_shape = tuple(1 if k - len(shape) in axis else n for k, n in enumerate(shape))
        y = lookup("Reshape")(y, shape=keepdims_shape)
    return y


def _product(shape: Shape) -> int:
    return int(np.prod(shape, dtype=np.int64))
