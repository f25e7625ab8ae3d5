"""`Traced`: what stands for an array while a function is traced.

It has the array's value, so that the traced call computes what an eager one would, and a number by
which the trace knows it. Ops on it come through the door for array types and are noted; whoever
asks for the value itself is noted too, for a compiled program could not answer.
"""

from __future__ import annotations

import operator
import sys
from typing import Any

import numpy as np

from gradtape.dispatch.apply import register_array_type
from gradtape.dispatch.batching import Batched, apply_batched
from gradtape.functions import operators
from gradtape.primitives.op import Op
from gradtape.primitives.registry import lookup
from gradtape.runtime.recorders import state
from gradtape.tensors.tensor import EagerTensor

#: exponents for which NumPy's `**` on arrays is another function → the op of that function
_POWERS = {2: "Square", 0.5: "Sqrt", -1: "Reciprocal"}

#: NumPy's function, as `array * traced` calls it → the op
_UFUNCS = {
    np.add: "AddV2",
    np.subtract: "Sub",
    np.multiply: "Mul",
    np.true_divide: "RealDiv",
    np.negative: "Neg",
    np.maximum: "Maximum",
    np.minimum: "Minimum",
    np.sqrt: "Sqrt",
    np.exp: "Exp",
    np.log: "Log",
}


class Traced:
    """A value of a trace: `value` is what it is in the traced call, `number` its place."""

    __slots__ = ("number", "trace", "value")
    __array_priority__ = 150

    def __init__(self, trace: Any, value: Any, number: int) -> None:
        self.trace, self.value, self.number = trace, value, number

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape."""
        shape: tuple[int, ...] = self.value.shape
        return shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The NumPy dtype."""
        dtype: np.dtype[Any] = self.value.dtype
        return dtype

    @property
    def ndim(self) -> int:
        """The rank."""
        return int(self.value.ndim)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(self.value.size)

    @property
    def nbytes(self) -> int:
        """Bytes of the value."""
        return int(self.value.nbytes)

    def __len__(self) -> int:
        return len(self.value)

    # -- what can be said of it without its value

    @property
    def symbol(self) -> str:
        """Its name in a printed tensor."""
        return f"value_{self.number}:0"

    def conj(self) -> Any:
        """The complex conjugate."""
        return lookup("Conj")(self)

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """The values in another dtype."""
        return lookup("Cast")(self, dtype=np.dtype(dtype))

    def __pow__(self, exponent: Any) -> Any:
        if type(exponent) in (int, float) and self.dtype.kind in "fc" and exponent in _POWERS:
            return lookup(_POWERS[exponent])(self)
        return lookup("Pow")(self, exponent)

    # -- leaving

    def to_numpy(self) -> Any:
        """The value, which a compiled program could not have given."""
        return self.trace.left(self)

    async def fetch(self) -> Any:
        """The value, likewise."""
        return self.to_numpy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = np.asarray(self.to_numpy())
        return array if dtype is None else array.astype(dtype)

    def __bool__(self) -> bool:
        return bool(self.to_numpy())

    def __float__(self) -> float:
        return float(self.to_numpy())

    def __int__(self) -> int:
        return int(self.to_numpy())

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
        if method == "__call__" and not keywords and self.trace is state.trace:
            if ufunc in _UFUNCS:
                return lookup(_UFUNCS[ufunc])(*inputs)
            made = self.trace.compute(None, ufunc, inputs, {})
            if any(part.dtype.kind in "fc" for part in (made if type(made) is tuple else (made,))):
                self.trace.own_gradients = True  # a tape is not told of what is no op
            return made
        inputs = tuple(np.asarray(x) if type(x) is Traced else x for x in inputs)
        return getattr(ufunc, method)(*inputs, **keywords)

    def __repr__(self) -> str:
        return f"<{self.dtype}{list(self.shape)} of a trace>"


def apply(op: Op, xs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """`op`, computed and noted."""
    values = tuple([x._value if isinstance(x, EagerTensor) else x for x in xs])
    for value in values:
        if type(value) is Batched:
            return apply_batched(op, xs, params)
    trace = next(value.trace for value in values if type(value) is Traced)
    look = sys.getprofile()
    if look is None or look is not trace.look:
        return _noted(trace, op, values, params)
    sys.setprofile(None)  # what it looks for (`unseen.py`) no kernel calls
    try:
        return _noted(trace, op, values, params)
    finally:
        sys.setprofile(look)


def _noted(trace: Any, op: Op, values: tuple[Any, ...], params: dict[str, Any]) -> Any:
    if trace is not state.trace:  # of a call that is over, or of another thread's
        return op.kernel(*(v.trace.leaked(v) if type(v) is Traced else v for v in values), **params)
    if op.type in _OF_SHAPES:  # the same in every call of the program
        return op.kernel(*(v.value if type(v) is Traced else v for v in values), **params)
    if not (isinstance(op.kernel, np.ufunc) or op.kernel in _ARITHMETIC):
        values = _numbers(values)
    return trace.compute(op, op.kernel, values, params)


#: ops whose results the shapes of their operands give
_OF_SHAPES = frozenset(("Shape", "ShapeN", "Size", "Rank"))
#: kernels that take Python's numbers as NumPy's operators do
_ARITHMETIC = frozenset((operator.add, operator.sub, operator.mul, operator.truediv, operator.neg))


def _numbers(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Python's numbers in the dtype of the arrays beside them, as rules write them."""
    if not any(type(v) in (bool, int, float, complex) for v in values):
        return values
    dtype = next(v.dtype for v in values if type(v) is Traced)
    return tuple([dtype.type(v) if type(v) in (bool, int, float) else v for v in values])


register_array_type(Traced, apply)
_pow = Traced.__pow__
operators.attach(Traced)
Traced.__pow__ = _pow  # type: ignore[method-assign]
