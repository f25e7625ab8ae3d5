"""Records what Keras's `load_data` gives for the files of tests/core/keras/sets, and its programs.

    python tests/goldens/record_keras_sets.py      (in an environment with tensorflow-cpu)

`keras_sets.json` has data set → for each call of `CALLS` the arrays, as `described` writes them;
and program → what it gave.
Keras is given the files in a cache folder, and hashes are not compared; its 50 000 pictures of
cifar10 are made as many as there are.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
FOLDER = Path(tempfile.mkdtemp())
os.environ["KERAS_HOME"] = str(FOLDER)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf  # noqa: E402

from tests.core.keras.sets import CALLS, FILES, described  # noqa: E402
from tests.core.keras.sets.preparing import PREPARING  # noqa: E402


def lay_out() -> None:
    """Put the files where Keras looks for them."""
    (FOLDER / "datasets" / "fashion-mnist").mkdir(parents=True)
    for name, data in FILES.items():
        folder = FOLDER / "datasets"
        if name.endswith("ubyte.gz"):
            folder /= "fashion-mnist"
        (folder / (f"{name}_archive" if name.endswith("target") else name)).write_bytes(data)


def few_pictures(lines: str) -> str:
    """cifar10 of Keras with 2 pictures in a batch instead of 10 000."""
    return lines.replace("50000", "10").replace("10000", "2")


def recorded() -> dict[str, list[Any]]:
    """What each call gives."""
    found: dict[str, list[Any]] = {}
    for name, calls in CALLS.items():
        module = importlib.import_module(f"keras.src.datasets.{name}")
        if name == "cifar10":
            code = few_pictures(Path(str(module.__file__)).read_text(encoding="utf-8"))
            exec(code, module.__dict__)
        found[name] = [described(module.load_data(**call)) for call in calls]
    return found


if __name__ == "__main__":
    lay_out()
    with mock.patch("keras.src.utils.file_utils.validate_file", lambda *_, **__: True):
        arrays = recorded()
    target = Path(__file__).with_name("keras_sets.json")
    arrays |= {name: program(tf) for name, program in PREPARING.items()}
    text = json.dumps(arrays, sort_keys=True)
    target.write_text(text + "\n", encoding="utf-8")
    print(f"{sum(map(len, arrays.values()))} calls, {len(text)} characters")
