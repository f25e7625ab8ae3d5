"""The file of a model's weights: a NumPy archive with one array per weight, in order.

The entries are called `0000/kernel`, `0001/bias` and so on. Names of layers do not matter, since a
second model of the same class has other ones; order, last names and shapes have to agree.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

ENDING = ".weights.npz"


def _checked(filepath: Any) -> str:
    path = os.fspath(filepath)
    if not str(path).endswith(ENDING):
        hint = ""
        if str(path).endswith((".h5", ".keras", ".hdf5")):
            hint = " HDF5 and .keras files need libraries that are not here."
        raise ValueError(f"The filename must end in `{ENDING}`. Received: filepath={path}.{hint}")
    return str(path)


def _last_name(variable: Any) -> str:
    return str(variable.name).rpartition("/")[2].removesuffix(":0")


def _entries(layer: Any) -> dict[str, Any]:
    return {f"{i:04d}/{_last_name(v)}": v for i, v in enumerate(layer.weights)}


def save(layer: Any, filepath: Any, overwrite: bool = True) -> None:
    """Write the weights of `layer`."""
    path = _checked(filepath)
    entries = _entries(layer)
    if not entries:
        raise ValueError(
            f"'{layer.name}' has no weights yet: call it once, or build it, before saving."
        )
    if not overwrite and os.path.exists(path):
        raise FileExistsError(f"{path} is there already, and overwrite=False.")
    with open(path, "wb") as file:  # an open file, or NumPy would add an ending of its own
        arrays: dict[str, Any] = {key: np.asarray(v._tensor) for key, v in entries.items()}
        np.savez(file, **arrays)


def load(layer: Any, filepath: Any) -> None:
    """Set the weights of `layer`, all or none."""
    path = _checked(filepath)
    entries = _entries(layer)
    with np.load(path, allow_pickle=False) as archive:
        values = {key: archive[key] for key in archive.files}
    if not entries and values:
        raise ValueError(
            f"'{layer.name}' has no weights yet: call it once, or build it, before loading."
        )
    have = [(key, tuple(v.shape)) for key, v in entries.items()]
    came = [(key, value.shape) for key, value in values.items()]
    for wanted, found in zip(have, came, strict=False):
        if wanted != found:
            raise ValueError(
                f"{path} does not fit '{layer.name}': weight {wanted[0]} of shape {wanted[1]} "
                f"meets {found[0]} of shape {found[1]}. Nothing was changed."
            )
    if len(have) != len(came):
        raise ValueError(
            f"{path} does not fit '{layer.name}': it holds {len(came)} weights, the model has "
            f"{len(have)}. Nothing was changed."
        )
    for key, variable in entries.items():
        variable.assign(values[key])
