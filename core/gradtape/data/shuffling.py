"""Shuffling with a buffer: TensorFlow's algorithm, and its orders for the same seeds.

The buffer fills; then one of its elements, chosen at random, leaves and the next one comes in.
Source: the buffer is a ring, and the element that leaves changes places with the oldest one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gradtape.data.node import Node
from gradtape.data.reordering import Reordering
from gradtape.random.philox import Stream
from gradtape.random.seeds import dataset_seeds

_BLOCKS = 256  # of four words, enciphered at a time


def random_words(key: int, seed: int) -> Iterator[int]:
    """The 32-bit words of one stream, without end."""
    stream = Stream(key, seed << 64)
    while True:
        yield from stream.words(4 * _BLOCKS).tolist()
        stream = stream.skip(_BLOCKS)


class Shuffle(Reordering):
    """The elements of a node in random order; another one for each pass, or always the same."""

    def __init__(self, source: Node, size: int, seed: Any, anew: bool) -> None:
        super().__init__(source)
        self._size, self._seeds = size, dataset_seeds(seed)
        self._orders = random_words(*self._seeds) if anew else None

    def reorder(self, items: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        if self._orders is None:
            key, seed = self._seeds
        else:
            key, seed = next(self._orders), next(self._orders)
        return _shuffled(items(), self._size, random_words(key, seed))


def _shuffled(items: Iterator[Any], size: int, words: Iterator[int]) -> Iterator[Any]:
    ring: list[Any] = []
    oldest = end = 0
    for item in items:
        if end < size:
            ring.append(item)
            end += 1
            continue
        k = (oldest + next(words) % size) % size
        chosen = ring[k]
        ring[k] = ring[oldest % size]
        ring[oldest % size] = item
        oldest, end = oldest + 1, end + 1
        yield chosen
    while oldest < end:
        k = (oldest + next(words) % (end - oldest)) % len(ring)
        chosen = ring[k]
        ring[k] = ring[oldest % len(ring)]
        oldest += 1
        yield chosen
