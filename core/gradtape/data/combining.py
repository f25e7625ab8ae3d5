"""Several datasets as one, and elements kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradtape import nest
from gradtape.data.node import INFINITE, UNKNOWN, Node


class Zip(Node):
    """One element from each of several datasets."""

    def __init__(self, structure: Any, sources: list[Node]) -> None:
        self._structure, self._sources = structure, sources

    def elements(self) -> Iterator[Any]:
        for parts in zip(*(source.elements() for source in self._sources), strict=False):
            yield nest.pack_sequence_as(self._structure, list(parts)) if parts else ()

    def count(self) -> int:
        counts = [source.count() for source in self._sources]
        if UNKNOWN in counts:
            return UNKNOWN
        return min((n for n in counts if n != INFINITE), default=INFINITE)

    def spec(self) -> Any:
        return nest.pack_sequence_as(self._structure, [source.spec() for source in self._sources])


class Concatenate(Node):
    """The elements of one dataset, then those of another."""

    def __init__(self, first: Node, second: Node) -> None:
        self._first, self._second = first, second

    def elements(self) -> Iterator[Any]:
        yield from self._first.elements()
        yield from self._second.elements()

    def count(self) -> int:
        a, b = self._first.count(), self._second.count()
        if INFINITE in (a, b):
            return INFINITE
        return UNKNOWN if UNKNOWN in (a, b) else a + b

    def spec(self) -> Any:
        return nest.map_structure(
            lambda a, b: a.most_specific_compatible_type(b), self._first.spec(), self._second.spec()
        )


class Cache(Node):
    """Keeps the elements of the first whole pass."""

    def __init__(self, source: Node) -> None:
        self._source = source
        self._kept: list[Any] | None = None

    def elements(self) -> Iterator[Any]:
        if self._kept is not None:
            yield from self._kept
            return
        kept = []
        for element in self._source.elements():
            kept.append(element)
            yield element
        self._kept = kept

    def count(self) -> int:
        return self._source.count()

    def spec(self) -> Any:
        return self._source.spec()
