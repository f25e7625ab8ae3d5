"""`tf.keras.preprocessing.image`: the names of `tf.keras.utils` for images."""

from typing import TYPE_CHECKING

from gradtape.keras.utils.images import array_to_img, img_to_array, load_img, save_img
from gradtape.names.absence import absent_from

__all__ = ["array_to_img", "img_to_array", "load_img", "save_img"]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
