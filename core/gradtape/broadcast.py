"""The only place that knows about broadcasting: cotangents and tangents are fitted to a shape."""

from __future__ import annotations

from typing import Any

from gradtape.errors import InternalError
from gradtape.registry import lookup


def fit(value: Any, shape: tuple[int, ...]) -> Any:
    """`value` summed over, or spread along, axes until it has `shape`.

    Where an op broadcast its input, the cotangent is the sum over the copies; where a rule left a
    size-1 axis, the value is the same along it.
    """
    have = tuple(value.shape)
    if have == shape:
        return value
    extra = len(have) - len(shape)
    if extra > 0 or any(
        want == 1 and got != 1 for got, want in zip(have, shape[-len(have) :], strict=False)
    ):
        value = sum_to(value, have, shape)
        have = tuple(value.shape)
    if have == shape:
        return value
    if any(got not in (1, want) for got, want in zip(have[::-1], shape[::-1], strict=False)):
        raise InternalError(f"a derivative of shape {have} does not fit an input of shape {shape}")
    return lookup("BroadcastTo")(value, shape=shape)


def sum_to(value: Any, have: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """`value` summed over the axes that broadcasting from `shape` to `have` made or stretched."""
    extra = len(have) - len(shape)
    stretched = tuple(
        i - len(have)
        for i in range(len(have))
        if i < extra or (shape[i - extra] == 1 and have[i] != 1)
    )
    total = lookup("Sum")(value, axis=stretched, keepdims=True)
    return lookup("Reshape")(total, shape=tuple(total.shape)[extra:]) if extra > 0 else total
