"""The shapes and dtypes of a function's outputs, found by calling it on zeros.

Sizes that are not known are filled with two different numbers, one after the other; what differs
between the two calls is not known in the outputs either. Nothing is recorded meanwhile, no seed is
used up, and whoever calls puts changed variables back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradtape as tf
from gradtape import nest
from gradtape.keras import random
from gradtape.keras.symbolic.tensor import KerasTensor
from gradtape.runtime.recorders import recorders

#: what unknown sizes are filled with: (of the first axis, of the others)
_FILLS = ((2, 24), (3, 37))


def probe(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """The outputs of `function(*args, **kwargs)` as symbolic tensors."""
    symbols = [t for t in nest.flatten((args, kwargs)) if isinstance(t, KerasTensor)]
    unknown = any(None in t.shape for t in symbols)
    found = []
    with recorders(()), random.kept():
        for fill in _FILLS if unknown else _FILLS[:1]:
            these, named = nest.map_structure(lambda t, f=fill: _filled(t, f), (args, kwargs))
            found.append(function(*these, **named))
    return nest.map_structure(_symbol, *found)


def _filled(value: Any, fill: tuple[int, int]) -> Any:
    if not isinstance(value, KerasTensor):
        return value
    first, others = fill
    shape = [
        (others if axis else first) if size is None else size
        for axis, size in enumerate(value.shape)
    ]
    if value.dtype == "string":
        return tf.fill(shape, "")
    return tf.zeros(shape, value.dtype)


def _symbol(first: Any, second: Any = None) -> Any:
    if not hasattr(first, "shape"):
        return first
    other = first if second is None else second
    shape = tuple(
        a if a == b else None for a, b in zip(tuple(first.shape), tuple(other.shape), strict=True)
    )
    return KerasTensor(shape, first.dtype)
