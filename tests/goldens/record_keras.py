"""Records what TensorFlow's Keras gives for the programs of cases, library and older.

    python tests/goldens/record_keras.py [FILE]     (in an environment with tensorflow-cpu)

They stand in tests/core/keras. Each result becomes an array in the file of its programs (`FILES`),
named by its program and place; a result that is None is recorded as an empty string. The test-suite
reads the files and never needs TensorFlow.
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

from tests.core.keras.cases import PROGRAMS  # noqa: E402
from tests.core.keras.library import LIBRARY  # noqa: E402
from tests.core.keras.older import OLDER  # noqa: E402

FILES = {"keras.npz": PROGRAMS, "keras_library.npz": LIBRARY, "keras_backend.npz": OLDER}


def recorded(programs: Any) -> dict[str, np.ndarray[Any, Any]]:
    """All results of all programs."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    for name, program in programs.items():
        tf.keras.utils.clear_session()
        try:
            results = program(tf)
        except Exception as error:
            error.add_note(f"in the program {name}")
            raise
        for i, result in enumerate(results):
            array = np.array("") if result is None else np.asarray(result)
            if array.dtype.kind not in "fiuU":
                raise TypeError(f"{name}, result {i}: {array.dtype}")
            arrays[f"{name}/{i}"] = array
    return arrays


if __name__ == "__main__":
    for file, programs in FILES.items():
        if sys.argv[1:] and file not in sys.argv[1:]:
            continue
        found = recorded(programs)
        path = Path(__file__).with_name(file)
        np.savez_compressed(path, **found)  # type: ignore[arg-type]
        print(f"{len(programs)} programs, {len(found)} arrays, {path.stat().st_size} bytes")
