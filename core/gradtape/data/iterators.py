"""What `iter(dataset)` gives: a stateful object, through which no gradient flows."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator as PythonIterator
from typing import Any

from gradtape import nest
from gradtape.errors import OutOfRangeError
from gradtape.runtime.call_sites import here
from gradtape.runtime.recorders import recorders, state


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
        self._begin, self._taken = self._random_states(), 0
        self._elements = dataset._elements()

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        if state.trace is not None:
            state.trace.give_up("it goes over a dataset", here())
        with recorders(()):
            element = next(self._elements)
        self._taken += 1
        return element

    def _shuffles(self) -> list[Any]:
        """The stages that draw orders."""
        return [node for node in self._dataset._node.below() if hasattr(node, "random_state")]

    def _random_states(self) -> list[list[int]]:
        return [stage.random_state() for stage in self._shuffles()]

    def state(self) -> dict[str, Any]:
        """How far this pass has come, for a checkpoint: numbers alone, no element."""
        return {"begin": self._begin, "taken": self._taken}

    def set_state(self, state: Any) -> None:
        """Go on where such a state (or its JSON) was taken, in a dataset that was made alike.

        Elements before are computed again only where what comes after depends on them (filters,
        scans, shuffled elements): functions in `map` are not.

        Raises: ValueError where the dataset has another number of shuffles.
        """
        known = json.loads(state) if isinstance(state, (bytes, str)) else state
        stages = self._shuffles()
        if len(stages) != len(known["begin"]):
            raise ValueError(
                f"the iterator was saved from a dataset with {len(known['begin'])} shuffles, and "
                f"this one has {len(stages)}: make the dataset as it was."
            )
        for stage, numbers in zip(stages, known["begin"], strict=True):
            stage.set_random_state(numbers)
        self._begin, self._taken = known["begin"], int(known["taken"])
        with recorders(()):
            self._elements = _begun(self._dataset._node.after(self._taken))

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


def _begun(elements: PythonIterator[Any]) -> PythonIterator[Any]:
    """The same elements, with the first one computed: all that is skipped has been then."""
    for first in elements:
        return itertools.chain([first], elements)
    return iter(())


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
