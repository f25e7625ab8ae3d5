"""Records the parameters of Keras's public functions and classes, with their defaults.

    python tests/goldens/record_signatures.py      (in an environment with tensorflow-cpu)

`keras_signatures.json` has `module.name` → the parameters in order, each as its name and its
default: a value, or a string in angle brackets for what JSON has not ("<none given>", a type).
"""

from __future__ import annotations

import inspect
import json
import os
from pathlib import Path
from typing import Any

#: the parts of Keras that are compared
MODULES = (
    "activations", "constraints", "initializers", "layers", "losses", "metrics", "models",
    "optimizers", "optimizers.schedules", "regularizers", "utils", "random",
)  # fmt: skip


def default(value: Any) -> Any:
    """A default as JSON holds it."""
    if value is inspect.Parameter.empty:
        return "<none given>"
    if isinstance(value, tuple):
        return list(map(default, value))
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return f"<{type(value).__name__}>"


def parameters(function: Any) -> list[list[Any]] | None:
    """The parameters of a function or class, without *args and **kwargs; None where it has none."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    named = [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    return [[p.name, default(p.default)] for p in named]


def signatures(keras: Any) -> dict[str, list[list[Any]]]:
    """Those of every public callable in `MODULES`."""
    found = {}
    for module in MODULES:
        here = keras
        for part in module.split("."):
            here = getattr(here, part)
        for name in sorted(n for n in dir(here) if not n.startswith("_")):
            value = getattr(here, name)
            if callable(value) and (listed := parameters(value)) is not None:
                found[f"{module}.{name}"] = listed
    return found


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from tensorflow import keras

    recorded = signatures(keras)
    lines = (f"{json.dumps(name)}: {json.dumps(each)}" for name, each in recorded.items())
    path = Path(__file__).with_name("keras_signatures.json")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{len(recorded)} signatures")
