"""Brings the values of a checkpoint to the objects of a program, at once or when they are made.

Objects and nodes are paired by the names of their attributes, beginning at a root. An object whose
node has parts that it has not yet waits: `runtime/arrivals.py` tells when it has grown.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple, Protocol

import numpy as np

from gradtape.dtypes import DType
from gradtape.errors import InvalidArgumentError
from gradtape.runtime import arrivals
from gradtape.saving import graph
from gradtape.saving.graph import Node
from gradtape.tensors.variable import Variable


class Reader(Protocol):
    """A checkpoint's file."""

    nodes: list[Node]

    def variables(self) -> dict[str, tuple[DType, tuple[int, ...]]]:
        """Type and shape by key."""

    def array(self, key: str) -> np.ndarray[Any, Any]:
        """The value under a key."""

    def graph_bytes(self) -> bytes:
        """The graph of objects as the file has it."""


class _Waiting(NamedTuple):
    owner: weakref.ref[Any]
    restoration: Restoration
    node: int


#: the objects that lack parts which a checkpoint has for them, by `id`; the newest restore counts
_waiting: dict[int, _Waiting] = {}


def _hear(owner: Any) -> None:
    """`owner` has grown: what waited for it is restored."""
    known = _waiting.get(id(owner))
    if known is not None and known.owner() is owner:
        known.restoration.match(owner, known.node)
        return
    for one in tuple(_waiting.values()):  # it may stand in a list of somebody who waits
        holder = one.owner()
        if holder is not None:
            one.restoration.match(holder, one.node)


class Restoration:
    """One restore: a file, and how far its values have found their objects."""

    def __init__(self, reader: Reader, path: str) -> None:
        self.reader, self.path, self.partial = reader, path, False
        self.nodes = reader.nodes
        self.filled = self._filled()
        #: nodes whose values have been given, and to whom
        self.given: dict[int, Any] = {}

    def _filled(self) -> list[bool]:
        """Which nodes have values, or children with values."""
        filled = [bool(node.values) for node in self.nodes]
        changed = True
        while changed:
            changed = False
            for k, node in enumerate(self.nodes):
                if not filled[k] and any(filled[c] for c in node.children.values()):
                    filled[k] = changed = True
        return filled

    def match(self, root: Any, start: int = 0) -> None:
        """Give `root` and all below it what the checkpoint has for them, all or nothing.

        Raises: ValueError for another shape, InvalidArgumentError for another dtype.
        """
        pairs, lacking = self._pairs(root, start)
        found = [(value, k, self._value(value, k)) for value, k in pairs if self._is_new(value, k)]
        # Iterators first: functions of a dataset may draw, and generators are to stand as saved.
        found.sort(key=lambda each: graph.attribute_of(each[0]) != graph.ITERATOR)
        for value, k, array in found:
            if array is not None:
                _give(value, array)
                self._note(value, k)
        for owner, k in lacking:
            self._wait(owner, k)

    def _pairs(self, root: Any, start: int) -> tuple[list[tuple[Any, int]], list[tuple[Any, int]]]:
        """The objects with their nodes, and those that lack a part which their node has."""
        pairs: list[tuple[Any, int]] = []
        lacking: dict[int, tuple[Any, int]] = {}
        seen: set[tuple[int, int]] = set()
        pending = [(root, start, root, start)]
        while pending:
            value, k, owner, owner_node = pending.pop()
            if (id(value), k) in seen:
                continue
            seen.add((id(value), k))
            pairs.append((value, k))
            if not isinstance(value, (list, tuple, dict)):
                owner, owner_node = value, k
            below, taken = _layers(value, self.nodes, k)
            below.extend(_named(graph.children(value), self.nodes[k].children))
            taken.update(child for _, child in below)
            pending.extend((part, child, owner, owner_node) for part, child in below)
            if any(self.filled[c] and c not in taken for c in self.nodes[k].children.values()):
                lacking[id(owner)] = (owner, owner_node)
        return pairs, list(lacking.values())

    def _is_new(self, value: Any, k: int) -> bool:
        if not graph.attribute_of(value):
            return False
        known = self.given.get(k)
        return known is None or known() is not value

    def _note(self, value: Any, k: int) -> None:
        self.given[k] = weakref.ref(value)

    def _value(self, value: Any, k: int) -> Any:
        """The checked value for an object; None where the checkpoint has none for it."""
        key = self.nodes[k].values.get(graph.attribute_of(value))
        known = None if key is None else self.reader.variables().get(key)
        if key is None or known is None:
            return None
        if isinstance(value, Variable):
            _check(value, *known)
        return self.reader.array(key)

    def _wait(self, owner: Any, k: int) -> None:
        number = id(owner)

        def gone(_: Any) -> None:
            _waiting.pop(number, None)
            if not _waiting and _hear in arrivals.waiting:
                arrivals.waiting.remove(_hear)

        _waiting[number] = _Waiting(weakref.ref(owner, gone), self, k)
        if _hear not in arrivals.waiting:
            arrivals.waiting.append(_hear)

    def unused(self) -> list[str]:
        """The keys of values that no object has taken."""
        return sorted(
            key
            for k, node in enumerate(self.nodes)
            for key in node.values.values()
            if k not in self.given
        )

    def __del__(self) -> None:
        if self.partial or sys.is_finalizing() or not hasattr(self, "given"):
            return
        unused = self.unused()
        if unused:
            import_module("gradtape.runtime.logger").get_logger().warning(
                "A checkpoint was restored (%s) but not all of its values were used: %s. Say "
                "restore(path).expect_partial() where that is meant, or .assert_consumed() to make "
                "it an error.",
                self.path,
                ", ".join(unused[:5]) + (f" and {len(unused) - 5} more" if unused[5:] else ""),
            )


