"""A step of an optimizer in a traced `tf.function`: called as a whole in each call of the function.

The step works in place on the arrays of its variables, which no program of ops does better; so the
trace notes one call that takes the gradients, and reads the variables anew behind it.
"""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.tensors.tensor import EagerTensor, wrap


def traced_step(trace: Any, optimizer: Any, gradients: list[Any], variables: Any) -> None:
    """Note, and take, one step."""
    known = None if variables is None else list(variables)
    values: list[Any] = []
    places = [_taken(gradient, values) for gradient in gradients]

    def step(*arrays: Any) -> None:
        optimizer.apply([_given(place, arrays) for place in places], known)

    trace.call(step, tuple(values), steady=True)
    trace.forget_held()


def _taken(gradient: Any, values: list[Any]) -> Any:
    """A gradient with its arrays put among `values`: their places, or what it is."""
    if isinstance(gradient, tf.IndexedSlices):
        parts = (gradient.values, gradient.indices)
        return tuple(_taken(part, values) for part in parts), gradient.dense_shape
    if not isinstance(gradient, EagerTensor):
        if not tf.is_tensor(gradient):
            return None if gradient is None else _taken(tf.convert_to_tensor(gradient), values)
        gradient = tf.convert_to_tensor(gradient)
    values.append(gradient._value)
    return len(values) - 1


def _given(place: Any, arrays: tuple[Any, ...]) -> Any:
    if place is None:
        return None
    if isinstance(place, tuple):
        (values, indices), shape = place
        return tf.IndexedSlices(wrap(arrays[values]), wrap(arrays[indices]), shape)
    return wrap(arrays[place])
