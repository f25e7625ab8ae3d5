"""`clone_model`: the same layers with weights of their own; models from their configurations."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gradtape.keras.layers.input_layer import InputLayer
from gradtape.keras.models.graph_config import connected, graph_config
from gradtape.keras.models.model import Model
from gradtape.keras.models.sequential import Sequential
from gradtape.keras.serializing import (
    CustomObjectScope,
    deserialize_keras_object,
    serialize_keras_object,
)


def _again(layer: Any) -> Any:
    return deserialize_keras_object(json.loads(json.dumps(serialize_keras_object(layer))))


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Callable[[Any], Any] | None = None,
    call_function: Any = None,
    recursive: bool = False,
    **_: Any,
) -> Any:
    """A model of the same layers, each made anew; `clone_function(layer)` may give another one.

    Raises: ValueError for a model with a `call` of its own, which `from_config` copies.
    """
    make = clone_function or _again
    if isinstance(model, Sequential):
        begin = [] if model._input_layer is None else [_again(model._input_layer)]
        return Sequential([*begin, *(make(layer) for layer in model.layers)], name=model.name)
    if model._graph is None:
        raise ValueError(
            "clone_model copies models of inputs and outputs, and Sequential ones. Of a model with "
            "a call() of its own make another: type(model).from_config(model.get_config())."
        )
    config = json.loads(json.dumps(graph_config(model, model._graph)))
    made = {}
    for operation, told in zip(model._graph.operations, config["layers"], strict=True):
        if isinstance(operation, InputLayer):
            made[told["name"]] = _again(operation)
        elif hasattr(operation, "trainable"):
            made[told["name"]] = make(operation)
        else:
            made[told["name"]] = deserialize_keras_object(told)
    inputs, outputs = connected(made, config["layers"], config)
    return Model(inputs=inputs, outputs=outputs, name=model.name)


def model_from_json(json_string: str, custom_objects: Any = None) -> Any:
    """The model that `model.to_json()` described, with new weights."""
    with CustomObjectScope(custom_objects):
        return deserialize_keras_object(json.loads(json_string))
