"""`tf.keras.utils`: files, rows of numbers, progress, and a few things that live elsewhere here.

Parts load when they are first used: training needs some of them, and no sockets.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: module → the names that it holds
_HOMES = {
    "categories": "to_categorical",
    "naming": "clear_session",
    "random": "set_random_seed",
    "serializing.registration": "CustomObjectScope custom_object_scope get_custom_objects "
    "get_registered_name get_registered_object register_keras_serializable",
    "serializing.serialization": "deserialize_keras_object serialize_keras_object",
    "utils.batched": "PyDataset Sequence",
    "utils.fetching": "get_file",
    "utils.normalizing": "normalize",
    "utils.packing": "pack_x_y_sample_weight unpack_x_y_sample_weight",
    "utils.progress": "Progbar",
    "utils.sequences": "pad_sequences",
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"gradtape.keras.{_MODULES[name]}"), name)
    raise import_module("gradtape.names.did_you_mean").missing(__name__, name)


def __dir__() -> list[str]:
    return sorted(_MODULES)


__all__ = sorted(_MODULES)
