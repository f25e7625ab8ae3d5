"""What `iter(dataset)` gives: a stateful object, through which no gradient flows."""

from __future__ import annotations

from collections.abc import Iterator as PythonIterator
from typing import Any

from gradtape import nest
from gradtape.errors import OutOfRangeError
from gradtape.runtime.recorders import recorders


class Iterator:
    """One pass over a dataset. `next(it)` and `it.get_next()` give the next element.

    Whatever computes an element (a mapped function, a batch) is recorded by no tape.

    Raises: StopIteration (`next`) or OutOfRangeError (`get_next`) after the last element.

    >>> it = iter(tf.data.Dataset.range(2))
    >>> int(next(it)), int(it.get_next())
    (0, 1)
    """

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset
        self._elements = dataset._elements()

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        with recorders(()):
            return next(self._elements)

    def get_next(self, name: str | None = None) -> Any:
        """The next element."""
        try:
            return next(self)
        except StopIteration:
            raise OutOfRangeError(None, None, "End of sequence [Op:IteratorGetNext]") from None

    @property
    def element_spec(self) -> Any:
        """The spec of each tensor of an element."""
        return self._dataset.element_spec


class NumpyIterator:
    """As `Iterator`, with NumPy arrays in place of tensors."""

    def __init__(self, dataset: Any) -> None:
        self._elements: PythonIterator[Any] = Iterator(dataset)

    def __iter__(self) -> NumpyIterator:
        return self

    def __next__(self) -> Any:
        def as_numpy(leaf: Any) -> Any:
            return leaf.numpy() if hasattr(leaf, "numpy") else leaf

        return nest.map_structure(as_numpy, next(self._elements))

    next = __next__
