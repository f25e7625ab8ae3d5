"""Files exchanged with Keras: those that it writes, and whether it reads those of gradtape.

    python tests/goldens/record_keras_files.py      (in an environment with tensorflow-cpu)

Keras's files of the models of tests/core/keras/exchange go to keras_files/, with what the models
give for their inputs. gradtape writes files of the same models, Keras reads them and has to give
the same outputs; what the files are like is noted in keras_files/ours.json. The test-suite reads
all of that and never needs TensorFlow.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "core")]

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

import gradtape  # noqa: E402
from tests.core.keras.exchange import MODELS, of_ones_own, written  # noqa: E402

FOLDER = Path(__file__).with_name("keras_files")


def outputs(model: Any, x: Any) -> list[Any]:
    """What a model gives, as a flat list."""
    return [np.asarray(y) for y in gradtape.nest.flatten(model.predict(x, verbose=0))]


def record() -> None:
    """Write the files, and read gradtape's."""
    FOLDER.mkdir(exist_ok=True)
    arrays: dict[str, Any] = {}
    ours: dict[str, Any] = {}
    for name, make in MODELS.items():
        for keras in (tf.keras, gradtape.keras):
            keras.utils.clear_session()
            keras.utils.set_random_seed(1)
        theirs, given = make(tf)
        theirs.save(FOLDER / f"{name}.keras")
        theirs.save_weights(FOLDER / f"{name}.weights.h5")
        arrays.update({f"{name}/{i}": y for i, y in enumerate(outputs(theirs, given))})
        mine, x = make(gradtape)
        with tempfile.TemporaryDirectory() as folder:
            ours[name] = written(mine, folder)
            path = Path(folder) / "model.keras"
            again = tf.keras.models.load_model(path, custom_objects=of_ones_own(tf))
        for a, b in zip(outputs(mine, x), outputs(again, given), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
        if mine.optimizer is not None:
            for a, b in zip(mine.optimizer.variables, again.optimizer.variables, strict=True):
                np.testing.assert_array_equal(np.asarray(a), np.asarray(b))
    np.savez_compressed(FOLDER / "outputs.npz", **arrays)
    (FOLDER / "ours.json").write_text(json.dumps(ours, indent=1) + "\n")
    print(f"{len(MODELS)} models, {sum(p.stat().st_size for p in FOLDER.iterdir())} bytes")


if __name__ == "__main__":
    record()
