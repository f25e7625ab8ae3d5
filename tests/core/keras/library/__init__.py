"""Programs of the breadth of tf.keras, in the manner of `cases`, recorded in keras_library.npz."""

from tests.core.keras.cases import Programs

LIBRARY = Programs()
program, programs = LIBRARY.program, LIBRARY.programs

from tests.core.keras.library import (  # noqa: E402
    images,
    layers,
    lookups,
    losses,
    metrics,
    ops,
    optimizers,
    recurrent,
)

__all__ = [
    "LIBRARY",
    "images",
    "layers",
    "lookups",
    "losses",
    "metrics",
    "ops",
    "optimizers",
    "recurrent",
]
