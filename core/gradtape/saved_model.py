"""`tf.saved_model`: modules with their variables and signatures, in a folder that holds no code."""

from __future__ import annotations

from gradtape.names.absence import absent_from
from gradtape.saving.program import LoadOptions, SaveOptions, contains_saved_model, load, save

__all__ = ["LoadOptions", "SaveOptions", "contains_saved_model", "load", "save"]

__getattr__ = absent_from(__name__)
