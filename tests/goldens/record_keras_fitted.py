"""Records what TensorFlow's Keras gives for the programs of tests/core/keras/fitted.

    python tests/goldens/record_keras_fitted.py      (in an environment with tensorflow-cpu)

Each result becomes an array in keras_fitted.npz, named `program/result`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

from tests.core.keras.fitted import PROGRAMS  # noqa: E402


def recorded() -> dict[str, np.ndarray[Any, Any]]:
    """All results of all programs."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    for name, program in PROGRAMS.items():
        tf.keras.utils.clear_session()
        try:
            results = program(tf)
        except Exception as error:
            error.add_note(f"in the program {name}")
            raise
        arrays.update({f"{name}/{key}": np.asarray(value) for key, value in results.items()})
    return arrays


if __name__ == "__main__":
    found = recorded()
    path = Path(__file__).with_name("keras_fitted.npz")
    np.savez_compressed(path, **found)  # type: ignore[arg-type]
    print(f"{len(PROGRAMS)} programs, {len(found)} arrays, {path.stat().st_size} bytes")
