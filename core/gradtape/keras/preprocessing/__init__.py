"""`tf.keras.preprocessing`: texts and rows of numbers made ready for a model."""

from gradtape.keras.preprocessing import sequence, text
from gradtape.names.absence import absent_from

__all__ = ["sequence", "text"]

__getattr__ = absent_from(__name__)
