"""`Graph`: the calls that lead from symbolic inputs to symbolic outputs, and their order.

The order of layers is Keras's: by depth, the longest way to an output, from the inputs on; within
one depth by the order in which the way back from the outputs finds them. Files of weights rely on
it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import gradtape as tf
from gradtape import nest
from gradtape.keras.layers.layer import Layer
from gradtape.keras.masks import carried
from gradtape.keras.symbolic import KerasTensor, Node
from gradtape.keras.symbolic.node import node_of


class Graph:
    """The calls between `inputs` and `outputs`, structures of symbolic tensors.

    Raises: ValueError where an output does not come from the inputs.
    """

    def __init__(self, inputs: Any, outputs: Any) -> None:
        for side, values in (("inputs", inputs), ("outputs", outputs)):
            for value in nest.flatten(values):
                if not isinstance(value, KerasTensor):
                    raise ValueError(
                        f"All `{side}` values must be KerasTensors. Received: {side}={values} "
                        f"including invalid value {value} of type {type(value)}"
                    )
        self.inputs, self.outputs = inputs, outputs
        self.flat_inputs = nest.flatten(inputs)
        self.flat_outputs = nest.flatten(outputs)
        self._order()
        self._compile()

    def _order(self) -> None:
        """Find the nodes and their depths, and sort nodes and operations by them."""
        given = {id(t) for t in self.flat_inputs}
        found, seen_first = self._nodes_back_from_outputs(given)
        depths: dict[int, int] = {}
        for node in reversed(found):  # outputs first
            depth = depths.setdefault(id(node), 0)
            for parent in self._parents(node, given):
                depths[id(parent)] = max(depth + 1, depths.get(id(parent), 0))
        of_operation: dict[int, int] = {}
        for node in found:
            key = id(node.operation)
            of_operation[key] = max(depths[id(node)], of_operation.get(key, 0))
        deepest = max(of_operation.values(), default=0)
        inputs = [node_of(t).operation for t in self.flat_inputs]
        for operation in inputs:
            of_operation[id(operation)] = deepest = max(deepest, 0)
        every = {id(node.operation): node.operation for node in found}
        every.update({id(operation): operation for operation in inputs})
        places = {key: i for i, key in enumerate(seen_first)}
        self.operations = sorted(
            every.values(),
            key=lambda op: (-of_operation[id(op)], places.get(id(op), len(places))),
        )
        numbers = {id(node): i for i, node in enumerate(found)}
        steps = [n for n in found if not all(id(t) in given for t in n.output_tensors)]
        self.nodes = sorted(steps, key=lambda n: (-depths[id(n)], numbers[id(n)]))
        self.layers = [op for op in self.operations if isinstance(op, Layer)]

    def _nodes_back_from_outputs(self, given: set[int]) -> tuple[list[Node], list[int]]:
        """All nodes, each after those it needs; and the operations as the way back meets them."""
        finished: list[Node] = []
        done: set[int] = set()
        met: dict[int, None] = {}
        pending: list[tuple[Any, bool]] = [(node_of(t), False) for t in reversed(self.flat_outputs)]
        while pending:
            node, ready = pending.pop()
            if ready:
                if id(node) not in done:
                    done.add(id(node))
                    finished.append(node)
                continue
            if id(node) in done:
                continue
            met.setdefault(id(node.operation))
            if node.is_input and not all(id(t) in given for t in node.output_tensors):
                wrong = node.output_tensors[0]
                raise ValueError(
                    f"`inputs` not connected to `outputs`: the model needs {wrong!r}, which "
                    "is not among its inputs. Give it as an input, or begin further down."
                )
            pending.append((node, True))
            pending += [(p, False) for p in reversed(self._parents(node, given))]
        return finished, list(met)

    def _parents(self, node: Node, given: set[int]) -> list[Node]:
        if all(id(t) in given for t in node.output_tensors):
            return []
        return [node_of(t) for t in node.input_tensors]

    def _compile(self) -> None:
        """Number the tensors and note for each node what it takes and where its outputs go."""
        places: dict[int, int] = {}
        for tensor in self.flat_inputs:
            places[id(tensor)] = len(places)
        self._steps: list[tuple[Any, Any, Any, list[int]]] = []
        for node in self.nodes:
            args, kwargs = nest.map_structure(
                lambda v: _Place(places[id(v)]) if isinstance(v, KerasTensor) else v,
                (node.args, node.kwargs),
            )
            for tensor in node.output_tensors:
                places.setdefault(id(tensor), len(places))
            simple: Any = None
            if len(args) == 1 and not kwargs and type(args[0]) is _Place:
                simple = args[0].number
            outputs = [places[id(t)] for t in node.output_tensors]
            self._steps.append((node.operation, (args, kwargs), simple, outputs))
        self._size = len(places)
        self._results = [places[id(t)] for t in self.flat_outputs]

    # -- computing --------------------------------------------------------------------------------

    def run(self, inputs: Any, call: Callable[..., Any] | None = None) -> Any:
        """The outputs for these inputs.

        `call(operation, args, kwargs)` may stand in for calling each operation.
        """
        values: list[Any] = [None] * self._size
        values[: len(self.flat_inputs)] = self.flat_values(inputs)
        for operation, (args, kwargs), simple, places in self._steps:
            if simple is not None and call is None:
                result = operation(values[simple])
            else:
                args, kwargs = nest.map_structure(
                    lambda v: values[v.number] if type(v) is _Place else v, (args, kwargs)
                )
                result = (
                    operation(*args, **kwargs) if call is None else call(operation, args, kwargs)
                )
            if len(places) == 1 and not nest.is_nested(result):
                values[places[0]] = result
            else:
                for place, value in zip(places, nest.flatten(result), strict=True):
                    values[place] = value
        if not nest.is_nested(self.outputs):
            return values[self._results[0]]
        return nest.pack_sequence_as(self.outputs, [values[i] for i in self._results])

    def flat_values(self, inputs: Any) -> list[Any]:
        """The values in the order of the inputs, in their dtypes and ranks."""
        if len(self.flat_inputs) == 1 and not nest.is_nested(inputs):
            return [_fitted(inputs, self.flat_inputs[0])]
        return [
            _fitted(value, wanted)
            for value, wanted in zip(self._in_order(inputs), self.flat_inputs, strict=True)
        ]

    def _in_order(self, inputs: Any) -> list[Any]:
        if isinstance(inputs, dict):
            names = (
                sorted(self.inputs) if isinstance(self.inputs, dict)
                else [t.name for t in self.flat_inputs]
            )  # fmt: skip
            missing = [name for name in names if name not in inputs]
            if missing:
                raise ValueError(
                    f'Missing data for input "{missing[0]}". You passed a data dictionary with '
                    f"keys {list(inputs)}. Expected the following keys: {names}"
                )
            further = sorted(set(map(str, inputs)) - set(map(str, names)))
            if further:
                warnings.warn(
                    f"The model takes the inputs {names}; those called {further} are left out.",
                    stacklevel=6,
                )
            return [inputs[name] for name in names]
        values = nest.flatten(inputs)
        if len(values) != len(self.flat_inputs):
            raise ValueError(
                f"The model expects {len(self.flat_inputs)} input(s), but it received "
                f"{len(values)} tensors: names {[t.name for t in self.flat_inputs]}."
            )
        return values

    # -- copies: a flat description, since the chain of calls may be long --------------------------

    def __getstate__(self) -> dict[str, Any]:
        tokens: dict[int, tuple[int, int]] = {}
        places = {id(op): i for i, op in enumerate(self.operations)}
        begins = [(places[id(node_of(t).operation)], _spec(t)) for t in self.flat_inputs]
        for i, tensor in enumerate(self.flat_inputs):
            tokens[id(tensor)] = (-1, i)
        nodes = []
        for number, node in enumerate(self.nodes):
            described = nest.map_structure(
                lambda v: _Token(*tokens[id(v)]) if isinstance(v, KerasTensor) else v,
                (node.args, node.kwargs),
            )
            specs = nest.map_structure(lambda v: _Token(_spec(v)), node.outputs)
            nodes.append((places[id(node.operation)], described, specs))
            for i, tensor in enumerate(node.output_tensors):
                tokens[id(tensor)] = (number, i)

        def sides(values: Any) -> Any:
            return nest.map_structure(lambda v: _Token(*tokens[id(v)]), values)

        return {
            "operations": self.operations, "begins": begins, "nodes": nodes,
            "inputs": sides(self.inputs), "outputs": sides(self.outputs),
        }  # fmt: skip

    def __setstate__(self, state: dict[str, Any]) -> None:
        operations = state["operations"]
        made: list[list[Any]] = []
        begin: list[Any] = []
        for place, spec in state["begins"]:
            tensor = _from_spec(spec)
            operation = operations[place]
            if not isinstance(tensor, KerasTensor):
                raise TypeError("a graph begins with symbolic tensors")
            Node(operation, (), {}, tensor)
            begin.append(tensor)

        def filled(values: Any) -> Any:
            def fill(value: Any) -> Any:
                if type(value) is not _Token:
                    return value
                number, i = value.what
                return begin[i] if number < 0 else made[number][i]

            return nest.map_structure(fill, values)

        for place, described, specs in state["nodes"]:
            args, kwargs = filled(described)
            outputs = nest.map_structure(lambda t: _from_spec(t.what[0]), specs)
            node = Node(operations[place], args, kwargs, outputs)
            made.append(node.output_tensors)
        vars(self).update(vars(Graph(filled(state["inputs"]), filled(state["outputs"]))))


class _Place:
    """Where the value of a symbolic tensor stands while the graph runs."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


