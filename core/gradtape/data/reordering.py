"""Other orders, and fewer or more passes, of the same elements."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from gradtape.data.node import INFINITE, UNKNOWN, Node


class Reordering(Node):
    """Gives the elements of another node, unchanged: fewer, more often, or in another order.

    So it can do the same with the numbers of rows, which `Batch` then takes from the arrays.
    """

    def __init__(self, source: Node) -> None:
        self.source, self.rows = source, source.rows

    def reorder(self, items: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        """A pass over what passes of `items` give."""
        raise NotImplementedError

    def elements(self) -> Iterator[Any]:
        if self.rows is not None:
            return map(self.rows.element, self.indices())
        return self.reorder(self.source.elements)

    def indices(self) -> Iterator[int]:
        return self.reorder(self.source.indices)

    def after(self, passed: int) -> Iterator[Any]:
        if self.rows is not None:
            return map(self.rows.element, itertools.islice(self.indices(), passed, None))
        return super().after(passed)

    def count(self) -> int:
        return self.source.count()

    def spec(self) -> Any:
        return self.source.spec()


class Repeat(Reordering):
    """The elements several times over, or without end."""

    def __init__(self, source: Node, times: int) -> None:
        super().__init__(source)
        self._times = times

    def reorder(self, items: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        turns = itertools.count() if self._times < 0 else range(self._times)
        for turn in turns:
            empty = True
            for item in items():
                empty = False
                yield item
            if empty and not turn:  # nothing, repeated for ever, is nothing
                return

    def count(self) -> int:
        n = self.source.count()
        if self._times < 0:
            return INFINITE if n else 0
        return n * self._times if n >= 0 else (0 if not self._times else n)


class Take(Reordering):
    """The first elements."""

    def __init__(self, source: Node, most: int) -> None:
        super().__init__(source)
        self._most = most

    def reorder(self, items: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        return items() if self._most < 0 else itertools.islice(items(), self._most)

    def count(self) -> int:
        n = self.source.count()
        if self._most < 0 or n == UNKNOWN:
            return n
        return self._most if n == INFINITE else min(n, self._most)


class Skip(Reordering):
    """All but the first elements."""

    def __init__(self, source: Node, least: int) -> None:
        super().__init__(source)
        self._least = least

    def reorder(self, items: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        return iter(()) if self._least < 0 else itertools.islice(items(), self._least, None)

    def count(self) -> int:
        n = self.source.count()
        return 0 if self._least < 0 else max(n - self._least, 0) if n >= 0 else n


class Shard(Reordering):
    """Every n-th element."""

    def __init__(self, source: Node, shards: int, index: int) -> None:
        super().__init__(source)
        self._shards, self._index = shards, index

    def reorder(self, items: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        return itertools.islice(items(), self._index, None, self._shards)

    def count(self) -> int:
        n = self.source.count()
        return max(-(-(n - self._index) // self._shards), 0) if n >= 0 else n


class Same(Reordering):
    """The elements as they come; a stage that changes nothing here (prefetch, options)."""

    def reorder(self, items: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        return items()

    def after(self, passed: int) -> Iterator[Any]:
        return self.source.after(passed)
