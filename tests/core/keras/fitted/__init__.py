"""Programs that train with `compile` and `fit`, and functional models, as functions of `tf`.

As in `cases`: TensorFlow's Keras runs them to record, gradtape to compare. A program gives a
dictionary of numbers, lists of numbers and arrays, by name.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Program = Callable[[Any], dict[str, Any]]

PROGRAMS: dict[str, Program] = {}

_RNG = np.random.default_rng(0)
X = _RNG.normal(size=(50, 4)).astype(np.float32)
LABELS = (X.sum(1) > 0).astype(np.int64)
ONE_HOT = np.eye(3, dtype=np.float32)[_RNG.integers(0, 3, 50)]
IMAGES = _RNG.normal(size=(24, 8, 8, 1)).astype(np.float32)


def program(function: Program) -> Program:
    """Enter `function` under its name."""
    assert function.__name__ not in PROGRAMS
    PROGRAMS[function.__name__] = function
    return function


from tests.core.keras.fitted import fitting, graphs, masked  # noqa: E402

__all__ = ["PROGRAMS", "fitting", "graphs", "masked"]
