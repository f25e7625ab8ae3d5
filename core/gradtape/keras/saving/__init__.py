"""`tf.keras.saving`: objects as configurations, models as files of Keras, names for one's own."""

from typing import TYPE_CHECKING

from gradtape.keras.saving.files import load_model, load_weights, save_model, save_weights
from gradtape.keras.serializing.registration import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from gradtape.keras.serializing.serialization import (
    deserialize_keras_object,
    serialize_keras_object,
)
from gradtape.names.absence import absent_from

__all__ = [
    "CustomObjectScope", "custom_object_scope", "deserialize_keras_object", "get_custom_objects",
    "get_registered_name", "get_registered_object", "load_model", "load_weights",
    "register_keras_serializable", "save_model", "save_weights", "serialize_keras_object",
]  # fmt: skip

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
