"""`tf.saved_model`: modules with their variables and signatures, in a folder that holds no code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradtape.names.absence import absent_from
from gradtape.saving.program import LoadOptions, SaveOptions, contains_saved_model, load, save

__all__ = ["LoadOptions", "SaveOptions", "contains_saved_model", "load", "save"]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
