"""How much of Keras's public tree there is: the names, counted namespace by namespace.

python -m tests.core.keras.test_names      prints the table, and what is missing
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import gradtape as tf

RECORDED = {
    path: names.split()
    for path, names in json.loads(
        (Path(__file__).parents[2] / "goldens" / "keras_names.json").read_text(encoding="utf-8")
    ).items()
}
#: namespaces of pre-trained networks, of other frameworks, and of one machine's many devices
LEFT_OUT = ("applications", "distribution", "quantizers", "distillation", "wrappers", "export")

#: namespace → how many of its names there are at least
FLOORS = {
    "layers": 120, "losses": 50, "metrics": 75, "optimizers": 15, "initializers": 30,
    "activations": 25, "constraints": 8, "regularizers": 7, "ops": 270,
    "ops.numpy": 175, "ops.nn": 45, "random": 5, "utils": 25, "backend": 110, "datasets.reuters": 3,
    "preprocessing.text": 5, "preprocessing.sequence": 3, "preprocessing.image": 4,
}  # fmt: skip


def there(path: str) -> list[str]:
    """The recorded names of a namespace that gradtape has too."""
    owner: Any = tf.keras
    try:
        for part in filter(None, path.split(".")):
            owner = getattr(owner, part)
    except AttributeError:
        return []
    return [name for name in RECORDED[path] if hasattr(owner, name)]


@pytest.mark.parametrize("path", FLOORS)
def test_so_many_names_are_there(path: str) -> None:
    assert len(there(path)) >= FLOORS[path]


def table() -> str:
    """Each namespace with the number of its names, how many are there, and the missing ones."""
    lines, total, found = [], 0, 0
    for path, names in sorted(RECORDED.items()):
        if path.split(".")[0] in LEFT_OUT:
            continue
        own = there(path)
        total, found = total + len(names), found + len(own)
        missing = " ".join(name for name in names if name not in own)
        lines.append(f"{path or 'keras':24} {len(own):4} of {len(names):4}  {missing}")
    return "\n".join([*lines, f"{'together':24} {found:4} of {total:4}"])


if __name__ == "__main__":
    print(table())
