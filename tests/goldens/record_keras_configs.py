"""Records the configurations that Keras gives for its classes.

    python tests/goldens/record_keras_configs.py     (in an environment with tensorflow-cpu)

`keras_configs.json` has the name of an object in tests/core/keras/configurations.py → what it is
made with (null where it is written there) and what `keras.saving.serialize_keras_object` makes of
it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import keras

from tests.core.keras.configurations import arguments, composed, made, names


def recorded() -> dict[str, Any]:
    """All configurations."""
    found: dict[str, Any] = {}
    for name in names(keras):
        for place, given in arguments(keras, name):
            obj = made(keras, name, given)
            found[place] = given, keras.saving.serialize_keras_object(obj)
    for place, obj in composed(keras):
        found[place] = None, keras.saving.serialize_keras_object(obj)
    return found


if __name__ == "__main__":
    configs = recorded()
    lines = [f"{json.dumps(k)}: {json.dumps(v)}" for k, v in configs.items()]
    target = Path(__file__).with_name("keras_configs.json")
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(len(configs), "configurations,", target.stat().st_size, "bytes")
