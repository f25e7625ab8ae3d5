"""`imdb`: 50 000 film reviews as numbers of words, good or bad."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.datasets.reading import load_npz
from gradtape.keras.datasets.sources import fetched, word_index
from gradtape.keras.datasets.words import limited, moved, shorter, shuffled


def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    **kwargs: Any,
) -> Any:
    """`(x_train, y_train), (x_test, y_test)`: object arrays of lists of integers, labels 0 and 1.

    A word is its place by frequency plus `index_from`; each review begins with `start_char`.
    Numbers outside of [skip_top, num_words) become `oov_char`, or go where it is None; reviews of
    `maxlen` words or more are left out. The order is drawn from `seed`. The file (17 MB) is fetched
    once; `path` is its name in the cache.

    Raises: ValueError where no review is shorter than `maxlen`; as `keras.utils.get_file`;
    UnpicklingError for a file that holds more than arrays.
    """
    if "nb_words" in kwargs:
        num_words = kwargs.pop("nb_words")
    if kwargs:
        raise TypeError(f"Unrecognized keyword arguments: {kwargs}.")
    arrays = load_npz(fetched("imdb.npz", path))
    rng = np.random.RandomState(seed)
    parts = []
    for name in ("train", "test"):
        texts, labels = shuffled(arrays[f"x_{name}"], arrays[f"y_{name}"], rng)
        parts.append(shorter(moved(texts, start_char, index_from), labels, maxlen))
    (x_train, y_train), (x_test, y_test) = parts
    if not x_train or not x_test:
        raise ValueError(
            f"After filtering for sequences shorter than maxlen={maxlen}, no sequence was kept. "
            "Increase maxlen."
        )
    texts = limited(x_train + x_test, num_words, skip_top, oov_char)
    labels, n = np.concatenate([y_train, y_test]), len(x_train)
    first, rest = np.array(texts[:n], dtype="object"), np.array(texts[n:], dtype="object")
    return (first, labels[:n]), (rest, labels[n:])


def get_word_index(path: str = "imdb_word_index.json") -> Any:
    """Words with their places by frequency, from 1; in the data each is moved by `index_from`."""
    return word_index("imdb_word_index.json", path)
