"""Functions of elements: mapped, filtered, flattened, interleaved, scanned."""

from __future__ import annotations

import itertools
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from gradtape.data.elements import call, element_of
from gradtape.data.node import Node

THREADS = sys.platform != "emscripten"  # a tab has none


class Map(Node):
    """A function of each element, in threads where that is asked for."""

    def __init__(self, source: Node, function: Callable[..., Any], workers: int) -> None:
        self._source, self._function, self._workers = source, function, workers

    def elements(self) -> Iterator[Any]:
        return self._of(self._source.elements())

    def after(self, passed: int) -> Iterator[Any]:
        return self._of(self._source.after(passed))

    def _of(self, elements: Iterator[Any]) -> Iterator[Any]:
        if self._workers > 1 and THREADS:
            return self._in_threads(elements)
        return map(self._mapped, elements)

    def _mapped(self, element: Any) -> Any:
        value = call(self._function, element)
        return element_of(tuple(value) if isinstance(value, list) and _holds(value) else value)

    def _in_threads(self, elements: Iterator[Any]) -> Iterator[Any]:
        from concurrent.futures import ThreadPoolExecutor  # of use to pipelines with threads alone

        pending: deque[Any] = deque()
        with ThreadPoolExecutor(self._workers) as pool:
            try:
                for element in elements:
                    pending.append(pool.submit(self._mapped, element))
                    if len(pending) > 2 * self._workers:
                        yield pending.popleft().result()
                while pending:
                    yield pending.popleft().result()
            finally:
                for future in pending:
                    future.cancel()

    def count(self) -> int:
        return self._source.count()


def _holds(value: list[Any]) -> bool:
    """Whether a list that a mapped function gave is a structure: TensorFlow packs it instead."""
    return any(hasattr(part, "element_spec") for part in value)


def workers_of(parallel: Any) -> int:
    """How many threads `num_parallel_calls` asks for; AUTOTUNE (−1): as many as there are cores."""
    if parallel is None:
        return 1
    return (os.cpu_count() or 1) if int(parallel) < 0 else int(parallel)


class Filter(Node):
    """The elements for which a predicate is true."""

    def __init__(self, source: Node, predicate: Callable[..., Any]) -> None:
        self._source, self._predicate = source, predicate

    def elements(self) -> Iterator[Any]:
        for element in self._source.elements():
            if bool(call(self._predicate, element)):
                yield element

    def spec(self) -> Any:
        return self._source.spec()


class TakeWhile(Filter):
    """The elements before the first one for which a predicate is false."""

    def elements(self) -> Iterator[Any]:
        return itertools.takewhile(
            lambda element: bool(call(self._predicate, element)), self._source.elements()
        )


class FlatMap(Node):
    """The elements of the datasets that a function makes, one after the other."""

    def __init__(self, source: Node, function: Callable[..., Any]) -> None:
        self._source, self._function = source, function

    def inner(self, element: Any) -> Iterator[Any]:
        """A pass over the dataset that the function makes of an element."""
        found = call(self._function, element)
        if not hasattr(found, "element_spec"):
            raise TypeError(
                f"the function must return a `Dataset` object, got {type(found).__name__}; "
                "use map for a function that returns tensors."
            )
        passes: Iterator[Any] = found._elements()
        return passes

    def elements(self) -> Iterator[Any]:
        for element in self._source.elements():
            yield from self.inner(element)


class Interleave(FlatMap):
    """The elements of the datasets that a function makes, several side by side."""

    def __init__(self, source: Node, function: Callable[..., Any], cycle: int, block: int) -> None:
        super().__init__(source, function)
        self._cycle, self._block = cycle, block

    def elements(self) -> Iterator[Any]:
        source = self._source.elements()
        slots: list[Iterator[Any] | None] = [None] * self._cycle
        more, at = True, 0
        while True:
            if slots[at] is None and more:
                try:
                    slots[at] = self.inner(next(source))
                except StopIteration:
                    more = False
            slot = slots[at]
            if slot is not None:
                taken = 0
                for element in itertools.islice(slot, self._block):
                    taken += 1
                    yield element
                if taken < self._block:
                    slots[at] = None  # the next one begins when its turn comes
            if not more and not any(slots):
                return
            at = (at + 1) % self._cycle


class Scan(Node):
    """What a function gives of a state and each element."""

    def __init__(self, source: Node, state: Any, function: Callable[..., Any]) -> None:
        self._source, self._state, self._function = source, element_of(state), function

    def elements(self) -> Iterator[Any]:
        state = self._state
        for element in self._source.elements():
            state, output = self._function(state, element)
            state = element_of(state)
            yield element_of(output)

    def count(self) -> int:
        return self._source.count()
