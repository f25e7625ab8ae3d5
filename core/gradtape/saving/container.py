"""The file that a checkpoint is written to: `<prefix>.safetensors`.

Arrays stand under the keys that TensorFlow gives them (`model/dense/kernel/.ATTRIBUTES/
VARIABLE_VALUE`); `__metadata__` says which version of this form it is, and holds the graph of
objects and the types that safetensors has no name for, as JSON.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from gradtape.dtypes import BY_NUMPY, DType, as_dtype
from gradtape.errors import DataLossError, UnimplementedError
from gradtape.formats import safetensors
from gradtape.saving.graph import Node

ENDING = ".safetensors"
_FORM = "gradtape checkpoint 1"


def write(prefix: str, nodes: list[Node], arrays: dict[str, Any]) -> None:
    """Write a checkpoint, whole or not at all."""
    parts: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    for key, array in arrays.items():
        stored, kind = safetensors.stored(array)
        parts.update({key + end: part for end, part in stored.items()})
        if kind is not None:
            kinds[key] = kind
    graph = [{"children": node.children, "values": node.values} for node in nodes]
    metadata = {"form": _FORM, "graph": json.dumps(graph), "types": json.dumps(kinds)}
    safetensors.save(prefix + ENDING, parts, metadata)


class Container:
    """A checkpoint that gradtape wrote.

    Raises: DataLossError where it is damaged; UnimplementedError for another form.
    """

    def __init__(self, prefix: str) -> None:
        self._file = safetensors.File(prefix + ENDING)
        metadata = self._file.metadata
        if metadata.get("form") != _FORM:
            raise UnimplementedError(
                f"{prefix + ENDING} is no checkpoint of this version: its form is "
                f"{metadata.get('form')!r}, not {_FORM!r}."
            )
        try:
            self._kinds: dict[str, str] = json.loads(metadata["types"])
            self.nodes = [
                Node(dict(node["children"]), dict(node["values"]))
                for node in json.loads(metadata["graph"])
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise DataLossError(f"{prefix + ENDING} is damaged: {error!r}") from error

    def variables(self) -> dict[str, tuple[DType, tuple[int, ...]]]:
        """Type and shape by key."""
        found = {}
        for key, (dtype, shape, _, _) in self._file.entries.items():
            kind = self._kinds.get(key)
            if key.endswith("#bytes"):
                continue
            if kind == "complex128":
                shape = shape[:-1]
            found[key] = (as_dtype(kind) if kind else BY_NUMPY[np.dtype(dtype)], shape)
        return found

    def array(self, key: str) -> np.ndarray[Any, Any]:
        """The value under a key."""
        kind = self._kinds.get(key)
        ends = ("", "#bytes") if kind == "string" else ("",)
        parts = {end: self._file.array(key + end) for end in ends}
        return safetensors.restored(parts, kind)

    def graph_bytes(self) -> bytes:
        """The graph of objects, as JSON."""
        return self._file.metadata["graph"].encode()
