"""`tf.data.Dataset`: elements, one after the other, and what may be done with them on the way."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator as PythonIterator
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.data import combining, grouping, mapping, reordering, sources
from gradtape.data.elements import element_of
from gradtape.data.iterators import Iterator, NumpyIterator
from gradtape.data.node import INFINITE, UNKNOWN, Node
from gradtape.data.options import Options
from gradtape.data.shuffling import Shuffle
from gradtape.errors import InvalidArgumentError
from gradtape.runtime.recorders import recorders
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap

AUTOTUNE = -1
INFINITE_CARDINALITY = INFINITE
UNKNOWN_CARDINALITY = UNKNOWN

Function = Callable[..., Any]


class Dataset:
    """Elements (structures of tensors), one after the other. A method gives another dataset.

    Each `for` over a dataset is a new pass. Iterators are stateful, so no gradient flows from an
    element to what the dataset was made of; `tape.explain` says so.

    Seeds, buffers and orders are TensorFlow's: after `tf.random.set_seed` a shuffled dataset gives
    the same elements in the same order. `num_parallel_calls` takes threads where there are any;
    `prefetch` and `options` change no element and nothing here.

    >>> import gradtape as tf
    >>> dataset = tf.data.Dataset.from_tensor_slices(([1.0, 2.0, 3.0], [0, 1, 0])).batch(2)
    >>> for x, y in dataset:
    ...     print(x.numpy(), y.numpy())
    [1. 2.] [0 1]
    [3.] [0]
    """

    def __init__(self, node: Node) -> None:
        if not isinstance(node, Node):
            raise TypeError(
                "a Dataset is made by Dataset.from_tensor_slices, from_generator, range, …"
            )
        self._node, self._options = node, Options()

    # -- what it is

    def __iter__(self) -> Iterator:
        return Iterator(self)

    def __len__(self) -> int:
        """The number of elements. Raises: TypeError where it is infinite or not known."""
        n = self._node.count()
        if n < 0:
            raise TypeError(
                f"The dataset is {'infinite' if n == INFINITE else 'of unknown length'}."
            )
        return n

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<{type(self._node).__name__}Dataset element_spec={self.element_spec}>"

    def _elements(self) -> PythonIterator[Any]:
        return self._node.elements()

    @property
    def element_spec(self) -> Any:
        """The spec of each tensor of an element; of a mapped dataset that of its first element."""
        return self._node.spec()

    def cardinality(self) -> EagerTensor:
        """The number of elements, int64: −1 where they never end, −2 where it is not known."""
        return wrap(np.int64(self._node.count()))

    def options(self) -> Options:
        """The options that were given."""
        return self._options

    def with_options(self, options: Options) -> Dataset:
        """The same elements, with options."""
        made = Dataset(reordering.Same(self._node))
        made._options = self._options.merge(options)
        return made

    def as_numpy_iterator(self) -> NumpyIterator:
        """A pass that gives NumPy arrays.

        >>> list(tf.data.Dataset.range(3).as_numpy_iterator())
        [np.int64(0), np.int64(1), np.int64(2)]
        """
        return NumpyIterator(self)

    # -- where it begins

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Dataset:
        """The rows of tensors along their first axis, which must be equally long.

        Raises: ValueError for scalars and for lengths that differ.
        """
        return Dataset(sources.Slices(tensors))

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Dataset:
        """One element: the tensors as they are."""
        return Dataset(sources.Single(tensors))

    @staticmethod
    def from_generator(
        generator: Function,
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """What `generator()` yields, called anew for each pass; checked against the signature.

        Raises: TypeError without a signature; InvalidArgumentError, while iterating, for an element
        that does not fit.
        """
        node = sources.Generated(generator, output_types, output_shapes, args, output_signature)
        return Dataset(node)

    @staticmethod
    def range(*args: Any, output_type: Any = "int64", name: str | None = None) -> Dataset:
        """Numbers as Python's `range` has them, int64."""
        return Dataset(sources.Range(args, output_type))

    @staticmethod
    def list_files(
        file_pattern: Any, shuffle: bool | None = None, seed: Any = None, name: str | None = None
    ) -> Dataset:
        """The names of the files that match a pattern, shuffled unless `shuffle=False`.

        Raises: InvalidArgumentError where none matches.
        """
        dataset = Dataset.from_tensor_slices(sources.matching_files(file_pattern))
        return dataset if shuffle is False else dataset.shuffle(len(dataset), seed)

    @staticmethod
    def zip(*args: Any, datasets: Any = None, name: str | None = None) -> Dataset:
        """Elements that are tuples (or another structure) of one element from each dataset."""
        structure = datasets if datasets is not None else args[0] if len(args) == 1 else args
        flat = nest.flatten(structure)
        for dataset in flat:
            if not isinstance(dataset, Dataset):
                raise TypeError(
                    f"Dataset.zip takes datasets in a tuple or dictionary, got {type(dataset)}"
                )
        return Dataset(combining.Zip(structure, [dataset._node for dataset in flat]))

    # -- which elements, and in which order

    def shuffle(
        self,
        buffer_size: Any,
        seed: Any = None,
        reshuffle_each_iteration: bool | None = True,
        name: str | None = None,
    ) -> Dataset:
        """The elements in random order: each comes from a buffer of the next `buffer_size` ones.

        A pass has another order than the one before, unless `reshuffle_each_iteration=False`.

        Raises: InvalidArgumentError for a buffer without room.
        """
        size = _positive(buffer_size, "buffer_size")
        return Dataset(Shuffle(self._node, size, seed, reshuffle_each_iteration is not False))

    def repeat(self, count: Any = None, name: str | None = None) -> Dataset:
        """The elements `count` times over; without end where it is None or −1."""
        return Dataset(reordering.Repeat(self._node, -1 if count is None else int(count)))

    def take(self, count: Any, name: str | None = None) -> Dataset:
        """The first `count` elements; all where it is −1."""
        return Dataset(reordering.Take(self._node, int(count)))

    def skip(self, count: Any, name: str | None = None) -> Dataset:
        """All but the first `count` elements; none where it is −1."""
        return Dataset(reordering.Skip(self._node, int(count)))

    def shard(self, num_shards: Any, index: Any, name: str | None = None) -> Dataset:
        """Every `num_shards`-th element, from number `index` on."""
        if not 0 <= int(index) < int(num_shards):
            raise InvalidArgumentError(f"index {index} is not in [0, {num_shards})")
        return Dataset(reordering.Shard(self._node, int(num_shards), int(index)))

    def concatenate(self, dataset: Dataset, name: str | None = None) -> Dataset:
        """These elements, then those of `dataset`."""
        return Dataset(combining.Concatenate(self._node, dataset._node))

    def filter(self, predicate: Function, name: str | None = None) -> Dataset:
        """The elements for which `predicate` is true."""
        return Dataset(mapping.Filter(self._node, predicate))

    def take_while(self, predicate: Function, name: str | None = None) -> Dataset:
        """The elements before the first one for which `predicate` is false."""
        return Dataset(mapping.TakeWhile(self._node, predicate))

    def cache(self, filename: str = "", name: str | None = None) -> Dataset:
        """The elements, kept in memory from the first whole pass on.

        Raises: ValueError for a file name: nothing is kept in files here.
        """
        if filename:
            raise ValueError("cache keeps elements in memory: call it without a file name")
        return Dataset(combining.Cache(self._node))

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Dataset:
        """The same elements; they are computed when they are asked for."""
        return Dataset(reordering.Same(self._node))

    # -- what becomes of an element

    def map(
        self,
        map_func: Function,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        synchronous: bool | None = None,
        use_unbounded_threadpool: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """`map_func` of each element; the parts of a tuple are its arguments. Order is kept.

        With `num_parallel_calls` it runs in that many threads (AUTOTUNE: one a core), which is
        worth it where NumPy does the work; random numbers are then drawn in an order by chance.

        >>> list(tf.data.Dataset.range(3).map(lambda x: x * x).as_numpy_iterator())
        [np.int64(0), np.int64(1), np.int64(4)]
        """
        return Dataset(mapping.Map(self._node, map_func, mapping.workers_of(num_parallel_calls)))

    def flat_map(self, map_func: Function, name: str | None = None) -> Dataset:
        """The elements of the datasets that `map_func` makes, one dataset after the other."""
        return Dataset(mapping.FlatMap(self._node, map_func))

    def interleave(
        self,
        map_func: Function,
        cycle_length: Any = None,
        block_length: Any = None,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """As `flat_map`, `cycle_length` datasets side by side, `block_length` elements of each."""
        cycle = mapping.workers_of(-1 if cycle_length is None else cycle_length)
        block = _positive(1 if block_length is None else block_length, "block_length")
        return Dataset(mapping.Interleave(self._node, map_func, cycle, block))

    def enumerate(self, start: Any = 0, name: str | None = None) -> Dataset:
        """Pairs of a number, from `start` on, and an element."""
        numbers = Dataset.range(int(start), 2**63 - 1)
        return Dataset.zip((numbers, self))

    def scan(self, initial_state: Any, scan_func: Function, name: str | None = None) -> Dataset:
        """`scan_func(state, element)` gives the next state and the element that comes out."""
        return Dataset(mapping.Scan(self._node, initial_state, scan_func))

    def batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """`batch_size` elements as one, with a new first axis; the last may be smaller.

        Raises: InvalidArgumentError, while iterating, where their shapes differ.
        """
        return Dataset(
            grouping.Batch(self._node, _positive(batch_size, "batch_size"), bool(drop_remainder))
        )

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """As `batch`, with each tensor padded at its end to the longest (or to `padded_shapes`).

        >>> rows = tf.data.Dataset.range(1, 4).map(lambda n: tf.fill([n], n))
        >>> next(iter(rows.padded_batch(3))).numpy().tolist()
        [[1, 0, 0], [2, 2, 0], [3, 3, 3]]
        """
        size = _positive(batch_size, "batch_size")
        node = grouping.PaddedBatch(self._node, size, padded_shapes, padding_values, drop_remainder)
        return Dataset(node)

    def unbatch(self, name: str | None = None) -> Dataset:
        """The rows of each element."""
        return Dataset(grouping.Unbatch(self._node))

    def window(
        self,
        size: Any,
        shift: Any = None,
        stride: Any = 1,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Datasets of `size` elements, `stride` apart; each begins `shift` after the one before."""
        size = _positive(size, "size")
        shift = size if shift is None else _positive(shift, "shift")
        stride = _positive(stride, "stride")
        return Dataset(
            grouping.Window(self._node, size, shift, stride, bool(drop_remainder), Dataset)
        )

    # -- all of it

    def reduce(self, initial_state: Any, reduce_func: Function, name: str | None = None) -> Any:
        """`reduce_func(state, element)`, from the initial state through all elements.

        >>> int(tf.data.Dataset.range(5).reduce(np.int64(0), lambda total, x: total + x))
        10
        """
        state = element_of(initial_state)
        with recorders(()):
            for element in self._elements():
                state = element_of(reduce_func(state, element))
        return state

    def apply(self, transformation_func: Function) -> Any:
        """`transformation_func(self)`."""
        return transformation_func(self)

    def get_single_element(self, name: str | None = None) -> Any:
        """The element of a dataset that has one. Raises: InvalidArgumentError for any other."""
        found = [element for element, _ in zip(self, range(2), strict=False)]
        if len(found) != 1:
            raise InvalidArgumentError(
                f"Dataset had {'no' if not found else 'more than one'} element; one is wanted."
            )
        return found[0]


def _positive(value: Any, what: str) -> int:
    number = int(convert(value).numpy())
    if number <= 0:
        raise InvalidArgumentError(f"{what} must be greater than zero, got {number}.")
    return number
