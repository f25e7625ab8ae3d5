"""What stands for a variable that is gone, and what a variable can hold."""

from __future__ import annotations

import weakref
from typing import Any

from gradtape.dtypes import DType
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor


class VariableRef(weakref.ref[Any]):
    """A weak reference to a variable that still knows, when it is gone, what it was."""

    __slots__ = ("dtype", "name", "shape")
    dtype: DType
    name: str
    shape: TensorShape


def one_value(tensor: EagerTensor) -> EagerTensor:
    """The tensor; TypeError where it stands for many elements, which a variable cannot hold."""
    if hasattr(tensor._value, "outside"):
        tensor._value.to_numpy()
    return tensor
