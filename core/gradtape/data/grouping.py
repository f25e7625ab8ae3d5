"""Several elements as one, and back: batches, padded batches, windows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.data.elements import leaves_of, padded, rebuilt, same_length, stacked
from gradtape.data.node import Node
from gradtape.functions.control.specs import TensorSpec
from gradtape.tensors.tensor import wrap


class Batch(Node):
    """Several elements as one."""

    def __init__(self, source: Node, size: int, whole: bool) -> None:
        self._source, self._size, self._whole = source, size, whole

    def elements(self) -> Iterator[Any]:
        rows = self._source.rows
        if rows is not None:
            return map(rows.taken, groups(self._source.indices(), self._size, self._whole))
        return map(stacked, groups(self._source.elements(), self._size, self._whole))

    def after(self, passed: int) -> Iterator[Any]:
        rows, skipped = self._source.rows, passed * self._size
        if rows is None:
            return map(stacked, groups(self._source.after(skipped), self._size, self._whole))
        numbers = itertools.islice(self._source.indices(), skipped, None)
        return map(rows.taken, groups(numbers, self._size, self._whole))

    def count(self) -> int:
        n = self._source.count()
        return n if n < 0 else n // self._size if self._whole else -(-n // self._size)

    def spec(self) -> Any:
        first = self._size if self._whole else None

        def batched(spec: Any) -> Any:
            return TensorSpec([first, *spec.shape.as_list()], spec.dtype)

        return nest.map_structure(batched, self._source.spec())


def groups(items: Iterator[Any], size: int, whole: bool) -> Iterator[list[Any]]:
    """`size` items at a time; a last smaller group unless `whole`."""
    while group := list(itertools.islice(items, size)):
        if len(group) < size and whole:
            return
        yield group


class PaddedBatch(Batch):
    """Several elements as one, each padded to the largest."""

    def __init__(self, source: Node, size: int, shapes: Any, values: Any, whole: bool) -> None:
        super().__init__(source, size, whole)
        self._shapes, self._values = shapes, values

    def elements(self) -> Iterator[Any]:
        return self.after(0)

    def after(self, passed: int) -> Iterator[Any]:
        source = self._source.after(passed * self._size)
        for group in groups(source, self._size, self._whole):
            yield padded(group, self._shapes, self._values)

    def spec(self) -> Any:
        return Node.spec(self)


class Unbatch(Node):
    """The rows of each element."""

    def __init__(self, source: Node) -> None:
        self._source = source

    def elements(self) -> Iterator[Any]:
        for element in self._source.elements():
            arrays = [np.asarray(leaf._value) for leaf in leaves_of(element)]
            for k in range(same_length(arrays)):
                yield rebuilt(element, [wrap(array[k]) for array in arrays])


class Window(Node):
    """Datasets of a few elements each."""

    def __init__(
        self, source: Node, size: int, shift: int, stride: int, whole: bool, dataset: Any
    ) -> None:
        self._source, self._size, self._shift = source, size, shift
        self._stride, self._whole, self._dataset = stride, whole, dataset

    def elements(self) -> Iterator[Any]:
        span = (self._size - 1) * self._stride + 1
        source = self._source.elements()
        buffer = list(itertools.islice(source, span))
        while buffer:
            group = buffer[: span : self._stride]
            if len(group) < self._size and self._whole:
                return
            columns = list(zip(*(leaves_of(element) for element in group), strict=True))
            parts = [self._dataset(Listed(list(column))) for column in columns]
            yield rebuilt(group[0], parts)
            gone = buffer[self._shift :]
            list(itertools.islice(source, max(self._shift - len(buffer), 0)))
            buffer = gone + list(itertools.islice(source, span - len(gone)))


class Listed(Node):
    """Elements that are there already."""

    def __init__(self, found: list[Any]) -> None:
        self._found = found

    def elements(self) -> Iterator[Any]:
        return iter(self._found)

    def count(self) -> int:
        return len(self._found)
