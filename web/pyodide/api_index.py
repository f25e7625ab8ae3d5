"""Write what the editor's completion and hover say: every public name, its call and its first line.

The engine's own docstrings are the source, so the page knows as much as the engine does, and knows
it before Python has started in the tab.

    python web/pyodide/api_index.py       (writes web/pyodide/dist/engine/api-index.json)
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEEPEST = 3  # tf.keras.layers.Dense
LONGEST_CALL = 160  # characters


def public(module: Any) -> list[str]:
    """The names that a module or namespace offers."""
    names = getattr(module, "__all__", None) or dir(module)
    return [name for name in names if not name.startswith("_")]


def shown(signature: inspect.Signature) -> str:
    """The parameters with their defaults; types are left out, they make it long."""
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
    ]
    return str(inspect.Signature(parameters, return_annotation=inspect.Signature.empty))


def shortened(call: str) -> str:
    """The call with as many whole parameters as fit."""
    if len(call) <= LONGEST_CALL:
        return call
    kept = call[: LONGEST_CALL - 3].rpartition(", ")[0]
    while kept.count("(") != kept.count(")") + 1:  # inside a default that is a tuple
        kept = kept.rpartition(", ")[0]
    return kept + ", …)"


def entry(name: str, value: Any) -> dict[str, str]:
    """One name: how it is called, and the first line of its docstring."""
    last = name.rpartition(".")[2]
    call = f"tf.{name}"
    if callable(value):
        try:
            call += shown(inspect.signature(value))
        except (TypeError, ValueError):
            call += "(…)"
    own = isinstance(value, type) or inspect.isroutine(value) or isinstance(value, ModuleType)
    text = (inspect.getdoc(value) or "") if own else repr(value)
    summary = text.strip().partition("\n\n")[0].replace("\n", " ")
    return {"name": name, "signature": shortened(call), "summary": summary or last}


def walk(prefix: str, module: Any, depth: int) -> dict[str, dict[str, str]]:
    """Every public name under a namespace."""
    found = {}
    for name in public(module):
        try:
            value = getattr(module, name)
        except (AttributeError, ImportError):
            continue  # a name that only says what to use instead
        full = prefix + name
        if inspect.ismodule(value):
            if depth < DEEPEST and value.__name__.startswith("gradtape"):
                found[full] = entry(full, value)
                found.update(walk(full + ".", value, depth + 1))
        elif getattr(value, "__module__", "gradtape").startswith("gradtape"):
            found[full] = entry(full, value)
    return found


def main() -> None:
    """Write the index and say how many names it has."""
    sys.path.insert(0, str(ROOT / "core"))
    import gradtape

    index = sorted(walk("", gradtape, 1).values(), key=lambda item: item["name"])
    target = ROOT / "web" / "pyodide" / "dist" / "engine" / "api-index.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"engine: an index of {len(index)} public names for the editor")


if __name__ == "__main__":
    main()
