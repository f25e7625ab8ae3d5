"""`tf.keras.ops.numpy`: functions of NumPy's names, with derivatives."""

from gradtape.keras.ops import arranging, creation, elementwise, picking, products, reductions
from gradtape.keras.ops.making import functions_of
from gradtape.names.absence import absent_from

_FUNCTIONS = functions_of(arranging, creation, elementwise, picking, products, reductions)
globals().update(_FUNCTIONS)

__all__ = sorted(_FUNCTIONS)

__getattr__ = absent_from(__name__)
