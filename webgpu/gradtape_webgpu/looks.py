"""Ops that compute nothing on the device: each is a view of its input.

`look(op type, spec, params)` gives the spec of the result and a function from the input's view to
the result's, or None where the op is no view.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from gradtape_webgpu import views
from gradtape_webgpu.program import Spec
from gradtape_webgpu.views import Shape, View

Through = Callable[[View], View | None]

#: op types that may be views
LOOKS = frozenset({
    "BroadcastTo", "EnsureShape", "ExpandDims", "GuaranteeConst", "Identity", "ReadVariableOp",
    "Reshape", "ReverseV2", "Slice", "Squeeze", "StopGradient", "StridedSlice", "Transpose",
})  # fmt: skip


def look(type: str, spec: Spec, params: dict[str, Any]) -> tuple[Spec, Through] | None:
    """The result's spec and its view, or None."""
    made = _shaped(type, spec.shape, params)
    return None if made is None else (Spec(made[0], spec.dtype), made[1])


def _shaped(type: str, shape: Shape, params: dict[str, Any]) -> tuple[Shape, Through] | None:
    if type in ("Identity", "ReadVariableOp", "StopGradient", "GuaranteeConst", "EnsureShape"):
        return shape, lambda view: view
    if type == "Reshape":
        wanted = tuple(params["shape"])
        if -1 in wanted:
            known = -prod(wanted)
            wanted = tuple(prod(shape) // known if n == -1 else n for n in wanted)
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
    return _strided(shape, params["index"]) if type == "StridedSlice" else None


def _reshaped(shape: Shape) -> tuple[Shape, Through]:
    return shape, lambda view: views.reshape(view, shape)


def _strided(shape: Shape, index: tuple[Any, ...]) -> tuple[Shape, Through] | None:
    """x[index], the index of integers, slices, None and one Ellipsis."""
    taken = sum(1 for item in index if item is not None and item is not Ellipsis)
    full: list[Any] = []
    for item in index:
        full += [slice(None)] * (len(shape) - taken) if item is Ellipsis else [item]
    full += [slice(None)] * (len(shape) - sum(1 for item in full if item is not None))
    begin, cut, steps, final = [], [], [], []
    axis = 0
    for item in full:
        if item is None:
            final.append(1)
            continue
        if isinstance(item, slice):
            places = range(shape[axis])[item]
            begin.append(places.start)
            cut.append(len(places))
            steps.append(places.step)
            final.append(len(places))
        elif hasattr(item, "__index__"):
            begin.append(range(shape[axis])[item.__index__()])
            cut.append(1)
            steps.append(1)
        else:
            return None
        axis += 1
    window = tuple(begin), tuple(cut), tuple(steps)
    shown = tuple(final)
    return shown, lambda view: _without(views.window(view, *window), full, shown)


def _without(view: View, index: list[Any], shape: Shape) -> View:
    """The view without the axes that an integer took, with those that None adds."""
    strides = []
    axis = 0
    for item in index:
        if item is None:
            strides.append(0)
        else:
            if isinstance(item, slice):
                strides.append(view.strides[axis])
            axis += 1
    return View(shape, view.offset, tuple(strides))
