"""`Operation`: a function as a step of a functional model, such as `x * 2` or `keras.ops.relu(x)`.

It is no layer: `model.layers` leaves it out. `functional(f)` makes a function that, called on
symbolic tensors, adds such a step, and on values computes at once.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

import gradtape as tf
from gradtape import nest
from gradtape.keras import naming
from gradtape.keras.symbolic.node import Node, holds_symbols
from gradtape.keras.symbolic.probing import probe
from gradtape.keras.symbolic.tensor import OPERATE, KerasTensor


class Operation:
    """A function as a step of a model.

    Args: `function`; `kind`, the class that Keras has for it; `module`, where Keras has it.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        kind: str,
        module: str,
        name: str | None = None,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self.function: Any = function
        self.kind, self.module, self.settings = kind, module, settings or {}
        self.name = name or naming.unique(naming.snake_case(kind))
        self._inbound_nodes: list[Node] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's outputs; symbolic ones for symbolic tensors."""
        kwargs = {**self.settings, **kwargs}
        compute = getattr(self.function, "__wrapped__", self.function)
        if not holds_symbols(args, kwargs):
            return compute(*args, **kwargs)
        outputs = probe(compute, args, kwargs)
        Node(self, args, kwargs, outputs)
        return outputs

    @property
    def output(self) -> Any:
        """The symbolic outputs of the first call."""
        return self._inbound_nodes[0].outputs

    @property
    def input(self) -> Any:
        """The symbolic inputs of the first call."""
        tensors = self._inbound_nodes[0].input_tensors
        return tensors[0] if len(tensors) == 1 else tensors

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal operation."""
        return {"name": self.name}

    def __repr__(self) -> str:
        return f"<Operation name={self.name}>"

    def __getstate__(self) -> dict[str, Any]:
        state = {**vars(self), "_inbound_nodes": []}
        if self.function is OPERATORS.get(self.kind):
            state["function"] = None  # found by its kind
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        if self.function is None:
            self.function = OPERATORS[self.kind]


#: the operations of Keras's operators, and what computes them
OPERATORS: dict[str, Callable[..., Any]] = {
    "Add": lambda x1, x2: _of_one_dtype(operator.add, x1, x2),
    "Subtract": lambda x1, x2: _of_one_dtype(operator.sub, x1, x2),
    "Multiply": lambda x1, x2: _of_one_dtype(operator.mul, x1, x2),
    "TrueDivide": lambda x1, x2: _of_one_dtype(operator.truediv, x1, x2),
    "FloorDivide": lambda x1, x2: _of_one_dtype(operator.floordiv, x1, x2),
    "Mod": lambda x1, x2: _of_one_dtype(operator.mod, x1, x2),
    "Power": lambda x1, x2: _of_one_dtype(operator.pow, x1, x2),
    "Matmul": lambda x1, x2: _of_one_dtype(operator.matmul, x1, x2),
    "LogicalAnd": lambda x1, x2: tf.logical_and(tf.cast(x1, "bool"), tf.cast(x2, "bool")),
    "LogicalOr": lambda x1, x2: tf.logical_or(tf.cast(x1, "bool"), tf.cast(x2, "bool")),
    "LogicalXor": lambda x1, x2: tf.math.logical_xor(tf.cast(x1, "bool"), tf.cast(x2, "bool")),
    "Less": lambda x1, x2: _of_one_dtype(operator.lt, x1, x2),
    "LessEqual": lambda x1, x2: _of_one_dtype(operator.le, x1, x2),
    "Greater": lambda x1, x2: _of_one_dtype(operator.gt, x1, x2),
    "GreaterEqual": lambda x1, x2: _of_one_dtype(operator.ge, x1, x2),
    "GetItem": lambda x, key: x[key],
    "Negative": lambda x: -x,
    "Absolute": tf.abs,
    "LogicalNot": lambda x: tf.logical_not(tf.cast(x, "bool")),
}


def _of_one_dtype(function: Callable[..., Any], a: Any, b: Any) -> Any:
    """function(a, b), both of the wider dtype where both are tensors."""
    if tf.is_tensor(a) and tf.is_tensor(b) and a.dtype != b.dtype:
        floats = [x.dtype.as_numpy_dtype for x in (a, b) if x.dtype.is_floating]
        wide = floats or [x.dtype.as_numpy_dtype for x in (a, b)]
        together = np.result_type(*wide)
        a, b = tf.cast(a, together), tf.cast(b, together)
    return function(a, b)


def operate(kind: str, *operands: Any) -> Any:
    """A new step of the operator `kind`."""
    return Operation(OPERATORS[kind], kind, "keras.src.ops.numpy")(*operands)


OPERATE.append(operate)


def functional(
    function: Callable[..., Any], kind: str | None = None, module: str = "keras.ops"
) -> Callable[..., Any]:
    """`function`, which on symbolic tensors adds a step to the model that is being made.

    `kind` is the class that Keras has for the step, by default the function's name in capitals.
    """
    name = kind or "".join(part.capitalize() for part in function.__name__.split("_"))

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        if holds_symbols(args, kwargs):
            return Operation(called, name, module)(*args, **kwargs)
        return function(*args, **kwargs)

    return called


def symbols_in(values: Any) -> list[KerasTensor]:
    """The symbolic tensors in a structure."""
    return [t for t in nest.flatten(values) if isinstance(t, KerasTensor)]
