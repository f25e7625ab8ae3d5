"""The kinds of queues: in order, padded, by priority, shuffled."""

from __future__ import annotations

import bisect
from typing import Any

import numpy as np

from gradtape.data.shuffling import Words
from gradtape.dtypes import int64
from gradtape.functions.arguments import integer
from gradtape.queue.state import Element, QueueBase, _listed
from gradtape.random.seeds import dataset_seeds
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor


class FIFOQueue(QueueBase):
    """First in, first out.

    Args: `capacity`, how many elements have room; `dtypes`, `shapes` and `names` of the components.

    >>> queue = tf.queue.FIFOQueue(3, [tf.int32], shapes=[[]])
    >>> queue.enqueue_many([[1, 2, 3]])
    >>> queue.dequeue().numpy(), queue.dequeue_many(2).numpy()
    (np.int32(1), array([2, 3], dtype=int32))
    """

    def __init__(
        self,
        capacity: Any,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "fifo_queue",
    ) -> None:
        super().__init__(capacity, dtypes, shapes, names)
        self.name = name


class PaddingFIFOQueue(QueueBase):
    """First in, first out; elements that are taken together are padded with zeros to one shape.

    `shapes` has None where sizes may differ; ranks must be known.
    """

    _loose = True

    def __init__(
        self,
        capacity: Any,
        dtypes: Any,
        shapes: Any,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "padding_fifo_queue",
    ) -> None:
        super().__init__(capacity, dtypes, shapes, names)
        if any(shape.rank is None for shape in self._shapes):
            raise ValueError("the shapes of a PaddingFIFOQueue must have known ranks")
        self.name = name

    def _joined(self, tensors: Any) -> EagerTensor:
        arrays = [np.asarray(t._value) for t in tensors]
        largest = np.max([array.shape for array in arrays], axis=0, initial=0)
        shape = (len(arrays), *(int(n) for n in np.ravel(largest)[: arrays[0].ndim]))
        empty: Any = b"" if arrays[0].dtype.kind == "O" else 0
        out = np.full(shape, empty, arrays[0].dtype)
        for k, array in enumerate(arrays):
            place: Any = (k, *map(slice, array.shape))
            out[place] = array
        return convert(out)


class PriorityQueue(QueueBase):
    """The element with the smallest priority, an int64 that stands first in each, leaves first.

    >>> queue = tf.queue.PriorityQueue(9, tf.string, [()])
    >>> for priority, word in ((2, "b"), (1, "a")):
    ...     queue.enqueue((tf.constant(priority, tf.int64), word))
    >>> [x.numpy() for x in queue.dequeue()]
    [np.int64(1), b'a']
    """

    def __init__(
        self,
        capacity: Any,
        types: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "priority_queue",
    ) -> None:
        more = [] if types is None else _listed(types)
        known = [[]] * (len(more) + 1) if shapes is None else [[], *_as_shapes(shapes, len(more))]
        super().__init__(capacity, [int64, *more], known, names)
        self.name = name

    def _insert(self, element: Element) -> None:
        bisect.insort(self._elements, element, key=lambda e: int(np.asarray(e[0]._value)))


def _as_shapes(shapes: Any, count: int) -> list[Any]:
    given = _listed(shapes)
    return given if len(given) == count else [shapes]


class RandomShuffleQueue(QueueBase):
    """A random one of the elements leaves; `min_after_dequeue` stay in, for the mixture's sake.

    The order is TensorFlow's for the same seeds.
    """

    def __init__(
        self,
        capacity: Any,
        min_after_dequeue: Any,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        seed: Any = None,
        shared_name: str | None = None,
        name: str = "random_shuffle_queue",
    ) -> None:
        super().__init__(
            capacity, dtypes, shapes, names, integer(min_after_dequeue, "min_after_dequeue")
        )
        self.name, self._words = name, Words(*dataset_seeds(seed))

    def _take(self) -> Element:
        k = next(self._words) % len(self._elements)
        last = self._elements.pop()
        if k == len(self._elements):
            return last
        chosen, self._elements[k] = self._elements[k], last
        return chosen
