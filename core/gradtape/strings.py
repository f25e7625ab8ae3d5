"""String tensors: `tf.strings`. Texts are bytes; no gradient passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradtape.functions.strings.text import as_string, join, length, lower, to_number, upper
from gradtape.functions.strings.text import format_ as format
from gradtape.names.absence import absent_from

__all__ = ["as_string", "format", "join", "length", "lower", "to_number", "upper"]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
