"""The only place that knows about broadcasting: cotangents and tangents are fitted to a shape."""

from __future__ import annotations

from typing import Any

from gradtape.errors import InternalError
from gradtape.primitives.registry import lookup


def fit(value: Any, shape: tuple[int, ...]) -> Any:
    """`value` summed over, or spread along, axes until it has `shape`.

    Where an op broadcast its input, the cotangent is the sum over the copies; where a rule left a
    size-1 axis, the value is the same along it.
    """
    have = tuple(value.shape)
    if have == shape:
        return value
    leading = tuple(range(-len(have), -len(shape)))
    if leading:
        value = lookup("Sum")(value, axis=leading, keepdims=False)
        have = have[len(leading) :]
    stretched = tuple([k for k in range(-len(have), 0) if shape[k] == 1 != have[k]])
    if stretched:
        value = lookup("Sum")(value, axis=stretched, keepdims=True)
    have = tuple(value.shape)
    if have == shape:
        return value
    if any(got not in (1, want) for got, want in zip(have[::-1], shape[::-1], strict=False)):
        raise InternalError(f"a derivative of shape {have} does not fit an input of shape {shape}")
    return lookup("BroadcastTo")(value, shape=shape)