def _check(variable: Variable, dtype: DType, shape: tuple[int, ...]) -> None:
    if not variable.shape.is_compatible_with(shape):
        raise ValueError(
            f"Received incompatible tensor with shape {shape} when attempting to restore variable "
            f"with shape {tuple(variable.shape)} and name {variable.name}. Nothing was changed."
        )
    if dtype != variable.dtype:
        raise InvalidArgumentError(
            f"the checkpoint has {variable.name} as {dtype.name}, and the variable is "
            f"{variable.dtype.name}: expected dtype {variable.dtype.word} does not equal original "
            f"dtype {dtype.word}. Nothing was changed."
        )


def _give(value: Any, array: np.ndarray[Any, Any]) -> None:
    if isinstance(value, Variable):
        value.assign(array if array.dtype.kind != "O" else array.tolist())
    elif graph.attribute_of(value) == graph.ITERATOR:
        value.set_state(array.item())
    else:
        value.deserialize(array.item())


def _named(has: dict[str, Any], there: dict[str, int]) -> Iterator[tuple[Any, int]]:
    """The children that an object and its node both have; Keras calls some of them `_kernel`."""
    for name, part in has.items():
        child = there.get(name, there.get(f"_{name}"))
        if child is not None:
            yield part, child


def _layers(value: Any, nodes: list[Node], k: int) -> tuple[list[tuple[Any, int]], set[int]]:
    """The layers of a model whose node is Keras's, and the children of the node that held them.

    Keras lists the operations of a model in order, its inputs in front.
    """
    there, layers = nodes[k].children, getattr(value, "layers", None)
    if "_layers" in there or not isinstance(layers, list):
        return [], set()
    inner = nodes[there["_functional"]].children if "_functional" in there else there
    operations = nodes[inner["_operations"]].children if "_operations" in inner else {}
    inputs = len(operations) - len(layers)
    if not operations or inputs < 0:
        return [], set()
    pairs = [(layer, operations[str(i + inputs)]) for i, layer in enumerate(layers)]
    return pairs, {there[name] for name in ("_functional", "_operations") if name in there}
