"""`tf.keras.utils`: Keras's name for a few things that live elsewhere here."""

from gradtape.keras.categories import to_categorical
from gradtape.keras.naming import clear_session
from gradtape.keras.random import set_random_seed
from gradtape.keras.utils.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from gradtape.keras.utils.progress import Progbar
from gradtape.names.absence import absent_from

__all__ = [
    "Progbar", "clear_session", "pack_x_y_sample_weight", "set_random_seed", "to_categorical",
    "unpack_x_y_sample_weight",
]  # fmt: skip

__getattr__ = absent_from(__name__)
