"""`tf.keras.optimizers`: steps that make a loss smaller."""

from typing import Any

from gradtape.keras.identifiers import Registry
from gradtape.keras.optimizers import schedules
from gradtape.keras.optimizers.adagrad import Adagrad
from gradtape.keras.optimizers.adam import Adam, AdamW
from gradtape.keras.optimizers.optimizer import Optimizer
from gradtape.keras.optimizers.rmsprop import RMSprop
from gradtape.keras.optimizers.sgd import SGD
from gradtape.names.absence import absent_from

_registry = Registry("optimizer", [])
_registry.entries.update(
    {each.__name__.lower(): each for each in (SGD, RMSprop, Adam, AdamW, Adagrad)}
)


def get(identifier: Any) -> Optimizer:
    """The optimizer of this name, with its default arguments; an optimizer stays as it is."""
    if isinstance(identifier, Optimizer):
        return identifier
    name = identifier.lower() if isinstance(identifier, str) else identifier
    found: Optimizer = _registry.get(name)
    return found


__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", "get", "schedules"]

__getattr__ = absent_from(__name__)
