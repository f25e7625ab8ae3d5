"""Records the names of Keras's public tree, namespace by namespace.

    python tests/goldens/record_keras_names.py      (in an environment with tensorflow-cpu)

`keras_names.json` has namespace → its names that are no namespaces, parted by spaces.
"""

from __future__ import annotations

import json
import os
import types
from pathlib import Path
from typing import Any


def walk(module: Any, path: str, found: dict[str, str]) -> None:
    """Enter the names of a namespace and of those below it."""
    own = []
    for name in sorted(n for n in dir(module) if not n.startswith("_")):
        value = getattr(module, name)
        if not isinstance(value, types.ModuleType):
            own.append(name)
        elif value.__name__.startswith("keras") and ".src" not in value.__name__:
            walk(value, f"{path}.{name}".strip("."), found)
    found[path] = " ".join(own)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from tensorflow import keras

    names: dict[str, str] = {}
    walk(keras, "", names)
    target = Path(__file__).with_name("keras_names.json")
    target.write_text(json.dumps(names, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(sum(len(each.split()) for each in names.values()), "names")
