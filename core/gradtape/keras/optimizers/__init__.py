"""`tf.keras.optimizers`: steps that make a loss smaller."""

from typing import TYPE_CHECKING, Any

from gradtape.keras.identifiers import Registry
from gradtape.keras.optimizers import schedules
from gradtape.keras.optimizers.adadelta import Adadelta
from gradtape.keras.optimizers.adafactor import Adafactor
from gradtape.keras.optimizers.adagrad import Adagrad
from gradtape.keras.optimizers.adam import Adam, AdamW
from gradtape.keras.optimizers.adamax import Adamax
from gradtape.keras.optimizers.ftrl import Ftrl
from gradtape.keras.optimizers.lamb import Lamb
from gradtape.keras.optimizers.lion import Lion
from gradtape.keras.optimizers.loss_scale import LossScaleOptimizer
from gradtape.keras.optimizers.muon import Muon
from gradtape.keras.optimizers.nadam import Nadam
from gradtape.keras.optimizers.optimizer import Optimizer
from gradtape.keras.optimizers.rmsprop import RMSprop
from gradtape.keras.optimizers.schedule_free import ScheduleFreeAdamW
from gradtape.keras.optimizers.sgd import SGD
from gradtape.names.absence import absent_from

_registry = Registry("optimizer", [])
_CLASSES = (
    SGD, RMSprop, Adam, AdamW, Adagrad, Adadelta, Adafactor, Adamax, Ftrl, Lamb, Lion, Muon, Nadam,
    ScheduleFreeAdamW,
)  # fmt: skip
_registry.entries.update({each.__name__.lower(): each for each in _CLASSES})


def get(identifier: Any) -> Optimizer:
    """The optimizer of this name, with its default arguments; an optimizer stays as it is."""
    if isinstance(identifier, Optimizer):
        return identifier
    name = identifier.lower() if isinstance(identifier, str) else identifier
    found: Optimizer = _registry.get(name)
    return found


__all__ = [
    "SGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lamb", "Lion",
    "LossScaleOptimizer", "Muon", "Nadam", "Optimizer", "RMSprop", "ScheduleFreeAdamW",
    "get", "schedules",
]  # fmt: skip

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
