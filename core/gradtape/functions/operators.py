"""Attaches arithmetic, comparison and slicing to tensors, variables, batches and device arrays.

Loaded when the first of them is used (see `tensors/operators.py`). The machinery reaches ops
through these operators, never by importing `ops`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gradtape import dtypes
from gradtape.dispatch.apply import convert_operand
from gradtape.dispatch.batching import Batched
from gradtape.dispatch.elementwise import apply_binary
from gradtape.dtypes import DType
from gradtape.errors import InvalidArgumentError
from gradtape.ops.array import selection, shaping
from gradtape.ops.linalg import products
from gradtape.ops.math import arithmetic, comparison, complex_numbers
from gradtape.tensors.conversion import READERS, convert, holds_tensors, is_tensor_like
from gradtape.tensors.operators import CONTAINER
from gradtape.tensors.tensor import EagerTensor, Tensor
from gradtape.tensors.variable import Variable

Call = Callable[..., Any]


def _reflected(call: Call) -> Call:
    op = call.op  # type: ignore[attr-defined]
    if op.kind == "elementwise":  # its callable takes Python numbers itself
        return lambda self, other: call(other, self)
    return lambda self, other: apply_binary(op, other, self)


def true_divide(a: Any, b: Any) -> Any:
    """a / b; integers become float64 (8 and 16 bits: float32) first."""
    if type(a) is EagerTensor and a._value.dtype.kind == "f":
        try:
            return arithmetic.divide(a, b)
        except (InvalidArgumentError, TypeError):
            _same_dtype(*_pair(a, b))
            raise
    a, b = _pair(a, b)
    if not isinstance(a, Batched):
        _same_dtype(a, b)
        if a.dtype.name in ("bool", "string"):
            raise TypeError(f"Invalid dtype {a.dtype!r} in __truediv__: numbers alone are divided.")
    if a.dtype.is_integer:
        wide = dtypes.float32 if a.dtype.size <= 2 else dtypes.float64
        a, b = (complex_numbers.cast(x, dtype=wide.numpy) for x in (a, b))
    return arithmetic.divide(a, b)


def _same_dtype(a: Any, b: Any) -> None:
    if a.dtype != b.dtype:
        raise TypeError(
            f"`x` and `y` must have the same dtype, got {a.dtype!r} != {b.dtype!r}. Use tf.cast."
        )


def _pair(a: Any, b: Any) -> tuple[Any, Any]:
    if isinstance(a, Batched) or isinstance(b, Batched):
        return a, b
    if is_tensor_like(a):
        a = convert_operand(a)
        if type(b) in READERS and b.dtype is a.dtype:
            return a, b._operand()
        try:
            return a, convert(b, a.dtype)
        except (TypeError, ValueError):
            return a, convert(b)
    b = convert_operand(b)
    return convert(a, b.dtype), b


def matrix_product(a: Any, b: Any) -> Any:
    """a @ b."""
    a, b = _pair(a, b)
    return products.matmul(a, b)


def _and_or(boolean: Call, bits: Call) -> Call:
    def method(self: Any, other: Any) -> Any:
        a = convert(self)
        b = convert(other) if is_tensor_like(other) else convert(other, a.dtype)
        return (boolean if a.dtype.is_bool else bits)(a, b)

    return method


def _equality(call: Call, unequal: bool) -> Call:
    def method(self: Any, other: Any) -> Any:
        if other is None:
            return unequal
        try:
            return call(self, other)
        except InvalidArgumentError as error:
            if "Incompatible shapes" in str(error):
                return convert(unequal)
            raise
        except (TypeError, ValueError):
            # what tells NumPy to leave comparisons to it (pytest.approx does) has them here too
            if getattr(type(other), "__array_ufunc__", method) is None:
                return NotImplemented
            raise

    return method


def absolute(x: Any) -> Any:
    """|x|; the modulus of a complex number."""
    x = convert(x) if not isinstance(x, (EagerTensor, Batched)) else x
    complex_ = x.dtype.kind == "c" if isinstance(x.dtype, np.dtype) else x.dtype.is_complex
    return (complex_numbers.modulus if complex_ else complex_numbers.absolute)(x)


def invert(x: Any) -> Any:
    """Not x; of integers, all bits turned over."""
    x = convert(x)
    return (selection.logical_not if x.dtype.is_bool else comparison.invert)(x)


def iterate(self: Any) -> Iterator[Any]:
    """The slices along axis 0, differentiably."""
    x = self if isinstance(self, EagerTensor) else self._operand()
    if not x._value.shape:
        raise TypeError("Cannot iterate over a scalar tensor.")
    return iter(shaping.unpack(x, axis=0))


def contains(self: Any, item: Any) -> bool:
    """Whether any element equals `item`."""
    return any(bool(piece == item) for piece in self)


def stack(value: Any, dtype: DType | None) -> EagerTensor:
    """A nested list with tensors in it as one tensor, differentiably; cast where `dtype` says."""
    wanted = dtype or _first_tensor(value).dtype
    parts: list[Any] = []
    for item in value:
        if isinstance(item, (list, tuple)):
            part = stack(item, wanted) if holds_tensors(item) else convert(item, wanted)
        elif not is_tensor_like(item):
            part = convert(item, wanted)
        else:
            part = convert(item)
            if part.dtype is not wanted:
                if dtype is None or "string" in (part.dtype.name, wanted.name):
                    raise InvalidArgumentError(
                        f"cannot compute Pack as input #{len(parts)}(zero-based) was expected to "
                        f"be a {wanted.word} tensor but is a {part.dtype.word} tensor [Op:Pack]. "
                        "Use tf.cast."
                    )
                part = complex_numbers.cast(part, dtype=wanted.numpy)
        parts.append(part)
    shapes = [tuple(p._value.shape) for p in parts]
    for k, this in enumerate(shapes):
        if this != shapes[0]:
            raise InvalidArgumentError(
                f"Shapes of all inputs must match: values[0].shape = {list(shapes[0])} != "
                f"values[{k}].shape = {list(this)} [Op:Pack]"
            )
    return shaping.pack(*parts, axis=0, rank=len(shapes[0]))


def _first_tensor(value: Any) -> Any:
    queue = [value]
    while queue:
        item = queue.pop(0)
        if is_tensor_like(item):
            return item
        if isinstance(item, (list, tuple)):
            queue = [*item, *queue]
    raise TypeError("no tensor in the list")


def load_slicing(self: Any, key: Any) -> Any:
    """self[key]; not every program slices: the first that does loads what does it from then on."""
    from gradtape.functions.array import indexing

    Tensor.__getitem__ = indexing.getitem  # type: ignore[method-assign]
    Variable.__getitem__ = indexing.variable_item  # type: ignore[assignment]
    return self[key]


def _methods() -> dict[str, Any]:
    methods: dict[str, Any] = {}
    for name, call in (
        ("add", arithmetic.add),
        ("sub", arithmetic.subtract),
        ("mul", arithmetic.multiply),
        ("truediv", true_divide),
        ("floordiv", arithmetic.floordiv),
        ("mod", arithmetic.floormod),
        ("pow", arithmetic.power),
        ("matmul", matrix_product),
    ):
        methods[f"__{name}__"] = call
        if hasattr(call, "op"):
            methods[f"__r{name}__"] = _reflected(call)
        else:
            methods[f"__r{name}__"] = (lambda c: lambda self, other: c(other, self))(call)
    # The op has no derivative, and so no straight path of its own that takes Python numbers.
    methods["__floordiv__"] = _binary_method(arithmetic.floordiv)
    for name, boolean, bits in (
        ("and", comparison.logical_and, comparison.bitwise_and),
        ("or", comparison.logical_or, comparison.bitwise_or),
        ("xor", comparison.not_equal, comparison.bitwise_xor),
    ):
        methods[f"__{name}__"] = methods[f"__r{name}__"] = _and_or(boolean, bits)
    for name, call in (
        ("lt", comparison.less),
        ("le", comparison.less_equal),
        ("gt", comparison.greater),
        ("ge", comparison.greater_equal),
    ):
        methods[f"__{name}__"] = _binary_method(call)
    methods["__eq__"] = _equality(_binary_method(comparison.equal), False)
    methods["__ne__"] = _equality(_binary_method(comparison.not_equal), True)
    methods["__neg__"] = arithmetic.negative
    methods["__abs__"] = absolute
    methods["__invert__"] = invert
    methods["__getitem__"] = load_slicing
    methods["__iter__"] = iterate
    methods["__contains__"] = contains
    return methods


def attach(kind: type) -> None:
    """Give arithmetic and comparison to a type that stands for an array inside rules."""
    for name, method in _methods().items():
        if name not in CONTAINER:
            setattr(kind, name, method)
    for name in ("__truediv__", "__matmul__"):  # rules use these on floating point alone
        call = arithmetic.divide if name == "__truediv__" else products.matmul
        setattr(kind, name, call)
        setattr(kind, name.replace("__", "__r", 1), _reflected(call))


def _attach() -> None:
    for kind in (Tensor, Variable):
        for name, method in _methods().items():
            setattr(kind, name, method)
    attach(Batched)
    EagerTensor.__hash__ = Tensor.__hash__  # type: ignore[method-assign]


def _binary_method(call: Call) -> Call:
    op = call.op  # type: ignore[attr-defined]

    def method(self: Any, other: Any) -> Any:
        return apply_binary(op, self, other)

    return method


_attach()
