"""`KerasTensor`: a tensor that is not there yet, with its shape, its dtype and where it comes from.

Layers and `keras.ops` take it and give others; what TensorFlow computes with values refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from gradtape.dtypes import as_dtype
from gradtape.keras import naming
from gradtape.tensors.conversion import CONVERTERS

_REFUSAL = """\
A KerasTensor cannot be used as input to a TensorFlow function. A KerasTensor is a symbolic \
placeholder for a shape and dtype, used when constructing Keras Functional models or Keras \
Functions. You can only use it as input to a Keras layer or a Keras operation (from the namespaces \
`keras.layers` and `keras.ops`). You are likely doing something like:

    x = Input(...)
    ...
    tf_fn(x)  # Invalid.

What you should do instead is wrap `tf_fn` in a layer:

    class MyLayer(Layer):
        def call(self, x):
            return tf_fn(x)

    x = MyLayer()(x)"""


class KerasTensor:
    """The shape and dtype of a tensor that a model will compute, and the call that will.

    Args: `shape`, None for an unknown size; `dtype`; `name`.
    """

    _keras_history: Any
    _keras_mask: Any = None
    __array_priority__ = 200

    def __init__(
        self,
        shape: Any,
        dtype: Any = "float32",
        sparse: bool = False,
        ragged: bool = False,
        ragged_rank: Any = None,
        row_splits_dtype: Any = None,
        record_history: bool = True,
        name: str | None = None,
    ) -> None:
        if sparse or ragged:
            raise ValueError("KerasTensor stands for dense tensors: leave out sparse and ragged.")
        self.shape = tuple(shape)
        self.dtype = as_dtype(dtype).name
        self.name = name or naming.unique("keras_tensor")
        self.sparse = self.ragged = False

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def __repr__(self) -> str:
        return (
            f"<KerasTensor shape={self.shape}, dtype={self.dtype}, sparse=False, name={self.name}>"
        )

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ValueError(_REFUSAL)

    def __bool__(self) -> NoReturn:
        raise TypeError("A symbolic KerasTensor cannot be used as a boolean.")

    def __float__(self) -> NoReturn:
        raise TypeError("A symbolic KerasTensor has no value yet: call the model.")

    __int__ = __index__ = __float__

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError("Iterating over a symbolic KerasTensor is not supported.")

    def __len__(self) -> int:
        if not self.shape or self.shape[0] is None:
            raise TypeError(f"The length of {self!r} is not known.")
        return int(self.shape[0])


#: what stands behind an operator: (name of the operation, operands) → tensor; set by operation.py
OPERATE: list[Callable[..., Any]] = []


def _binary(name: str, turned: bool = False) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        operands = (other, self) if turned else (self, other)
        return OPERATE[0](name, *operands)

    return operator


def _unary(name: str) -> Callable[[Any], Any]:
    return lambda self: OPERATE[0](name, self)


for _name, _operation in {
    "add": "Add", "sub": "Subtract", "mul": "Multiply", "truediv": "TrueDivide",
    "floordiv": "FloorDivide", "mod": "Mod", "pow": "Power", "matmul": "Matmul",
    "and": "LogicalAnd", "or": "LogicalOr", "xor": "LogicalXor",
}.items():  # fmt: skip
    setattr(KerasTensor, f"__{_name}__", _binary(_operation))
    setattr(KerasTensor, f"__r{_name}__", _binary(_operation, turned=True))
for _name, _operation in {
    "lt": "Less", "le": "LessEqual", "gt": "Greater", "ge": "GreaterEqual", "getitem": "GetItem",
}.items():  # fmt: skip
    setattr(KerasTensor, f"__{_name}__", _binary(_operation))
for _name, _operation in {"neg": "Negative", "abs": "Absolute", "invert": "LogicalNot"}.items():
    setattr(KerasTensor, f"__{_name}__", _unary(_operation))


def _refuse(value: Any, dtype: Any) -> NoReturn:
    raise ValueError(_REFUSAL)


CONVERTERS[KerasTensor] = _refuse
