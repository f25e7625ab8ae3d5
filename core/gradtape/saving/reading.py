"""Opening a checkpoint by its prefix, whoever wrote it, and looking into it."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from gradtape.dtypes import DType, string
from gradtape.errors import NotFoundError
from gradtape.formats.safetensors import exists
from gradtape.saving.container import ENDING, Container
from gradtape.saving.foreign import GRAPH_KEY, Foreign
from gradtape.saving.restoring import Reader
from gradtape.saving.state_file import latest_checkpoint


def has_checkpoint(prefix: Any) -> bool:
    """Whether there is a checkpoint of this prefix."""
    path = os.fspath(prefix)
    return exists(path + ENDING) or exists(path + ".index")


def open_checkpoint(prefix: Any) -> Reader:
    """The checkpoint of this prefix.

    Raises: NotFoundError where there is none.
    """
    path = os.fspath(prefix)
    if exists(path + ENDING):
        return Container(path)
    if exists(path + ".index"):
        return Foreign(path)
    raise NotFoundError(
        None,
        None,
        f"Error when restoring from checkpoint or SavedModel at {path}: Unsuccessful "
        f"TensorSliceReader constructor: Failed to find any matching files for {path}. Give what "
        "save() returned, or tf.train.latest_checkpoint(folder).",
    )


class CheckpointReader:
    """A look into a checkpoint: its keys with their shapes and types, and each value.

    `load_checkpoint` makes it. Keys are those of TensorFlow, as
    `model/dense/kernel/.ATTRIBUTES/VARIABLE_VALUE`.
    """

    def __init__(self, prefix: Any) -> None:
        self._reader = open_checkpoint(prefix)
        self._known = self._reader.variables()
        self._graph = self._reader.graph_bytes()

    def has_tensor(self, tensor_str: str) -> bool:
        """Whether there is such a key."""
        return tensor_str in self.get_variable_to_shape_map()

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The shape for each key."""
        shapes = {key: list(shape) for key, (_, shape) in self._known.items()}
        return {GRAPH_KEY: [], **shapes} if self._graph else shapes

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """The dtype for each key."""
        types = {key: dtype for key, (dtype, _) in self._known.items()}
        return {GRAPH_KEY: string, **types} if self._graph else types

    def get_tensor(self, tensor_str: str) -> Any:
        """The value of a key, an array or a scalar.

        Raises: NotFoundError where there is no such key.
        """
        if tensor_str == GRAPH_KEY and self._graph:
            return self._graph
        if tensor_str not in self._known:
            raise NotFoundError(
                None, None, f"Key {tensor_str} not found in checkpoint; has_tensor says what is."
            )
        array = self._reader.array(tensor_str)
        return array[()] if isinstance(array, np.ndarray) and not array.ndim else array


def _prefix(ckpt_dir_or_file: Any) -> str:
    path = os.fspath(ckpt_dir_or_file)
    if os.path.isdir(path):
        found = latest_checkpoint(path)
        if found is None:
            raise ValueError(
                f"Couldn't find 'checkpoint' file or checkpoints in given directory {path}"
            )
        return found
    return str(path)


def load_checkpoint(ckpt_dir_or_file: Any) -> CheckpointReader:
    """A look into the checkpoint of this prefix, or into the newest one of this folder.

    Raises: ValueError where a folder has none, NotFoundError where a prefix has none.
    """
    return CheckpointReader(_prefix(ckpt_dir_or_file))


def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """The keys of a checkpoint, sorted, with their shapes."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """One value; the end of its key, `.ATTRIBUTES/VARIABLE_VALUE`, may be left out."""
    reader = load_checkpoint(ckpt_dir_or_file)
    if not reader.has_tensor(name):
        whole = f"{name.removesuffix(':0')}/.ATTRIBUTES/VARIABLE_VALUE"
        name = whole if reader.has_tensor(whole) else name
    return reader.get_tensor(name)
