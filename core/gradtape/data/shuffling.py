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


class Words:
    """The 32-bit words of one stream, without end."""

    def __init__(self, key: int, seed: int) -> None:
        self.key, self.seed = key, seed
        self.seek(0)

    def seek(self, taken: int) -> None:
        """Go to where `taken` words have been given."""
        self.taken = taken
        self._at = taken % (4 * _BLOCKS)
        whole = taken // (4 * _BLOCKS)
        self._stream = Stream(self.key, self.seed << 64).skip(whole * _BLOCKS)
        self._words: list[int] = []

    def __next__(self) -> int:
        if not self._words or self._at == len(self._words):
            if self._words:
                self._stream, self._at = self._stream.skip(_BLOCKS), 0
            self._words = self._stream.words(4 * _BLOCKS).tolist()
        self._at += 1
        self.taken += 1
        return self._words[self._at - 1]


class Shuffle(Reordering):
    """The elements of a node in random order; another one for each pass, or always the same."""

    def __init__(self, source: Node, size: int, seed: Any, anew: bool) -> None:
        super().__init__(source)
        self._size, self._orders, self._anew = size, Words(*dataset_seeds(seed)), anew

    def reorder(self, items: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        orders = self._orders
        key, seed = (next(orders), next(orders)) if self._anew else (orders.key, orders.seed)
        return _shuffled(items(), self._size, Words(key, seed))

    def random_state(self) -> list[int]:
        """Seeds, and how many passes have taken theirs: what another process needs to go on."""
        return [self._orders.key, self._orders.seed, self._orders.taken]

    def set_random_state(self, state: list[int]) -> None:
        """Go on from there."""
        key, seed, taken = (int(n) for n in state)
        self._orders = Words(key, seed)
        self._orders.seek(taken)


def _shuffled(items: Iterator[Any], size: int, words: Words) -> Iterator[Any]:
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
