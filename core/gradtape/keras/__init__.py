"""`tf.keras`: what a gradient program needs of Keras: layers, losses, metrics, optimizers.

Names and meanings are those of Keras 3. Parts load when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = frozenset(
    {
        "activations", "backend", "callbacks", "config", "constraints", "datasets", "initializers",
        "layers", "losses", "metrics", "mixed_precision", "models", "ops", "optimizers",
        "preprocessing", "random", "regularizers", "saving", "utils",
    }
)  # fmt: skip

#: name → the module that holds it
_HOMES = {
    "Initializer": "initializers",
    "Input": "layers",
    "InputSpec": "layers",
    "DTypePolicy": "mixed_precision",
    "KerasTensor": "symbolic",
    "Layer": "layers",
    "Loss": "losses",
    "Metric": "metrics",
    "Model": "models",
    "Optimizer": "optimizers",
    "Regularizer": "regularizers",
    "Sequential": "models",
    "Variable": "variable",
}


#: `from gradtape.keras import naming` asks for an attribute before it looks for a module
_INNER = frozenset({"categories", "identifiers", "naming", "variable"})


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"gradtape.keras.{name}")
    if name in _HOMES:
        return getattr(import_module(f"gradtape.keras.{_HOMES[name]}"), name)
    if name in _INNER:
        return import_module(f"{__name__}.{name}")
    raise import_module("gradtape.names.did_you_mean").missing(__name__, name)


def __dir__() -> list[str]:
    return sorted({*_MODULES, *_HOMES})


__all__ = sorted({*_MODULES, *_HOMES})
