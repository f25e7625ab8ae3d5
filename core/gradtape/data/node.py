"""A stage of a pipeline: `Node`, what each dataset is made of."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from gradtape.data.elements import spec_of
from gradtape.runtime.recorders import recorders

INFINITE, UNKNOWN = -1, -2


class Node:
    """Gives elements, one pass after another; knows their number where that can be known."""

    #: the `sources.Slices` that this node only reorders: a batch takes its rows from the arrays
    rows: Any = None

    def elements(self) -> Iterator[Any]:
        """A new pass over the elements."""
        raise NotImplementedError

    def indices(self) -> Iterator[int]:
        """A new pass over the numbers of the rows, where `rows` is not None."""
        raise NotImplementedError

    def after(self, passed: int) -> Iterator[Any]:
        """A new pass that begins after so many elements, which are computed where that must be."""
        return itertools.islice(self.elements(), passed, None)

    def below(self) -> Iterator[Node]:
        """This node and all that it takes elements from, always in one order."""
        yield self
        for value in vars(self).values():
            parts = value if isinstance(value, (list, tuple)) else (value,)
            for part in parts:
                node = getattr(part, "_node", part)  # of a dataset
                if isinstance(node, Node) and part is not self.rows:
                    yield from node.below()

    def count(self) -> int:
        """How many elements: INFINITE, UNKNOWN, or the number."""
        return UNKNOWN

    def spec(self) -> Any:
        """The spec of an element: here, of the first one, which is computed for it."""
        with recorders(()):
            for element in self.elements():
                return spec_of(element)
        raise ValueError("an empty dataset has no first element to tell its element_spec from")
