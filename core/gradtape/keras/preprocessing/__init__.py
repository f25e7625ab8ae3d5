"""`tf.keras.preprocessing`: texts and rows of numbers made ready for a model."""

from typing import TYPE_CHECKING

from gradtape.keras.preprocessing import sequence, text
from gradtape.names.absence import absent_from

__all__ = ["sequence", "text"]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
