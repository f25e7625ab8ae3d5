"""Ops that compute nothing on the device: each is a view of its input.

`view_of(op type, spec, params)` gives the spec of the result and a function from the input's view
to the result's; it gives None where no strides describe the result (see `kernels/views.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from gradtape_webgpu.kernels import views
from gradtape_webgpu.kernels.program import Spec
from gradtape_webgpu.kernels.views import Shape, View

Through = Callable[[View], View | None]

#: the op types that are views
VIEW_OPS = frozenset({
    "BroadcastTo", "EnsureShape", "ExpandDims", "GuaranteeConst", "Identity", "ReadVariableOp",
    "Reshape", "ReverseV2", "Slice", "Squeeze", "StopGradient", "StridedSlice", "Transpose",
})  # fmt: skip


def view_of(type: str, spec: Spec, params: dict[str, Any]) -> tuple[Spec, Through]:
    """The result's spec and its view."""
    shape, through = _shaped(type, spec.shape, params)
    return Spec(shape, spec.dtype), through


def _shaped(type: str, shape: Shape, params: dict[str, Any]) -> tuple[Shape, Through]:
    if type in ("Identity", "ReadVariableOp", "StopGradient", "GuaranteeConst", "EnsureShape"):
        return shape, lambda view: view
    if type == "Reshape":
        wanted = tuple(params["shape"])
        if -1 in wanted:
            rest = -prod(wanted)
            wanted = tuple(prod(shape) // rest if n == -1 else n for n in wanted)
        return _reshaped(wanted)
    if type == "ExpandDims":
        axis = params["axis"] % (len(shape) + 1)
        return _reshaped((*shape[:axis], 1, *shape[axis:]))
    if type == "Squeeze":
        axes = {k % len(shape) for k in params["axis"]}
        return _reshaped(tuple(n for k, n in enumerate(shape) if k not in axes))
    if type == "Transpose":
        perm = tuple(k % len(shape) for k in params["perm"])
        return tuple(shape[k] for k in perm), lambda view: views.transpose(view, perm)
    if type == "BroadcastTo":
        wide = tuple(params["shape"])
        return wide, lambda view: views.broadcast(view, wide)
    if type == "Slice":
        begin, size = params["begin"], params["size"]
        return size, lambda view: views.window(view, begin, size)
    if type == "ReverseV2":
        axes = {k % len(shape) for k in params["axis"]}
        begin = tuple(n - 1 if k in axes else 0 for k, n in enumerate(shape))
        steps = tuple(-1 if k in axes else 1 for k in range(len(shape)))
        return shape, lambda view: views.window(view, begin, shape, steps)
    index = params["index"]  # StridedSlice
    return views.indexed(views.flat(shape), index).shape, lambda view: views.indexed(view, index)


def _reshaped(shape: Shape) -> tuple[Shape, Through]:
    return shape, lambda view: views.reshape(view, shape)
