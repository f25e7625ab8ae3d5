"""A functional model as a configuration: its layers, and each call with what it took, and back.

A symbolic tensor is named by its layer, the number of the layer's call within the model, and its
place among the outputs of that call.
"""

from __future__ import annotations

from typing import Any

from gradtape import nest
from gradtape.keras.models.graph import Graph
from gradtape.keras.serializing import deserialize_keras_object, serialize_keras_object
from gradtape.keras.symbolic import KerasTensor, Node
from gradtape.keras.symbolic.node import node_of


def graph_config(model: Any, graph: Graph) -> dict[str, Any]:
    """The configuration of a model of inputs and outputs."""
    within = {id(node): node for node in graph.nodes}
    within.update({id(node_of(t)): node_of(t) for t in graph.flat_inputs})
    numbers: dict[int, int] = {}
    layers = []
    for operation in graph.operations:
        nodes = [node for node in operation._inbound_nodes if id(node) in within]
        numbers.update({id(node): i for i, node in enumerate(nodes)})
        layers.append((operation, [node for node in nodes if not node.is_input]))

    def told(tensor: Any) -> list[Any]:
        operation, _, place = tensor._keras_history
        return [operation.name, numbers[id(node_of(tensor))], place]

    def described(value: Any) -> Any:
        if isinstance(value, KerasTensor):
            config = {
                "shape": list(value.shape),
                "dtype": value.dtype,
                "keras_history": told(value),
            }
            return {"class_name": "__keras_tensor__", "config": config}
        if isinstance(value, (list, tuple)):
            return [described(each) for each in value]
        if isinstance(value, dict):
            return {key: described(each) for key, each in value.items()}
        return serialize_keras_object(value)

    return {
        "name": model.name, "trainable": model.trainable,
        "layers": [
            {
                **serialize_keras_object(operation), "name": operation.name,
                "inbound_nodes": [
                    {"args": described(node.args), "kwargs": described(node.kwargs)}
                    for node in nodes
                ],
            }
            for operation, nodes in layers
        ],
        "input_layers": nest.map_structure(told, graph.inputs),
        "output_layers": nest.map_structure(told, graph.outputs),
    }  # fmt: skip


def graph_of(layers: Any, config: dict[str, Any]) -> tuple[Any, Any]:
    """The symbolic inputs and outputs that a configuration describes, with all calls made."""
    made = {each["name"]: deserialize_keras_object(each) for each in layers}
    return connected(made, layers, config)


def connected(made: dict[str, Any], layers: Any, config: dict[str, Any]) -> tuple[Any, Any]:
    """The inputs and outputs after all calls of a configuration on these layers."""
    calls: dict[str, list[Node]] = {
        name: [op._inbound_nodes[0]] if _begins(op) else [] for name, op in made.items()
    }
    waiting = [(each["name"], call) for each in layers for call in each["inbound_nodes"]]
    while waiting:
        left: list[Any] = []
        for name, call in waiting:
            blocked = any(other == name for other, _ in left)  # calls of a layer keep their order
            if blocked or not _is_ready((call["args"], call["kwargs"]), calls):
                left.append((name, call))
                continue
            made[name](*_filled(call["args"], calls), **_filled(call["kwargs"], calls))
            calls[name].append(made[name]._inbound_nodes[-1])
        if len(left) == len(waiting):
            raise ValueError(f"The calls of {sorted({n for n, _ in left})} do not fit together.")
        waiting = left
    return _sides(config["input_layers"], calls), _sides(config["output_layers"], calls)


def _begins(operation: Any) -> bool:
    nodes: list[Node] = vars(operation).get("_inbound_nodes", [])
    return bool(nodes and nodes[0].is_input)


def _is_told(value: Any) -> bool:
    return isinstance(value, dict) and value.get("class_name") == "__keras_tensor__"


def _is_ready(value: Any, calls: dict[str, list[Node]]) -> bool:
    if _is_told(value):
        name, number, _ = value["config"]["keras_history"]
        return bool(number < len(calls[name]))
    if isinstance(value, dict):
        value = list(value.values())
    return not isinstance(value, (list, tuple)) or all(_is_ready(each, calls) for each in value)


def _filled(value: Any, calls: dict[str, list[Node]]) -> Any:
    if _is_told(value):
        name, number, place = value["config"]["keras_history"]
        return calls[name][number].output_tensors[place]
    if isinstance(value, list):
        return [_filled(each, calls) for each in value]
    if isinstance(value, dict) and "class_name" not in value:
        return {key: _filled(each, calls) for key, each in value.items()}
    return deserialize_keras_object(value)


def _sides(told: Any, calls: dict[str, list[Node]]) -> Any:
    """The tensors of a structure of [layer, call, place]."""
    if isinstance(told, dict):
        return {key: _sides(value, calls) for key, value in told.items()}
    if len(told) == 3 and isinstance(told[0], str) and isinstance(told[1], int):
        name, number, place = told
        return calls[name][number].output_tensors[place]
    return [_sides(each, calls) for each in told]
