"""`Node`: one call on symbolic tensors: who was called, with what, and what came out.

A layer that is called twice has two nodes (its weights are shared). A symbolic tensor knows its
node by its history: the operation, the number of the call, and the place among the outputs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from gradtape import nest
from gradtape.keras.symbolic.tensor import KerasTensor

_CONTAINERS = (list, tuple, dict)


class History(NamedTuple):
    """Where a symbolic tensor comes from."""

    operation: Any
    node_index: int
    tensor_index: int


class Node:
    """A call of `operation`; its outputs learn from it where they come from."""

    def __init__(self, operation: Any, args: Any, kwargs: Any, outputs: Any) -> None:
        self.operation, self.args, self.kwargs, self.outputs = operation, args, kwargs, outputs
        self.input_tensors = [t for t in nest.flatten((args, kwargs)) if is_symbol(t)]
        self.output_tensors = nest.flatten(outputs)
        nodes = operation.__dict__.setdefault("_inbound_nodes", [])
        for i, tensor in enumerate(self.output_tensors):
            tensor._keras_history = History(operation, len(nodes), i)
        nodes.append(self)

    @property
    def is_input(self) -> bool:
        """Whether the node stands for what the user gives."""
        return not self.input_tensors

    @property
    def parents(self) -> list[Node]:
        """The nodes whose outputs this one takes."""
        return [node_of(tensor) for tensor in self.input_tensors]


def node_of(tensor: KerasTensor) -> Node:
    """The node that a symbolic tensor comes from."""
    operation, index, _ = tensor._keras_history
    node: Node = operation._inbound_nodes[index]
    return node


def is_symbol(value: Any) -> bool:
    """Whether a value is a symbolic tensor."""
    return isinstance(value, KerasTensor)


def holds_symbols(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether there is a symbolic tensor among the arguments, or in a list or dictionary there."""
    for value in (*args, *kwargs.values()) if kwargs else args:
        kind = type(value)
        if kind is KerasTensor:
            return True
        if kind in _CONTAINERS and any(map(is_symbol, nest.flatten(value))):
            return True
    return False
