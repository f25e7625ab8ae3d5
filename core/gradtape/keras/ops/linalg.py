"""`tf.keras.ops.linalg`: products and decompositions of matrices."""

from gradtape.keras.ops import products
from gradtape.keras.ops.making import functions_of
from gradtape.names.absence import absent_from

_FUNCTIONS = functions_of(products)
globals().update(_FUNCTIONS)

__all__ = sorted(_FUNCTIONS)

__getattr__ = absent_from(__name__)
