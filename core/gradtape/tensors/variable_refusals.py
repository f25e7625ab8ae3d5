"""What a variable refuses: in-place arithmetic, and what belongs to graphs and sessions."""

from __future__ import annotations

from typing import Any, NoReturn


class Refusals:
    """What `Variable` takes from here."""

    __slots__ = ()

    def __iadd__(self, other: Any) -> NoReturn:
        _refuse("+=", "assign_add")

    def __isub__(self, other: Any) -> NoReturn:
        _refuse("-=", "assign_sub")

    def __imul__(self, other: Any) -> NoReturn:
        _refuse("*=", "assign")

    def __itruediv__(self, other: Any) -> NoReturn:
        _refuse("/=", "assign")

    def __ifloordiv__(self, other: Any) -> NoReturn:
        _refuse("//=", "assign")

    def __imod__(self, other: Any) -> NoReturn:
        _refuse("%=", "assign")

    def __ipow__(self, other: Any) -> NoReturn:
        _refuse("**=", "assign")

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


def _refuse(symbol: str, method: str) -> NoReturn:
    raise RuntimeError(
        f"`variable {symbol} value` with `tf.Variable`s is not supported. Use "
        f"`variable.{method}(value)` to modify the variable, or `out = variable {symbol[:-1]} "
        "value` if you need to get a new output Tensor."
    )
