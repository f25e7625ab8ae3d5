"""What makes two calls of a function the same trace: TensorFlow's rules.

Tensors count by shape and dtype, variables by these and by which of the arguments are one variable,
Python's values by type and value, other objects by being the same object. Structures are looked
into. (TensorFlow takes 1, 1.0 and True for one value; here they are three, since a program that was
traced with one of them need not be right for another.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dtypes import DType
from gradtape.functions.control.specs import TensorSpec
from gradtape.tensors.conversion import READERS, convert
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor

_LITERALS = frozenset({int, float, bool, str, bytes, complex, type(None)})
_BY_VALUE = (TensorSpec, DType, TensorShape, type)


class UntraceableError(Exception):
    """An argument for which there is no trace."""


class Signature:
    """The key of a call, the tensors and variables among its arguments, and what must live on."""

    __slots__ = ("_numbers", "alive", "key", "tensors", "variables")

    def __init__(self, arguments: Any) -> None:
        self.tensors: list[EagerTensor] = []
        self.variables: list[Any] = []
        self.alive: list[Any] = []
        self._numbers: dict[int, int] = {}
        self.key = tuple([self._part(value) for value in arguments])

    def _part(self, value: Any) -> Any:
        kind = type(value)
        if kind is EagerTensor:
            self.tensors.append(value)
            array = value._value
            return array.shape, array.dtype.num
        if kind in _LITERALS:
            if kind is float and value != value:
                return "nan"
            # 0.0 and -0.0 are equal, and so are their hashes
            return kind, value, repr(value) if kind in (float, complex) else None
        if kind is list or kind is tuple:
            return kind, tuple([self._part(part) for part in value])
        if kind is dict:
            return kind, tuple([(key, self._part(part)) for key, part in value.items()])
        if kind in READERS:
            return self._variable(value)
        if isinstance(value, EagerTensor):
            raise UntraceableError  # on a device, or a batch
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return kind, tuple([self._part(part) for part in value])
        if isinstance(value, (dict, list, tuple)):
            raise UntraceableError
        self.alive.append(value)
        return (kind, value) if isinstance(value, _BY_VALUE) else ("object", id(value))

    def _variable(self, variable: Any) -> Any:
        variable = getattr(variable, "_of", variable)
        number = self._numbers.setdefault(id(variable), len(self._numbers))
        if number == len(self.variables):
            self.variables.append(variable)
        value = variable._tensor._value
        if not isinstance(value, (np.ndarray, np.generic)):
            raise UntraceableError
        return "variable", number, value.shape, value.dtype.num, variable.trainable


def replaced(value: Any, tensors: Any) -> Any:
    """The arguments with the next of `tensors` in the place of each tensor."""
    kind = type(value)
    if kind is EagerTensor:
        return next(tensors)
    if kind is list or kind is tuple:
        return kind([replaced(part, tensors) for part in value])
    if kind is dict:
        return {key: replaced(part, tensors) for key, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return kind(*[replaced(part, tensors) for part in value])
    return value


def arrays_as_tensors(value: Any) -> Any:
    """NumPy's arrays and scalars among the arguments as tensors."""
    kind = type(value)
    if kind is EagerTensor or kind in _LITERALS:
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return convert(value)
    if kind is list or kind is tuple:
        return kind([arrays_as_tensors(part) for part in value])
    if kind is dict:
        return {key: arrays_as_tensors(part) for key, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return kind(*[arrays_as_tensors(part) for part in value])
    return value
