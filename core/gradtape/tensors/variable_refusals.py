"""What a variable refuses: in-place arithmetic, and what belongs to graphs and sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn


class Refusals:
    """What `Variable` takes from here."""

    __slots__ = ()

    def _no_graph(self, session: Any = None) -> NoReturn:
        """Not in eager execution: use `numpy()`."""
        raise RuntimeError(
            "This property is not supported when eager execution is enabled; use v.numpy()."
        )

    def _undefined(self) -> NoReturn:
        """Not in eager execution."""
        raise AttributeError("Tensor.op and .graph are undefined when eager execution is enabled.")

    initial_value = property(_no_graph)
    op = property(_undefined)
    graph = property(_undefined)
    eval = _no_graph


def _refuse(symbol: str, method: str) -> Callable[[Any, Any], NoReturn]:
    def operator(self: Any, other: Any) -> NoReturn:
        raise RuntimeError(
            f"`variable {symbol} value` with `tf.Variable`s is not supported. Use "
            f"`variable.{method}(value)` to "
            f"modify the variable, or `out = variable {symbol[:-1]} value` if you need to get a "
            "new output Tensor."
        )

    return operator


for _dunder, _symbol, _method in (
    ("__iadd__", "+=", "assign_add"),
    ("__isub__", "-=", "assign_sub"),
    ("__imul__", "*=", "assign"),
    ("__itruediv__", "/=", "assign"),
    ("__ifloordiv__", "//=", "assign"),
    ("__imod__", "%=", "assign"),
    ("__ipow__", "**=", "assign"),
):
    setattr(Refusals, _dunder, _refuse(_symbol, _method))
