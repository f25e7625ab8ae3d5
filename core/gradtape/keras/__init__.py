"""`tf.keras`: what a gradient program needs of Keras: layers, losses, metrics, optimizers.

Names and meanings are those of Keras 3. Parts load when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = frozenset(
    {
        "activations", "config", "constraints", "initializers", "layers", "losses", "metrics",
        "models", "optimizers", "random", "regularizers", "utils",
    }
)  # fmt: skip

#: name → the module that holds it
_HOMES = {
    "Initializer": "initializers",
    "Input": "layers",
    "InputSpec": "layers",
    "Layer": "layers",
    "Loss": "losses",
    "Metric": "metrics",
    "Model": "models",
    "Optimizer": "optimizers",
    "Regularizer": "regularizers",
    "Sequential": "models",
    "Variable": "variable",
}

#: what Keras has and this package has not → what to use instead
_ELSEWHERE = {
    "applications": "there are no pre-trained networks here",
    "callbacks": "write what a callback would do into your training loop",
    "datasets": "load the data as NumPy arrays",
    "mixed_precision": "pass dtype= to the layers",
    "ops": "use the functions of gradtape itself: tf.matmul, tf.nn.relu",
    "preprocessing": "prepare the data with NumPy",
    "tree": "use tf.nest",
}


def __getattr__(name: str) -> Any:
    if name == "backend":  # Keras's older name for its settings
        name = "config"
    if name in _MODULES:
        return import_module(f"gradtape.keras.{name}")
    if name in _HOMES:
        return getattr(import_module(f"gradtape.keras.{_HOMES[name]}"), name)
    hint = f": {_ELSEWHERE[name]}" if name in _ELSEWHERE else ""
    raise AttributeError(f"tf.keras.{name} is not part of gradtape{hint}")


def __dir__() -> list[str]:
    return sorted({*_MODULES, *_HOMES})


__all__ = sorted({*_MODULES, *_HOMES})
