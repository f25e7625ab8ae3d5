"""`tf.keras.preprocessing.text`: texts as words, and words as numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradtape.keras.preprocessing.tokenizer import FILTERS, Tokenizer, text_to_word_sequence
from gradtape.names.absence import absent_from

__all__ = ["Tokenizer", "hashing_trick", "one_hot", "text_to_word_sequence", "tokenizer_from_json"]


def hashing_trick(
    text: str,
    n: int,
    hash_function: str | Callable[[str], int] | None = None,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Any = None,
) -> list[int]:
    """The words of a text as numbers from 1 to n − 1 by a hash; two words may share one.

    `hash_function` is "md5", the same in every process, or a function; by default Python's `hash`,
    which differs from one process to the next. `analyzer(text)` gives the words instead.

    >>> hashing_trick("the tape of the tape", 50, "md5")
    [43, 30, 10, 43, 30]
    """
    chosen: Any = hash_function or hash
    if hash_function == "md5":
        chosen = _md5
    words = analyzer(text) if analyzer else text_to_word_sequence(text, filters, lower, split)
    return [chosen(word) % (n - 1) + 1 for word in words]


def _md5(word: str) -> int:
    return int(hashlib.md5(word.encode(), usedforsecurity=False).hexdigest(), 16)


def one_hot(
    input_text: str,
    n: int,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Any = None,
) -> list[int]:
    """`hashing_trick` with Python's `hash`.

    >>> len(one_hot("the tape of the tape", 50))
    5
    """
    return hashing_trick(input_text, n, hash, filters, lower, split, analyzer)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """The tokenizer that `to_json` wrote.

    >>> made = Tokenizer()
    >>> made.fit_on_texts(["the tape"])
    >>> tokenizer_from_json(made.to_json()).texts_to_sequences(["tape"])
    [[2]]
    """
    config = json.loads(json_string)["config"]
    written = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
    tables = {name: json.loads(config.pop(name)) for name in written}
    for name in ("index_docs", "index_word"):  # JSON has made text of the numbers
        tables[name] = {int(key): value for key, value in tables[name].items()}
    made = Tokenizer(**config)
    for name, table in tables.items():
        getattr(made, name).update(table)
    return made


if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
