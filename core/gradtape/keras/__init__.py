"""`tf.keras`: what a gradient program needs of Keras: layers, losses, metrics, optimizers.

Names and meanings are those of Keras 3. Parts load when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradtape.keras import activations as activations
    from gradtape.keras import backend as backend
    from gradtape.keras import callbacks as callbacks
    from gradtape.keras import config as config
    from gradtape.keras import constraints as constraints
    from gradtape.keras import datasets as datasets
    from gradtape.keras import initializers as initializers
    from gradtape.keras import layers as layers
    from gradtape.keras import losses as losses
    from gradtape.keras import metrics as metrics
    from gradtape.keras import mixed_precision as mixed_precision
    from gradtape.keras import models as models
    from gradtape.keras import ops as ops
    from gradtape.keras import optimizers as optimizers
    from gradtape.keras import preprocessing as preprocessing
    from gradtape.keras import random as random
    from gradtape.keras import regularizers as regularizers
    from gradtape.keras import saving as saving
    from gradtape.keras import utils as utils
    from gradtape.keras.initializers import Initializer as Initializer
    from gradtape.keras.layers import Input as Input
    from gradtape.keras.layers import InputSpec as InputSpec
    from gradtape.keras.layers import Layer as Layer
    from gradtape.keras.losses import Loss as Loss
    from gradtape.keras.metrics import Metric as Metric
    from gradtape.keras.mixed_precision import DTypePolicy as DTypePolicy
    from gradtape.keras.models import Model as Model
    from gradtape.keras.models import Sequential as Sequential
    from gradtape.keras.optimizers import Optimizer as Optimizer
    from gradtape.keras.regularizers import Regularizer as Regularizer
    from gradtape.keras.symbolic import KerasTensor as KerasTensor
    from gradtape.keras.variable import Variable as Variable


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


if not TYPE_CHECKING:  # for type checkers there is what stands above

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
