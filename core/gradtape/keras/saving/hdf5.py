"""Files of weights in Keras's form, `.weights.h5`: a group for each layer, by attribute and place.

A group is called after the attribute that holds the layer, or in a list after its class
(`layers/dense_1`); its variables are `vars/0`, `vars/1` and so on, or what the layer's own
`save_own_variables(store)` puts there, and its `load_own_variables(store)` takes. Reading and
writing needs h5py.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import naming
from gradtape.keras.layers.layer import Layer
from gradtape.keras.optimizers.optimizer import Optimizer

_OPTIMIZER = "optimizer/vars"
#: attributes that are the library's own, which no file names
_INNER = frozenset(vars(Layer(name="reference"))) | {
    "_graph", "_graph_layers", "_layers", "_input_layer", "_input_shape", "_loss_tracker",
    "_compile_loss", "_compile_metrics", "_compile_config", "_made_with", "_build_shape",
    "history", "loss",
}  # fmt: skip


def h5py() -> Any:
    """The library h5py.

    Raises: ModuleNotFoundError with the command that installs it.
    """
    try:
        return importlib.import_module("h5py")
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "Files of Keras (.keras, .weights.h5) need h5py, which is not installed. Install it "
            'with: pip install "gradtape[keras]". Weights alone go without it to .weights.npz.',
            name="h5py",
        ) from None


def write(obj: Any, file: Any) -> None:
    """Write the variables of a layer or model, and of its optimizer, into an open file."""
    for path, owner in owners(obj):
        group = file.create_group(f"{path}/vars" if path else "vars")
        group.attrs["name"] = owner.name
        if hasattr(owner, "save_own_variables"):
            owner.save_own_variables(group)
            continue
        for i, variable in enumerate(own_variables(owner)):
            value = np.asarray(variable._tensor)
            if variable.dtype.name == "bfloat16":  # HDF5 has no such type
                saved = group.create_dataset(str(i), data=value.view(np.uint16).astype("V2"))
                saved.attrs["dtype"] = "bfloat16"
            else:
                group.create_dataset(str(i), data=value)


def read(obj: Any, file: Any, skip_mismatch: bool = False) -> None:
    """Set the variables from an open file; nothing is changed where something does not fit.

    Raises: ValueError for a layer that the file has not, and where numbers or shapes differ.
    """
    found: list[tuple[Any, Any]] = []
    own: list[tuple[Any, Any]] = []
    optimizer = getattr(obj, "optimizer", None)
    if isinstance(optimizer, Optimizer) and not optimizer.built and len(file.get(_OPTIMIZER, ())):
        optimizer.build(obj.trainable_variables)
    for path, owner in owners(obj):
        variables = own_variables(owner)
        place = f"{path}/vars" if path else "vars"
        stored = file[place] if place in file else {}
        if hasattr(owner, "load_own_variables"):
            own.append((owner, stored))
            continue
        try:
            found += _fitting(owner, variables, stored, path)
        except ValueError:
            if isinstance(owner, Optimizer):  # it begins again; the model is whole
                if not stored:
                    continue
                warnings.warn(
                    f"Skipping variable loading for optimizer '{owner.name}', because it has "
                    f"{len(variables)} variables whereas the saved optimizer has {len(stored)} "
                    "variables.",
                    stacklevel=4,
                )
            elif not skip_mismatch:
                raise
    for variable, value in found:
        variable.assign(value)
    for owner, stored in own:
        owner.load_own_variables(stored)


def _fitting(owner: Any, variables: list[Any], stored: Any, path: str) -> list[tuple[Any, Any]]:
    if len(stored) != len(variables):
        if not variables and not getattr(owner, "built", True):
            raise ValueError(
                f"Layer '{owner.name}' was never built and thus it doesn't have any variables. "
                f"However the weights file lists {len(stored)} variables for this layer. Call the "
                "model once before loading."
            )
        raise ValueError(
            f"Layer '{owner.name}' expected {len(variables)} variables, but received "
            f"{len(stored)} variables during loading, at {path or 'the top'} of the file. "
            f"Expected: {[v.name for v in variables]}"
        )
    pairs = []
    for i, variable in enumerate(variables):
        value = np.asarray(stored[str(i)])
        if value.shape != tuple(variable.shape):
            raise ValueError(
                f"Layer '{owner.name}': variable {variable.name} has shape "
                f"{tuple(variable.shape)}, and the file has {value.shape} for it."
            )
        pairs.append((variable, value.astype(variable.dtype.as_numpy_dtype)))
    return pairs


def own_variables(owner: Any) -> list[tf.Variable]:
    """The variables that a group holds: a layer's own, trainable ones first."""
    if isinstance(owner, Optimizer):
        return list(owner.variables)
    variables, _ = owner._own()
    return sorted(variables, key=lambda v: not getattr(v, "_born_trainable", v.trainable))


def owners(obj: Any) -> Iterator[tuple[str, Any]]:
    """All layers and optimizers under an object, each once, with their paths in the file."""
    seen: set[int] = set()
    pending: list[tuple[str, Any]] = [("", obj)]
    while pending:
        path, owner = pending.pop()
        if id(owner) in seen:
            continue
        seen.add(id(owner))
        yield path, owner
        pending += reversed(list(_children(path, owner)))


def _children(path: str, owner: Any) -> Iterator[tuple[str, Any]]:
    if getattr(owner, "_graph_layers", None) is not None or hasattr(owner, "_input_layer"):
        yield from _listed(_joined(path, "layers"), owner.layers)
    if isinstance(owner, Optimizer):
        inner = getattr(owner, "inner_optimizer", None)
        if inner is not None:
            yield _joined(path, "inner_optimizer"), inner
        return
    for name in sorted(vars(owner)):
        value = vars(owner)[name]
        if name in _INNER or name.startswith("__"):
            continue
        if isinstance(value, (Layer, Optimizer)):
            yield _joined(path, name), value
        elif isinstance(value, (list, tuple, dict, set)):
            listed = value.values() if isinstance(value, dict) else value
            yield from _listed(_joined(path, name), listed)


def _listed(path: str, values: Any) -> Iterator[tuple[str, Any]]:
    """The layers of a list, called after their classes."""
    counts: dict[str, int] = {}
    for value in values:
        if not isinstance(value, (Layer, Optimizer)):
            continue
        name = naming.snake_case(type(value).__name__)
        seen = counts[name] = counts.get(name, -1) + 1
        yield _joined(path, f"{name}_{seen}" if seen else name), value


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name
