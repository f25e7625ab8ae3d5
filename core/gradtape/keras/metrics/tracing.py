"""A metric in a traced `tf.function`: called as a whole in each call of the function.

What a metric gathers is counted with NumPy, on arrays; so the trace notes one call that takes the
tensors, and reads the metric's variables anew behind it. Nothing of it has a gradient.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from gradtape import nest
from gradtape.keras.masks import mask_of, set_mask
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import READERS
from gradtape.tensors.tensor import EagerTensor, wrap


def traceable(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of a metric which a trace notes as one call."""

    @functools.wraps(method)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        if state.trace is None:
            return method(self, *args, **kwargs)
        return _noted(state.trace, functools.partial(method, self), args, kwargs)

    return called


class _Place(int):
    """The number of an operand among the arrays of the call, in the place of its tensor."""


def _noted(trace: Any, method: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    values: list[Any] = []
    masks: dict[int, int] = {}  # place of a tensor → that of its mask

    def taken(value: Any) -> Any:
        if type(value) in READERS:
            value = value._operand()
        if not isinstance(value, EagerTensor):
            return value
        values.append(value._value)
        place = len(values) - 1
        mask = mask_of(value)
        if mask is not None:
            masks[place] = taken(mask)
        return _Place(place)

    form = nest.map_structure(taken, (args, kwargs))
    first: list[Any] = []  # the result as it is in the traced call
    traced = True

    def call(*arrays: Any) -> tuple[Any, ...]:
        def given(value: Any) -> Any:
            if type(value) is not _Place:
                return value
            tensor = wrap(arrays[value])
            if value in masks:
                set_mask(tensor, given(masks[value]))
            return tensor

        again_args, again_kwargs = nest.map_structure(given, form)
        result = method(*again_args, **again_kwargs)
        if traced:
            first.append(result)
        return () if result is None else tuple(t._value for t in nest.flatten(result))

    outputs = trace.call(call, tuple(values), steady=True)
    trace.forget_held()
    traced, result = False, first.pop()
    if result is None:
        return None
    return nest.pack_sequence_as(result, [wrap(value) for value in outputs])
