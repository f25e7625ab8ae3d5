"""Records the random numbers that TensorFlow's CPU build draws for the programs of the tests.

    python tests/goldens/record_random.py      (in an environment with tensorflow-cpu, on Linux)

Arrays of up to 64 elements are kept as the hexadecimal text of their bytes, longer ones as a
SHA-256 of them; long float64 normals, which may differ in their last bits, as 1 in 100. Of
refusals the exception's type is kept. `random_library.json` holds the SHA-256 of what the C library
gives for every value that a 23-bit uniform number can take. The test-suite reads the files and
never needs TensorFlow.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "core" / "random" / "support"))

import numpy as np  # noqa: E402
from cases import PROGRAMS, REFUSALS  # noqa: E402
from keras_cases import KERAS_PROGRAMS  # noqa: E402

KEPT_WHOLE = 64
THINNED = 100


def described(value: Any) -> dict[str, Any] | None:
    """What a file keeps of a tensor or an array."""
    if value is None:
        return None
    array = np.asarray(value)
    kept: dict[str, Any] = {"dtype": array.dtype.name, "shape": list(array.shape)}
    if array.size <= KEPT_WHOLE:
        return kept | {"bytes": array.tobytes().hex()}
    if array.dtype == np.float64:
        kept["thinned"] = np.ascontiguousarray(array.reshape(-1)[::THINNED]).tobytes().hex()
    return kept | {"sha256": hashlib.sha256(array.tobytes()).hexdigest()}


def recorded_programs(tf: Any) -> dict[str, Any]:
    """Name → what each tensor of the program is; draws before any seed come first."""
    unseeded = {"before_any_seed": [described(tf.random.uniform([4], seed=7)) for _ in range(2)]}
    return unseeded | recorded(tf, PROGRAMS)


def recorded(tf: Any, programs: dict[str, Any]) -> dict[str, Any]:
    """Name → what each tensor of the program is."""
    return {name: [described(value) for value in run(tf)] for name, run in programs.items()}


def recorded_refusals(tf: Any) -> dict[str, str]:
    """Name → the type of the exception."""
    found = {}
    for name, call in REFUSALS.items():
        tf.random.set_seed(1)  # a text as the seed spoils every later draw
        try:
            call(tf)
        except Exception as error:
            found[name] = type(error).__name__
        else:
            raise SystemExit(f"TensorFlow does not refuse {name!r}")
    return found


def library_values() -> dict[str, np.ndarray[Any, Any]]:
    """The C library's float32 logarithm, sine and cosine where Box–Muller can ask for them."""
    library = ctypes.CDLL("libm.so.6")
    for function in (library.logf, library.sinf, library.cosf):
        function.restype, function.argtypes = ctypes.c_float, [ctypes.c_float]
    unit = np.arange(1 << 23, dtype=np.float32) / np.float32(1 << 23)
    angle = (unit * np.float64(2 * np.pi)).astype(np.float32).tolist()
    positive = np.maximum(unit, np.float32(1e-7)).tolist()
    return {
        "log": np.fromiter(map(library.logf, positive), np.float32, len(unit)),
        "sin": np.fromiter(map(library.sinf, angle), np.float32, len(unit)),
        "cos": np.fromiter(map(library.cosf, angle), np.float32, len(unit)),
    }


def write(name: str, content: Any) -> None:
    """One file, one entry per line."""
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
    (HERE / name).write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    import keras
    import tensorflow

    write("random.json", recorded_programs(tensorflow))
    write("random_keras.json", recorded(tensorflow, KERAS_PROGRAMS))
    write("random_refusals.json", recorded_refusals(tensorflow))
    digests = {k: hashlib.sha256(v.tobytes()).hexdigest() for k, v in library_values().items()}
    write("random_library.json", digests)
    write(
        "random_versions.json", {"tensorflow": tensorflow.__version__, "keras": keras.__version__}
    )
