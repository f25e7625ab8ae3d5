"""`tf.keras.utils`: files, rows of numbers, progress, and a few things that live elsewhere here.

Parts load when they are first used: training needs some of them, and no sockets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradtape.keras.categories import to_categorical as to_categorical
    from gradtape.keras.naming import clear_session as clear_session
    from gradtape.keras.random import set_random_seed as set_random_seed
    from gradtape.keras.serializing.registration import CustomObjectScope as CustomObjectScope
    from gradtape.keras.serializing.registration import custom_object_scope as custom_object_scope
    from gradtape.keras.serializing.registration import get_custom_objects as get_custom_objects
    from gradtape.keras.serializing.registration import get_registered_name as get_registered_name
    from gradtape.keras.serializing.registration import (
        get_registered_object as get_registered_object,
    )
    from gradtape.keras.serializing.registration import (
        register_keras_serializable as register_keras_serializable,
    )
    from gradtape.keras.serializing.serialization import (
        deserialize_keras_object as deserialize_keras_object,
    )
    from gradtape.keras.serializing.serialization import (
        serialize_keras_object as serialize_keras_object,
    )
    from gradtape.keras.utils.batched import PyDataset as PyDataset
    from gradtape.keras.utils.batched import Sequence as Sequence
    from gradtape.keras.utils.fetching import get_file as get_file
    from gradtape.keras.utils.images import array_to_img as array_to_img
    from gradtape.keras.utils.images import img_to_array as img_to_array
    from gradtape.keras.utils.images import load_img as load_img
    from gradtape.keras.utils.images import save_img as save_img
    from gradtape.keras.utils.normalizing import normalize as normalize
    from gradtape.keras.utils.packing import pack_x_y_sample_weight as pack_x_y_sample_weight
    from gradtape.keras.utils.packing import unpack_x_y_sample_weight as unpack_x_y_sample_weight
    from gradtape.keras.utils.progress import Progbar as Progbar
    from gradtape.keras.utils.sequences import pad_sequences as pad_sequences
    from gradtape.keras.utils.splitting import split_dataset as split_dataset
    from gradtape.keras.utils.windows_in_time import (
        timeseries_dataset_from_array as timeseries_dataset_from_array,
    )


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
    "utils.images": "array_to_img img_to_array load_img save_img",
    "utils.normalizing": "normalize",
    "utils.packing": "pack_x_y_sample_weight unpack_x_y_sample_weight",
    "utils.progress": "Progbar",
    "utils.sequences": "pad_sequences",
    "utils.splitting": "split_dataset",
    "utils.windows_in_time": "timeseries_dataset_from_array",
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names.split()}


if not TYPE_CHECKING:  # for type checkers there is what stands above

    def __getattr__(name: str) -> Any:
        if name in _MODULES:
            return getattr(import_module(f"gradtape.keras.{_MODULES[name]}"), name)
        raise import_module("gradtape.names.did_you_mean").missing(__name__, name)


def __dir__() -> list[str]:
    return sorted(_MODULES)


__all__ = sorted(_MODULES)
