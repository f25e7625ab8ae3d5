"""`tf.keras.models`: layers made of layers."""

from typing import TYPE_CHECKING

from gradtape.keras.models.cloning import clone_model, model_from_json
from gradtape.keras.models.functional import Functional
from gradtape.keras.models.model import Model
from gradtape.keras.models.sequential import Sequential
from gradtape.keras.saving.files import load_model, save_model
from gradtape.names.absence import absent_from

__all__ = [
    "Functional", "Model", "Sequential", "clone_model", "load_model", "model_from_json",
    "save_model",
]  # fmt: skip

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
