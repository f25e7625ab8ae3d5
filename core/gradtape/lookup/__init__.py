"""`tf.lookup`: tables from keys to values. No gradient passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradtape.lookup import experimental as experimental
from gradtape.lookup.initializers import (
    KeyValueTensorInitializer,
    TextFileIndex,
    TextFileInitializer,
)
from gradtape.lookup.tables import StaticHashTable, StaticVocabularyTable
from gradtape.names.absence import absent_from

__all__ = [
    "KeyValueTensorInitializer",
    "StaticHashTable",
    "StaticVocabularyTable",
    "TextFileIndex",
    "TextFileInitializer",
    "experimental",
]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
