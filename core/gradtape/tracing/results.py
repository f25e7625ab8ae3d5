"""What a traced function gives: its structure, with the numbers of the values in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from gradtape import nest
from gradtape.runtime.recorders import next_id
from gradtape.tensors.conversion import READERS, convert
from gradtape.tensors.indexed_slices import IndexedSlices
from gradtape.tensors.tensor import EagerTensor
from gradtape.tracing.trace import Trace
from gradtape.tracing.traced import Traced

NUMBERS = (bool, int, float, complex, str, bytes, np.ndarray, np.generic)


class Leaf(NamedTuple):
    """A tensor of the result, by its number."""

    number: int


class Group(NamedTuple):
    """A structure of the result: how it is made, and of what."""

    make: Callable[..., Any]
    parts: list[Any]


class Thing(NamedTuple):
    """What is no tensor, and is given as it is."""

    value: Any


def encoded(value: Any, trace: Trace) -> Any:
    """The result's structure; numbers and arrays become tensors, as in TensorFlow."""
    kind = type(value)
    if kind in READERS:
        value = value.read_value()
    elif isinstance(value, NUMBERS):
        value = convert(value)
    if isinstance(value, EagerTensor):
        inner = value._value
        if not isinstance(inner, (Traced, np.ndarray, np.generic)):
            trace.give_up("it gives a value that lies on a device")
            return Thing(value)
        return Leaf(trace.number(inner))
    if kind is list:
        return Group(listed, [encoded(part, trace) for part in value])
    if kind is tuple:
        return Group(tupled, [encoded(part, trace) for part in value])
    if kind is dict:
        keys = list(value)
        return Group(
            lambda *parts: dict(zip(keys, parts, strict=True)),
            [encoded(part, trace) for part in value.values()],
        )
    if kind is IndexedSlices:
        parts = [value.values, value.indices, value.dense_shape]
        return Group(IndexedSlices, [encoded(part, trace) for part in parts])
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return Group(kind, [encoded(part, trace) for part in value])
    if isinstance(value, (dict, list, tuple)):
        trace.give_up(f"it gives a {kind.__name__}, whose structure is not known")
        return Thing(shown(value))
    if value is not None:
        trace.give_up(f"it gives a {kind.__name__}, whose tensors are not known")
    return Thing(_given(value))


def _given(value: Any) -> Any:
    """What is no tensor and may be given all the same: None, and this package's own objects."""
    if value is not None and not type(value).__module__.startswith("gradtape"):
        raise TypeError(
            "To be compatible with tf.function, Python functions must return zero or more Tensors "
            f"or ExtensionTypes or None values; got {value!r} of type {type(value).__name__}. "
            "Return it from a function around this one."
        )
    return value


def listed(*parts: Any) -> list[Any]:
    """A list."""
    return list(parts)


def tupled(*parts: Any) -> tuple[Any, ...]:
    """A tuple."""
    return parts


def shown(value: Any) -> Any:
    """The result of a call of the Python function itself: numbers as tensors."""
    return nest.map_structure(_shown, value)


def _shown(value: Any) -> Any:
    if isinstance(value, NUMBERS):
        return convert(value)
    if type(value) in READERS:
        return value.read_value()
    if not isinstance(value, EagerTensor):
        return _given(value)
    if type(value._value) is Traced and value._value.trace.closed:
        value._value = value._value.value
        value.__class__ = EagerTensor
    return value


def numbers(form: Any) -> list[int]:
    """The numbers in a result."""
    if isinstance(form, Leaf):
        return [form.number]
    if isinstance(form, Group):
        return [n for part in form.parts for n in numbers(part)]
    return []


def filled(form: Any, tensor: Callable[[int], Any]) -> Any:
    """The result with tensor(number) in each place."""
    if isinstance(form, Leaf):
        return tensor(form.number)
    if isinstance(form, Group):
        return form.make(*[filled(part, tensor) for part in form.parts])
    return form.value


def tensor(value: Any) -> EagerTensor:
    """A tensor around an array of NumPy."""
    made = _new(EagerTensor)
    made._value = value
    made._id = next_id()
    return made


_new = object.__new__
