"""What queues have in common: components with dtypes and shapes, waiting, closing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dtypes import DType, as_dtype
from gradtape.errors import (
    CancelledError,
    FailedPreconditionError,
    InvalidArgumentError,
    OutOfRangeError,
)
from gradtape.functions.arguments import integer
from gradtape.functions.array.joining import stack, unstack
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import convert
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor, wrap

Element = tuple[EagerTensor, ...]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


class QueueBase:
    """A queue of elements, each a tuple of tensors with the dtypes and shapes of its components.

    `enqueue` waits while the queue is full, and `dequeue` while it is empty, for another thread;
    where there is none, they raise FailedPreconditionError instead of waiting for ever.
    """

    #: whether the sizes of an element may differ from those of the next
    _loose = False

    def __init__(
        self, capacity: Any, dtypes: Any, shapes: Any = None, names: Any = None, least: int = 0
    ) -> None:
        self._capacity = integer(capacity, "capacity")
        if self._capacity < 0:
            self._capacity = 2**31 - 1
        self._dtypes = [as_dtype(dtype) for dtype in _listed(dtypes)]
        one = isinstance(shapes, TensorShape) or (
            isinstance(shapes, (list, tuple)) and all(n is None or type(n) is int for n in shapes)
        )
        if shapes is None:
            self._shapes = [TensorShape(None)] * len(self._dtypes)
        elif one and len(self._dtypes) == 1:
            self._shapes = [TensorShape(shapes)]
        else:
            self._shapes = [TensorShape(shape) for shape in shapes]
        if len(self._shapes) != len(self._dtypes):
            raise ValueError(
                "Queue shapes must have the same length as dtypes, received shapes: "
                f"{len(self._shapes)}, dtypes: {len(self._dtypes)}"
            )
        self._names = None if names is None else _listed(names)
        if self._names is not None and len(self._names) != len(self._dtypes):
            raise ValueError(
                f"Queue names must have the same length as dtypes, received names: "
                f"{len(self._names)}, dtypes: {len(self._dtypes)}"
            )
        self._least = least
        self._elements: list[Element] = []
        self._closed = self._cancelled = False
        self._changed = threading.Condition()

    # -- what it is

    @property
    def dtypes(self) -> list[DType]:
        """The dtypes of the components."""
        return self._dtypes

    @property
    def shapes(self) -> list[TensorShape]:
        """The shapes of the components, as far as they are known."""
        return self._shapes

    @property
    def names(self) -> list[str] | None:
        """The names of the components; None where they have none."""
        return self._names

    def size(self, name: str | None = None) -> EagerTensor:
        """How many elements there are, int32."""
        return convert(np.int32(len(self._elements)))

    def is_closed(self, name: str | None = None) -> EagerTensor:
        """Whether it was closed."""
        return convert(self._closed)

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> None:
        """Take no more elements; those that are in can still be taken out."""
        with self._changed:
            self._closed = True
            self._cancelled = self._cancelled or cancel_pending_enqueues
            self._changed.notify_all()

    # -- in

    def _parts(self, values: Any) -> list[EagerTensor]:
        """The components of what is put in, as tensors.

        Raises: ValueError for other names or another number of components.
        """
        if isinstance(values, dict):
            if self._names is None:
                raise ValueError("Queue must have names to enqueue a dictionary")
            if sorted(self._names) != sorted(values):
                raise ValueError(
                    f"Keys in dictionary to enqueue do not match names of Queue: {sorted(values)} "
                    f"vs. {sorted(self._names)}"
                )
            values = [values[name] for name in self._names]
        elif self._names is not None:
            raise ValueError("You must enqueue a dictionary in a Queue with names.")
        given = _listed(values)
        if len(given) != len(self._dtypes):
            raise ValueError(f"an element has {len(self._dtypes)} components, got {len(given)}")
        return [convert(value, dtype) for value, dtype in zip(given, self._dtypes, strict=True)]

    def _check(self, parts: list[EagerTensor], rank: int) -> None:
        for part, shape in zip(parts, self._shapes, strict=True):
            inner = TensorShape(part.shape.as_list()[rank:])
            if not shape.is_compatible_with(inner):
                raise ValueError(f"Shapes {inner} and {shape} are incompatible")

    def enqueue(self, vals: Any, name: str | None = None) -> None:
        """Put one element in: a tensor, a tuple of them, or a dictionary where there are names.

        Raises: CancelledError where the queue is closed, ValueError for other components.
        """
        parts = self._parts(vals)
        self._check(parts, 0)
        with self._changed:
            self._put(tuple(parts))

    def enqueue_many(self, vals: Any, name: str | None = None) -> None:
        """Put the slices of tensors along their first axis in, one element each."""
        parts = self._parts(vals)
        self._check(parts, 1)
        with self._changed:
            for element in zip(*(unstack(part) for part in parts), strict=True):
                self._put(element)

    def _put(self, element: Element) -> None:
        self._wait(lambda: self._closed or len(self._elements) < self._capacity, "full")
        if self._closed:
            raise CancelledError(None, None, f"{type(self).__name__} is closed.")
        self._insert(element)
        self._changed.notify_all()

    def _insert(self, element: Element) -> None:
        self._elements.append(element)

    # -- out

    def _take(self) -> Element:
        return self._elements.pop(0)

    def _ready(self, count: int) -> bool:
        return len(self._elements) >= count + (0 if self._closed else self._least)

    def _wait(self, ready: Callable[[], bool], what: str) -> None:
        while not ready():
            if threading.active_count() < 2:
                raise FailedPreconditionError(
                    None,
                    None,
                    f"the {type(self).__name__} is {what} ({len(self._elements)} of "
                    f"{self._capacity} elements), and no other thread could change that: it would "
                    "wait for ever. Look at size() before, or close() it.",
                )
            self._changed.wait(0.1)

    def _taken(self, count: int) -> list[Element]:
        self._wait(lambda: self._closed or self._ready(count), "empty")
        if not self._ready(count):
            raise OutOfRangeError(
                None,
                None,
                f"{type(self).__name__} is closed and has insufficient elements (requested "
                f"{count}, current size {len(self._elements)})",
            )
        found = [self._take() for _ in range(count)]
        self._changed.notify_all()
        return [tuple(map(_without_history, element)) for element in found]

    def _given(self, parts: list[EagerTensor]) -> Any:
        if self._names is not None:
            return dict(zip(self._names, parts, strict=True))
        return parts[0] if len(parts) == 1 else parts

    def dequeue(self, name: str | None = None) -> Any:
        """Take one element out: a tensor, a list of them, or a dictionary where there are names.

        Raises: OutOfRangeError where the queue is closed and empty.
        """
        with self._changed:
            (element,) = self._taken(1)
        return self._given(list(element))

    def dequeue_many(self, n: Any, name: str | None = None) -> Any:
        """Take `n` elements out, each component along a new first axis.

        Raises: OutOfRangeError where the queue is closed and has fewer; InvalidArgumentError where
        the shapes of the components are not known.
        """
        self._known("dequeue_many")
        with self._changed:
            return self._together(self._taken(integer(n, "n")))

    def dequeue_up_to(self, n: Any, name: str | None = None) -> Any:
        """As `dequeue_many`, with fewer elements where the queue is closed and has fewer."""
        self._known("dequeue_up_to")
        wanted = integer(n, "n")
        with self._changed:
            self._wait(lambda: self._closed or self._ready(wanted), "empty")
            count = min(wanted, len(self._elements)) if self._closed else wanted
            return self._together(self._taken(max(count, 1)))

    def _known(self, what: str) -> None:
        if not self._loose and not all(shape.is_fully_defined() for shape in self._shapes):
            raise InvalidArgumentError(
                None,
                None,
                f"{what} requires the components to have specified shapes; give shapes= to the "
                "queue.",
            )

    def _together(self, elements: list[Element]) -> Any:
        return self._given([self._joined(column) for column in zip(*elements, strict=True)])

    def _joined(self, tensors: Any) -> EagerTensor:
        return stack(list(tensors))


def _without_history(tensor: EagerTensor) -> EagerTensor:
    """What leaves a queue: the value alone. The tapes are told here, where it comes back."""
    for recorder in state.recorders:
        recorder.note_exit(tensor, "tf.queue")
    return wrap(tensor._value)