class _Token:
    """Stands for a symbolic tensor in the description of a graph."""

    def __init__(self, *what: Any) -> None:
        self.what = what


def _spec(tensor: KerasTensor) -> tuple[Any, ...]:
    return tensor.shape, tensor.dtype, tensor.name


def _from_spec(spec: Any) -> Any:
    shape, dtype, name = spec
    return KerasTensor(shape, dtype, name=name)


def _fitted(value: Any, wanted: KerasTensor) -> Any:
    """A value in the dtype of its input, with a last axis of size 1 where that is missing."""
    if value is None or isinstance(value, KerasTensor):
        return value
    given = value = tf.convert_to_tensor(value)
    rank, known = value.ndim, len(wanted.shape)
    if rank == known + 1 and value.shape[-1] == 1:
        value = tf.squeeze(value, -1)
    elif rank == known - 1 and wanted.shape[-1] == 1:
        value = tf.expand_dims(value, -1)
    _check_shape(value, wanted)
    if value.dtype.name == wanted.dtype or "string" in (value.dtype.name, wanted.dtype):
        return carried(given, value)
    return carried(given, tf.cast(value, wanted.dtype))


def _check_shape(value: Any, wanted: KerasTensor) -> None:
    shape = tuple(value.shape)
    if len(shape) != len(wanted.shape) or any(
        b is not None and a != b for a, b in zip(shape[1:], wanted.shape[1:], strict=True)
    ):
        raise ValueError(
            f"Input {wanted.name!r} of the model is incompatible with what came: expected shape="
            f"{wanted.shape}, found shape={shape}"
        )
