"""Models as files: `.keras`, a zip of configuration and weights, as Keras reads and writes it.

A file is written beside its place and then put there, so that an interrupted save leaves the last
one as it was.
"""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gradtape.keras.saving import assets, hdf5
from gradtape.keras.serializing.registration import CustomObjectScope
from gradtape.keras.serializing.serialization import (
    deserialize_keras_object,
    serialize_keras_object,
)

#: the version of Keras whose files these are
KERAS_VERSION = "3.15.1"
_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"


def save_model(model: Any, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
    """Write a model with its weights, its `compile` and the state of its optimizer.

    Raises: ValueError for another ending than `.keras`; FileExistsError where the file is there
    and `overwrite` is false; ModuleNotFoundError without h5py; TypeError for what has no
    configuration.
    """
    path = Path(os.fspath(filepath))
    if path.suffix != ".keras":
        raise ValueError(
            "Invalid filepath extension for saving. Please add the `.keras` extension. Received: "
            f"filepath={filepath}. (HDF5 files of whole models, `.h5`, are Keras's older form.)"
        )
    if not model.built:
        raise ValueError(
            f"Model {model.name} has no weights yet: call it once, or build it, before saving."
        )
    refuse_to_overwrite(path, overwrite)
    weights = weights_as_bytes(model)
    further = assets.written(model)
    config = json.dumps(serialize_keras_object(model))
    date = time.strftime("%Y-%m-%d@%H:%M:%S")
    metadata = json.dumps({"keras_version": KERAS_VERSION, "date_saved": date})

    def write(stream: Any) -> None:
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(_METADATA, metadata)
            archive.writestr(_CONFIG, config)
            archive.writestr(_WEIGHTS, weights)
            for name, content in further.items():
                archive.writestr(name, content)

    put(path, overwrite, write)


def load_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """The model of a `.keras` file, from here or from Keras itself.

    Classes and functions of one's own are found by `register_keras_serializable`, in
    `custom_objects`, or where the program has them.

    Raises: ValueError where the file is no `.keras` file; TypeError for a class that is not found.
    """
    path = Path(os.fspath(filepath))
    if not path.exists():
        raise ValueError(
            f"File not found: filepath={filepath}. Please ensure the file is an accessible "
            "`.keras` zip file."
        )
    if not zipfile.is_zipfile(path):
        raise ValueError(
            f"{filepath} is no `.keras` file (a zip archive). Older `.h5` files of whole models "
            "are read by Keras itself, which writes them as `.keras`."
        )
    with zipfile.ZipFile(path) as archive, CustomObjectScope(custom_objects):
        config = json.loads(archive.read(_CONFIG))
        if not compile:
            config.pop("compile_config", None)
        model = deserialize_keras_object(config)
        h5py = hdf5.h5py()
        with h5py.File(io.BytesIO(archive.read(_WEIGHTS)), "r") as file:
            hdf5.read(model, file)
        assets.read(model, archive)
    return model


def weights_as_bytes(model: Any) -> bytes:
    """The content of a file of weights."""
    buffer = io.BytesIO()
    with hdf5.h5py().File(buffer, "w") as file:
        hdf5.write(model, file)
    return buffer.getvalue()


def save_weights(model: Any, filepath: Any, overwrite: bool = True) -> None:
    """Write all weights, and the state of the optimizer, as `.weights.h5`."""
    path = Path(os.fspath(filepath))
    content = weights_as_bytes(model)
    put(path, overwrite, lambda stream: stream.write(content))


def load_weights(model: Any, filepath: Any, skip_mismatch: bool = False) -> None:
    """Set all weights from a `.weights.h5` file, or from the weights inside a `.keras` file.

    Raises: ValueError where layers, numbers or shapes differ; nothing is changed then.
    """
    path = Path(os.fspath(filepath))
    h5py = hdf5.h5py()
    content: Any = path
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            content = io.BytesIO(archive.read(_WEIGHTS))
    elif not path.exists():
        raise FileNotFoundError(f"No such file: {filepath}")
    with h5py.File(content, "r") as file:
        if "layer_names" in file.attrs:
            raise ValueError(
                f"{filepath} is a file of Keras 2. Load it with Keras, and save it as .weights.h5."
            )
        hdf5.read(model, file, skip_mismatch)


def refuse_to_overwrite(path: Path, overwrite: bool) -> None:
    """Raise FileExistsError where a file is there that shall stay."""
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is there already, and overwrite=False.")


def put(path: Path, overwrite: bool, write: Callable[[Any], Any]) -> None:
    """Write a file whole, or not at all."""
    refuse_to_overwrite(path, overwrite)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as stream:
            write(stream)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
