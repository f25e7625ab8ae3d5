"""`tf.keras.ops.nn`: functions of neural networks."""

from gradtape.keras.ops import convolutions, ctc, neural, normalizing
from gradtape.keras.ops.making import functions_of
from gradtape.names.absence import absent_from

_FUNCTIONS = functions_of(convolutions, ctc, neural, normalizing)
globals().update(_FUNCTIONS)

__all__ = sorted(_FUNCTIONS)

__getattr__ = absent_from(__name__)
