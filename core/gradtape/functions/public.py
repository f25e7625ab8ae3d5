"""From an op to a public function: `unary(call)` and `binary(call)` convert their arguments."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.dispatch.elementwise import apply_binary
from gradtape.functions.arguments import matched
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor

Function = Callable[..., EagerTensor]


def _named(function: Any, call: Function, *names: str) -> Function:
    """`function` with its parameters under TensorFlow's names, so that keywords work."""
    code = function.__code__
    code = code.replace(
        co_varnames=(*names, *code.co_varnames[len(names) :]), co_name=call.__name__
    )
    made = FunctionType(
        code, function.__globals__, call.__name__, function.__defaults__, function.__closure__
    )
    made.__doc__, made.__module__ = call.__doc__, call.__module__
    made.op = call.op  # type: ignore[attr-defined]
    return made


def unary(call: Function, argument: str = "x") -> Function:
    """The public function of an op with one input."""

    def function(x: Any, name: Any = None) -> Any:
        return call(x if type(x) is EagerTensor else convert_operand(x))

    return _named(function, call, argument)


def binary(call: Function, first: str = "x", second: str = "y") -> Function:
    """The public function of an op with two inputs of one dtype; the first fixes it."""
    op = call.op  # type: ignore[attr-defined]
    direct = op.kind == "elementwise"  # such calls take a tensor and a Python number by themselves

    def function(x: Any, y: Any, name: Any = None) -> Any:
        if type(x) is EagerTensor and (direct or type(y) is EagerTensor):
            return call(x, y)
        if is_tensor_like(x) or is_tensor_like(y):
            return apply_binary(op, x, y)
        a = convert(x)
        return call(a, convert(y, a.dtype))

    return _named(function, call, first, second)


def strict(call: Function, error: type[Exception]) -> Function:
    """As `binary`, for functions of which TensorFlow compares the dtypes itself, with `error`."""

    def function(x: Any, y: Any, name: Any = None) -> Any:
        a, b = matched(x, y)
        if a.dtype is not b.dtype:
            raise error(
                f"`x` and `y` must have the same dtype, got {a.dtype!r} != {b.dtype!r}. Use "
                "tf.cast."
            )
        return call(a, b)

    return _named(function, call, "x", "y")
