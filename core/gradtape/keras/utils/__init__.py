"""`tf.keras.utils`: Keras's name for a few things that live elsewhere here."""

from gradtape.keras.categories import to_categorical
from gradtape.keras.naming import clear_session
from gradtape.keras.random import set_random_seed
from gradtape.names.absence import absent_from

__all__ = ["clear_session", "set_random_seed", "to_categorical"]

__getattr__ = absent_from(__name__)
