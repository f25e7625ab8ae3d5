"""`reuters`: 11 228 newswires as numbers of words, on 46 topics."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.datasets.reading import load_npz
from gradtape.keras.datasets.sources import fetched, word_index
from gradtape.keras.datasets.words import limited, moved, shorter, shuffled

_TOPICS = """
    cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship
    cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin
    strategic-metal livestock retail ipi iron-steel rubber heat jobs lei bop zinc orange pet-chem
    dlr gas silver wpi hog lead
"""


def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Any:
    """`(x_train, y_train), (x_test, y_test)`: object arrays of lists of integers, topics 0 to 45.

    The arguments are those of `imdb.load_data`; the last `test_split` of the order drawn from
    `seed` is the test. The file (2 MB) is fetched once; `path` is its name in the cache.

    Raises: as `keras.utils.get_file`; UnpicklingError for a file that holds more than arrays.
    """
    arrays = load_npz(fetched("reuters.npz", path))
    texts, labels = shuffled(arrays["x"], arrays["y"], np.random.RandomState(seed))
    kept, labels = shorter(moved(texts, start_char, index_from), labels, maxlen)
    kept = limited(kept, num_words, skip_top, oov_char)
    n = int(len(kept) * (1 - test_split))
    first, rest = np.array(kept[:n], dtype="object"), np.array(kept[n:], dtype="object")
    return (first, np.array(labels[:n])), (rest, np.array(labels[n:]))


def get_word_index(path: str = "reuters_word_index.json") -> Any:
    """Words with their places by frequency, from 1; in the data each is moved by `index_from`."""
    return word_index("reuters_word_index.json", path)


def get_label_names() -> tuple[str, ...]:
    """The topics, in the order of their numbers.

    >>> get_label_names()[3]
    'earn'
    """
    return tuple(_TOPICS.split())
