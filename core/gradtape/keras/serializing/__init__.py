"""Objects as configurations that JSON can hold, and back; `keras.saving` shows what is public."""

from gradtape.keras.serializing.arguments import own_arguments
from gradtape.keras.serializing.registration import CustomObjectScope
from gradtape.keras.serializing.serialization import (
    deserialize_keras_object,
    serialize_keras_object,
)

__all__ = [
    "CustomObjectScope", "deserialize_keras_object", "own_arguments", "serialize_keras_object",
]  # fmt: skip
