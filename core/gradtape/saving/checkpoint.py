"""`tf.train.Checkpoint`: a group of objects whose state is written and read together."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from gradtape.errors import FailedPreconditionError
from gradtape.runtime import arrivals
from gradtape.saving import container, graph
from gradtape.saving.reading import open_checkpoint
from gradtape.saving.restoring import Restoration
from gradtape.saving.state_file import update_checkpoint_state
from gradtape.saving.status import CheckpointLoadStatus, InitializationOnlyStatus
from gradtape.tensors.variable import Variable


class Checkpoint:
    """Objects whose variables are saved and restored together, found by their attributes' names.

    Args: `root`, an object whose own parts are those of the checkpoint; keywords, objects by name:
    variables, modules, layers, models, optimizers, metrics, `tf.random.Generator`, iterators of
    datasets, lists and dictionaries of these.

    `save` numbers its files and notes them in the folder's `checkpoint`; `write` does neither. A
    file is `<prefix>.safetensors`: arrays in the safetensors layout, and JSON; nothing in it is
    code. It appears whole or not at all, so that an interrupted save leaves the last one.
    `restore` and `read` take TensorFlow's own files (`.index`, `.data-…`) as well. What an object
    has not yet (a layer that was never called, an optimizer before its first step) is restored
    when it is made.

    Raises: ValueError for what holds no state.

    >>> import os, tempfile
    >>> import gradtape as tf
    >>> folder = tempfile.mkdtemp()
    >>> step = tf.Variable(3)
    >>> path = tf.train.Checkpoint(step=step).save(os.path.join(folder, "ckpt"))
    >>> os.path.basename(path)
    'ckpt-1'
    >>> again = tf.Variable(0)
    >>> status = tf.train.Checkpoint(step=again).restore(path).assert_consumed()
    >>> again.numpy()
    np.int32(3)
    """

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        self._root = root
        self._save_counter: Variable | None = None
        if root is not None:
            _checked("root", root)
        for name, value in kwargs.items():
            setattr(self, name, _checked(name, value))

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if arrivals.waiting:
            arrivals.tell(self)

    def _checkpoint_children(self) -> dict[str, Any]:
        found = {} if self._root is None else dict(graph.children(self._root))
        own = graph.vars_of(self)
        counter = own.pop("_save_counter", None)
        own.pop("_root", None)
        found.update(own)
        if counter is not None:
            found["save_counter"] = counter
        return found

    @property
    def save_counter(self) -> Variable:
        """How often `save` was called, in this program and before it was restored."""
        return self._counter()

    def _counter(self) -> Variable:
        if self._save_counter is None:
            self._save_counter = Variable(
                np.int64(0), name="save_counter", trainable=False, dtype="int64"
            )
        return self._save_counter

    def write(self, file_prefix: Any, options: Any = None) -> str:
        """Write the present state to `<file_prefix>.safetensors`, and give the prefix.

        Raises: FailedPreconditionError where the folder cannot be written to.
        """
        prefix = str(os.fspath(file_prefix))
        found = graph.explore(self)
        try:
            os.makedirs(os.path.dirname(prefix) or ".", exist_ok=True)
            container.write(prefix, found.nodes, found.arrays)
        except OSError as error:
            raise FailedPreconditionError(
                None, None, f"the checkpoint {prefix} cannot be written: {error}"
            ) from error
        return prefix

    def save(self, file_prefix: Any, options: Any = None) -> str:
        """Write the next checkpoint, `<file_prefix>-1` and so on, and note it in `checkpoint`."""
        counter = self._counter()
        counter.assign_add(1)
        path = self.write(f"{os.fspath(file_prefix)}-{int(counter.numpy())}")
        update_checkpoint_state(os.path.dirname(path) or ".", path, [path])
        return path

    def read(self, save_path: Any, options: Any = None) -> CheckpointLoadStatus:
        """Restore what `write` (or TensorFlow) wrote under this prefix; say how far it went.

        Raises: NotFoundError where there is nothing; ValueError, InvalidArgumentError where a shape
        or dtype is another one: nothing is changed then.
        """
        reader = open_checkpoint(save_path)
        if not reader.nodes:
            raise ValueError(
                f"{os.fspath(save_path)} has no graph of objects: it was saved by name, as "
                "TensorFlow 1 does it. Read its values with tf.train.load_variable, and assign "
                "them."
            )
        restoration = Restoration(reader, str(os.fspath(save_path)))
        restoration.match(self)
        return CheckpointLoadStatus(restoration, self)

    def restore(self, save_path: Any, options: Any = None) -> Any:
        """As `read`, and go on with the count of saves; `restore(None)` does nothing."""
        if save_path is None:
            return InitializationOnlyStatus()
        path = os.fspath(save_path)
        self._counter()
        return self.read(path)

    def sync(self) -> None:
        """Accepted: nothing is written in the background."""


def _checked(name: str, value: Any) -> Any:
    if not graph.is_trackable(value):
        raise ValueError(
            f"`Checkpoint` was expecting {name} to be a trackable object (a variable, or an object "
            f"that holds some: a module, layer, optimizer, list or dictionary), got {value!r}. "
            "Make a number a tf.Variable."
        )
    return value
