"""`tf.keras.preprocessing`: texts and rows of numbers made ready for a model."""

from typing import TYPE_CHECKING

from gradtape.keras.preprocessing import image, sequence, text
from gradtape.keras.utils.windows_in_time import timeseries_dataset_from_array
from gradtape.names.absence import absent_from

__all__ = ["image", "sequence", "text", "timeseries_dataset_from_array"]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
