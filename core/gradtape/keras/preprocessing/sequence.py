"""`tf.keras.preprocessing.sequence`: rows of one length, and pairs of words that stand together."""

from __future__ import annotations

import random as _python_random
from typing import TYPE_CHECKING, Any

import numpy as np

from gradtape.keras.utils.sequences import pad_sequences
from gradtape.names.absence import absent_from

__all__ = ["make_sampling_table", "pad_sequences", "skipgrams"]


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> Any:
    """How likely the word of each rank is kept, where words are as frequent as Zipf's law says.

    min(1, √(s/f) + s/f) … of the estimated frequency f by rank, as word2vec samples: float64.

    >>> make_sampling_table(3).round(5)
    array([0.00315, 0.00315, 0.00548])
    """
    gamma = 0.577
    rank = np.arange(size)
    rank[0] = 1
    inverse = rank * (np.log(rank) + gamma) + 0.5 - 1.0 / (12.0 * rank)
    f = sampling_factor * inverse
    return np.minimum(1.0, f / np.sqrt(f))


def skipgrams(
    sequence: Any,
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: Any = None,
) -> tuple[list[list[int]], list[Any]]:
    """Pairs of numbers that stand within `window_size` places, label 1, and drawn pairs, label 0.

    0 is no word and is skipped. `negative_samples` drawn pairs go with each real one, their second
    from 1 to `vocabulary_size` − 1. `sampling_table[n]` is how likely n is taken at all. Labels are
    [0, 1] and [1, 0] with `categorical`. Python's `random` draws; `seed` is that of the order.

    >>> skipgrams([1, 2, 3], 4, window_size=1, negative_samples=0, shuffle=False)
    ([[1, 2], [2, 1], [2, 3], [3, 2]], [1, 1, 1, 1])
    """
    couples: list[list[int]] = []
    for i, word in enumerate(sequence):
        if not word:
            continue
        if sampling_table is not None and sampling_table[word] < _python_random.random():
            continue
        for j in range(max(0, i - window_size), min(len(sequence), i + window_size + 1)):
            if j != i and sequence[j]:
                couples.append([word, sequence[j]])
    true, drawn = ([0, 1], [1, 0]) if categorical else (1, 0)
    labels: list[Any] = [true] * len(couples)
    if negative_samples > 0 and couples:
        words = [pair[0] for pair in couples]
        _python_random.shuffle(words)
        for i in range(int(len(labels) * negative_samples)):
            couples.append([words[i % len(words)], _python_random.randint(1, vocabulary_size - 1)])
        labels += [drawn] * (len(couples) - len(labels))
    if shuffle:
        chosen = _python_random.randint(0, 10_000_000) if seed is None else seed
        for listed in (couples, labels):  # the same order for both
            _python_random.seed(chosen)
            _python_random.shuffle(listed)
    return couples, labels


if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
