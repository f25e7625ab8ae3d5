"""`tf.keras.models`: layers made of layers."""

from gradtape.keras.models.model import Model
from gradtape.keras.models.sequential import Sequential
from gradtape.names.absence import absent_from

__all__ = ["Model", "Sequential"]

__getattr__ = absent_from(__name__)
