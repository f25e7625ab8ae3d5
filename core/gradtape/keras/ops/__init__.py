"""`tf.keras.ops`: functions of tensors under Keras's names, which functional models take as steps.

Names and meanings are those of Keras 3; the derivatives are those of the functions of gradtape that
they are made of. `ops.numpy`, `ops.nn` and `ops.linalg` have them by sort.
"""

from gradtape.keras.ops import linalg, nn, numpy
from gradtape.names.absence import absent_from

globals().update({name: getattr(nn, name) for name in nn.__all__})
globals().update({name: getattr(numpy, name) for name in numpy.__all__})
globals().update({name: getattr(linalg, name) for name in linalg.__all__})

__all__ = sorted({*nn.__all__, *numpy.__all__, *linalg.__all__, "linalg", "nn", "numpy"})

__getattr__ = absent_from(__name__)
