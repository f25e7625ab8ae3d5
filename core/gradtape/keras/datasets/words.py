"""What reviews and newswires share: texts as numbers of words, by how often a word occurs."""

from __future__ import annotations

from typing import Any

import numpy as np

Texts = list[list[int]]


def shuffled(texts: Any, labels: Any, rng: Any) -> tuple[Any, Any]:
    """Texts and labels in one random order."""
    order = np.arange(len(texts))
    rng.shuffle(order)
    return texts[order], labels[order]


def moved(texts: Any, start_char: int | None, index_from: int | None) -> Texts:
    """Each word's number plus `index_from`, after `start_char`; plain without either."""
    if start_char is not None:
        return [[start_char, *(w + index_from for w in text)] for text in texts]
    return [[w + (index_from or 0) for w in text] for text in texts]


def shorter(texts: Texts, labels: Any, maxlen: int | None) -> tuple[Texts, Any]:
    """The texts of fewer than `maxlen` words, with their labels."""
    if not maxlen:
        return texts, labels
    kept = [k for k, text in enumerate(texts) if len(text) < maxlen]
    return [texts[k] for k in kept], [labels[k] for k in kept]


def limited(texts: Texts, num_words: int | None, skip_top: int, oov_char: int | None) -> Texts:
    """The texts with `oov_char` for words outside of [skip_top, num_words), or without them."""
    end = num_words or max(max(text) for text in texts)
    if oov_char is None:
        return [[w for w in text if skip_top <= w < end] for text in texts]
    return [[w if skip_top <= w < end else oov_char for w in text] for text in texts]
