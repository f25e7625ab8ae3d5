"""`tf.keras.models`: layers made of layers."""

from gradtape.keras.models.functional import Functional
from gradtape.keras.models.model import Model
from gradtape.keras.models.sequential import Sequential
from gradtape.names.absence import absent_from

__all__ = ["Functional", "Model", "Sequential"]

__getattr__ = absent_from(__name__)
