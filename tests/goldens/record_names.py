"""Records the public names of TensorFlow's and Keras's namespaces in `names.json`.

Run it in an environment with TensorFlow: `make goldens`.
"""

import json
from pathlib import Path
from typing import Any

import tensorflow as tf

NAMESPACES = [
    *("", "math", "nn", "linalg", "random", "image", "strings", "bitwise", "debugging", "test"),
    *("config", "keras", "keras.layers", "keras.optimizers", "keras.losses", "keras.metrics"),
    *("keras.activations", "keras.initializers", "keras.regularizers", "keras.constraints"),
    *("keras.models", "keras.utils", "keras.backend"),
]


def namespace(path: str) -> Any:
    """The module of this path in `tf`."""
    found = tf
    for part in filter(None, path.split(".")):
        found = getattr(found, part)
    return found


names = {
    path: " ".join(name for name in dir(namespace(path)) if not name.startswith("_"))
    for path in NAMESPACES
}
target = Path(__file__).with_name("names.json")
target.write_text(json.dumps(names, indent=1) + "\n", encoding="utf-8")
