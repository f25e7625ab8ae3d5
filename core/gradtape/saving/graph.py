"""Which parts of an object a checkpoint holds, and under which names.

An object has children, by name: the attributes that hold variables or objects with variables, the
places of a list, the keys of a dictionary. Some objects say themselves what they have, by a method
`_checkpoint_children`. A variable, an iterator of a dataset and Python state are values.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from gradtape.data.iterators import Iterator
from gradtape.module import Module
from gradtape.random.generator import Generator
from gradtape.tensors.variable import Variable

VARIABLE, ITERATOR, PYTHON = "VARIABLE_VALUE", "ITERATOR", "py_state"
ROOT = ".ATTRIBUTES/"


class Node(NamedTuple):
    """An object as a checkpoint describes it: children by name, keys of values by attribute."""

    children: dict[str, int]
    values: dict[str, str]


def escaped(name: str) -> str:
    """A name as it stands in a key, where `/` parts names."""
    return name.replace(".", "..").replace("/", ".S")


def is_python_state(value: Any) -> bool:
    """Whether this is an object that turns its state into text and back."""
    return callable(getattr(value, "serialize", None)) and callable(
        getattr(value, "deserialize", None)
    )


def is_trackable(value: Any) -> bool:
    """Whether a checkpoint can hold this."""
    if isinstance(value, (Variable, Module, Generator, Iterator)):
        return True
    if isinstance(value, (list, tuple, Mapping)):
        return True
    if isinstance(value, type):
        return False
    kind = type(value)
    return (
        hasattr(kind, "_checkpoint_children")
        or hasattr(kind, "trainable_weights")
        or (is_python_state(value) and getattr(kind, "_is_python_state", False))
    )


def _holds_state(value: Any) -> bool:
    """Whether an attribute counts: of containers those with something in them that counts."""
    if isinstance(value, (list, tuple)):
        return any(map(_holds_state, value))
    if isinstance(value, Mapping):
        return any(map(_holds_state, value.values()))
    return is_trackable(value)


def children(value: Any) -> dict[str, Any]:
    """The parts of an object by name, sorted.

    Raises: ValueError for a dictionary with state under a key that is no text.
    """
    if isinstance(value, (Variable, Iterator)):
        return {}
    if isinstance(value, Generator):
        return {"_state_var": value.state}
    if isinstance(value, (list, tuple)):
        return {str(k): part for k, part in enumerate(value) if _holds_state(part)}
    if isinstance(value, Mapping):
        held = {key: part for key, part in value.items() if _holds_state(part)}
        for key in held:
            if not isinstance(key, str):
                raise ValueError(
                    f"Unable to save the object {value!r}: a checkpoint holds dictionaries whose "
                    f"keys are texts, and one key is {key!r}. Use str(key)."
                )
        return dict(sorted(held.items()))
    own = getattr(value, "_checkpoint_children", None)
    found: dict[str, Any] = own() if callable(own) else vars_of(value)
    return {name: part for name, part in sorted(found.items()) if _holds_state(part)}


def vars_of(value: Any) -> dict[str, Any]:
    """The attributes of an object that hold state."""
    return {
        name: part
        for name, part in getattr(value, "__dict__", {}).items()
        if name != "_name_scope" and _holds_state(part)
    }


class Found(NamedTuple):
    """What is reachable from an object: objects in order, their nodes, and the values by key."""

    objects: list[Any]
    nodes: list[Node]
    arrays: dict[str, Any]


def explore(root: Any) -> Found:
    """Every object reachable from `root`, the nearest first, each under its shortest path."""
    objects, nodes, paths = [root], [Node({}, {})], [""]
    numbers = {id(root): 0}
    arrays: dict[str, Any] = {}
    pending = deque([0])
    while pending:
        number = pending.popleft()
        value, path = objects[number], paths[number]
        attribute, array = own_value(value)
        if attribute:
            key = f"{path}/{ROOT}{attribute}".lstrip("/")
            nodes[number].values[attribute] = key
            arrays[key] = array
        for name, child in children(value).items():
            if id(child) not in numbers:
                numbers[id(child)] = len(objects)
                pending.append(len(objects))
                objects.append(child)
                nodes.append(Node({}, {}))
                paths.append(f"{path}/{escaped(name)}".lstrip("/"))
            nodes[number].children[name] = numbers[id(child)]
    return Found(objects, nodes, arrays)


def attribute_of(value: Any) -> str:
    """Which value of its own an object has; none: an empty text."""
    if isinstance(value, Variable):
        return VARIABLE
    if isinstance(value, Iterator):
        return ITERATOR
    return PYTHON if is_python_state(value) and not isinstance(value, Mapping) else ""


def own_value(value: Any) -> tuple[str, Any]:
    """The attribute and the value of an object that is itself a value."""
    attribute = attribute_of(value)
    if attribute == VARIABLE:
        return attribute, np.asarray(value.numpy())
    if attribute:
        state = json.dumps(value.state()) if attribute == ITERATOR else value.serialize()
        data = state if isinstance(state, bytes) else str(state).encode()
        array = np.empty((), object)
        array[()] = data
        return attribute, array
    return "", None
