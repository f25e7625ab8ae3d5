"""String tensors: `tf.strings`. Texts are bytes; no gradient passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradtape.functions.strings.splitting import (
    ngrams,
    reduce_join,
    regex_full_match,
    regex_replace,
    split,
    strip,
    substr,
    unicode_split,
)
from gradtape.functions.strings.text import as_string, join, length, lower, to_number, upper
from gradtape.functions.strings.text import format_ as format
from gradtape.names.absence import absent_from

__all__ = [
    "as_string", "format", "join", "length", "lower", "ngrams", "reduce_join", "regex_full_match",
    "regex_replace", "split", "strip", "substr", "to_number", "unicode_split", "upper",
]  # fmt: skip

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
