"""`tf.keras.models`: layers made of layers."""

from gradtape.keras.models.model import Model
from gradtape.keras.models.sequential import Sequential

__all__ = ["Model", "Sequential"]
