"""`Batches`: what `fit`, `evaluate` and `predict` are given, as batches, one pass per epoch.

Arrays are cut into batches (shuffled by an order drawn anew for each epoch: after
`keras.utils.set_random_seed` it is Keras's, which is the same order in each epoch). Datasets,
generators and sequences come in batches already.
"""

from __future__ import annotations

import math
import random as _python_random
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

import gradtape as tf
from gradtape import nest
from gradtape.data import Dataset
from gradtape.keras import config
from gradtape.keras.utils.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from gradtape.random.seeds import graph_stream
from gradtape.random.shuffle import order_of
from gradtape.tensors.tensor import wrap


class Batches:
    """Batches, again and again: one pass for each `for`.

    Args: `source`, a function that begins a pass; `size`, the number of batches where known;
    `steps`, how many batches make an epoch where that is not a whole pass.
    """

    def __init__(
        self,
        source: Callable[[], Iterator[Any]],
        size: int | None,
        steps: int | None = None,
        at_end: Callable[[], None] | None = None,
    ) -> None:
        self._source, self._steps, self._at_end = source, steps, at_end
        self.num_batches = steps or size
        self._going: Iterator[Any] | None = None

    def __iter__(self) -> Iterator[Any]:
        if self._steps is None:
            count = 0
            for batch in self._source():
                yield batch
                count += 1
            self.num_batches = count
        else:
            yield from self._some(self._steps)
        if self._at_end is not None:
            self._at_end()

    def _some(self, steps: int) -> Iterator[Any]:
        """The next batches of a pass that goes on from epoch to epoch."""
        for k in range(steps):
            if self._going is None:
                self._going = self._source()
            batch = next(self._going, None)
            if batch is None and not k:  # a pass had ended with the epoch before
                self._going = self._source()
                batch = next(self._going, None)
            if batch is None:
                self._going = None
                warnings.warn(
                    "Your input ran out of data; interrupting training. Make sure that your "
                    "dataset or generator can generate at least `steps_per_epoch * epochs` "
                    "batches. You may need to use the `.repeat()` function when building your "
                    "dataset.",
                    stacklevel=4,
                )
                return
            yield batch


def batches_of(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    steps: int | None = None,
    shuffle: Any = False,
    class_weight: dict[int, float] | None = None,
) -> Batches:
    """The batches of arrays, a dataset, a generator or a sequence.

    Raises: ValueError where the arrays differ in length, for data of another kind, and for `y`
    beside a dataset.
    """
    if _are_arrays(x):
        if _has_arrays_of(y) and _has_arrays_of(sample_weight):
            return _of_arrays(x, y, sample_weight, batch_size, steps, shuffle, class_weight)
        raise ValueError(f"Unrecognized data type: x={x} (of type {type(x)}), y={y}")
    if isinstance(x, (list, tuple, dict, str, bytes)) or x is None:
        raise ValueError(
            f"Unrecognized data type: x={x!r} (of type {type(x)}). Lists stand for several inputs: "
            "make an array of numbers, np.array(x)."
        )
    for name, value in (("y", y), ("sample_weight", sample_weight)):
        if value is not None:
            raise ValueError(
                f"When providing `x` as a {type(x).__name__}, `{name}` should not be passed. "
                f"Instead, `{name}` should be included as part of it."
            )
    weighted = _weighing(class_weight)
    if isinstance(x, Dataset):
        size = int(x.cardinality())
        return Batches(lambda: map(weighted, iter(x)), size if size >= 0 else None, steps)
    if hasattr(x, "__getitem__") and hasattr(x, "__len__"):
        return _of_sequence(x, steps, shuffle, weighted)
    if hasattr(x, "__next__"):
        return Batches(lambda: _converted(x, weighted), None, steps)
    if hasattr(x, "__iter__") and not isinstance(x, (str, bytes)):
        known = len(x) if hasattr(x, "__len__") else None
        return Batches(lambda: _converted(iter(x), weighted), known, steps)
    raise ValueError(
        f"Unrecognized data type: x={x} (of type {type(x)}). Give arrays, tensors, a "
        "tf.data.Dataset, a generator of batches or a keras.utils.PyDataset."
    )


# -- arrays ---------------------------------------------------------------------------------------


def _is_array(value: Any) -> bool:
    pandas = hasattr(value, "iloc") and hasattr(value, "to_numpy")
    return pandas or isinstance(value, (np.ndarray, tf.Variable)) or tf.is_tensor(value)


def _are_arrays(values: Any) -> bool:
    if isinstance(values, (list, tuple, dict)):
        leaves = [v for v in nest.flatten(values) if v is not None]
        return bool(leaves) and all(map(_is_array, leaves))
    return _is_array(values)


def _has_arrays_of(values: Any) -> bool:
    return values is None or _are_arrays(values)


def as_arrays(values: Any) -> Any:
    """The leaves as NumPy arrays, float64 ones in `floatx()`."""
    return nest.map_structure(_as_array, values)


def _as_array(value: Any) -> Any:
    if value is None:
        return None
    if hasattr(value, "to_numpy") and hasattr(value, "iloc"):
        value = value.to_numpy()
        if value.ndim == 1:
            value = value[:, None]
    array = np.asarray(value)
    if array.dtype.kind == "f" and array.dtype != config.floatx():
        array = array.astype(tf.as_dtype(config.floatx()).as_numpy_dtype)
    if array.dtype.kind in "SU":
        array = np.asarray(tf.constant(array))
    return array


def _of_arrays(
    x: Any, y: Any, weight: Any, batch_size: int | None, steps: int | None, shuffle: Any,
    class_weight: dict[int, float] | None,
) -> Batches:  # fmt: skip
    x, y, weight = as_arrays(x), as_arrays(y), as_arrays(weight)
    n = _length(x, y, weight)
    if class_weight is not None:
        if weight is not None:
            raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
        weight = class_weights(y, class_weight)
    elif weight is not None and nest.is_nested(y) and not nest.is_nested(weight):
        weight = nest.map_structure(lambda _: weight, y)  # the same for every output
    size: int = batch_size or (math.ceil(n / steps) if steps else 32)
    parts = tuple(_tuples(part) for part in (x, y, weight))
    data = pack_x_y_sample_weight(*parts)

    def one_pass() -> Iterator[Any]:
        order = None
        if shuffle and shuffle != "batch":
            order = order_of(n, graph_stream())
        for start in range(0, n, size):
            rows: Any = slice(start, start + size) if order is None else order[start : start + size]
            yield nest.map_structure(lambda a, r=rows: None if a is None else wrap(a[r]), data)

    return Batches(one_pass, math.ceil(n / size), steps)


def _tuples(values: Any) -> Any:
    return tuple(values) if isinstance(values, list) else values


def _length(x: Any, y: Any, weight: Any) -> int:
    named = {"x": x, "y": y, "sample_weight": weight}
    for name, part in named.items():
        for array in nest.flatten(part):
            if array is not None and not array.ndim:
                raise ValueError(f"`{name}` holds a number: give arrays with one row per sample.")
    sizes = {len(a) for part in named.values() for a in nest.flatten(part) if a is not None}
    if len(sizes) != 1:
        told = "".join(
            f"'{name}' sizes: {', '.join(str(len(a)) for a in nest.flatten(part))}\n"
            for name, part in named.items() if part is not None
        )  # fmt: skip
        raise ValueError(
            "Data cardinality is ambiguous. Make sure all arrays contain the same number of "
            f"samples.{told}"
        )
    (n,) = sizes
    if not n:
        raise ValueError("There are no samples: the arrays have length 0.")
    return n


def class_weights(y: Any, class_weight: dict[int, float]) -> Any:
    """One weight per sample by its class, given by number or one-hot; 1 for other classes."""
    if nest.is_nested(y):
        raise ValueError("`class_weight` is only supported for Models with a single output.")
    numbers = np.asarray(y)
    if numbers.ndim > 1:
        numbers = numbers[..., 0] if numbers.shape[-1] == 1 else np.argmax(numbers, axis=-1)
    known = np.round(numbers).astype("int32")
    weights = [class_weight.get(int(number), 1.0) for number in known.reshape(-1)]
    return np.array(weights, config.floatx()).reshape(known.shape)


def train_validation_split(values: Any, validation_split: float) -> tuple[Any, Any]:
    """The first part of the arrays, and the last, whose share is `validation_split`.

    Raises: ValueError where one of them would be empty, and for what is no array.
    """
    leaves = [v for v in nest.flatten(values) if v is not None]
    if not all(map(_is_array, leaves)):
        raise ValueError(
            "Argument `validation_split` is only supported for tensors or NumPy arrays. "
            f"Received: {[type(v).__name__ for v in leaves]}. Give validation_data=."
        )
    n = len(leaves[0])
    at = math.floor(n * (1.0 - validation_split))
    if at in (0, n):
        raise ValueError(
            f"Training data contains {n} samples, which is not sufficient to split it into a "
            f"validation and training set as specified by `validation_split={validation_split}`. "
            "Either provide more data, or a different value for the `validation_split` argument."
        )
    arrays = as_arrays(values)
    first = nest.map_structure(lambda a: None if a is None else a[:at], arrays)
    return first, nest.map_structure(lambda a: None if a is None else a[at:], arrays)


# -- what comes in batches already -----------------------------------------------------------------


def _converted(batches: Iterable[Any], weighted: Callable[[Any], Any]) -> Iterator[Any]:
    for batch in batches:
        yield weighted(as_tensors(batch))


def as_tensors(batch: Any) -> Any:
    """The leaves of a batch as tensors."""
    return nest.map_structure(lambda v: None if v is None else tf.convert_to_tensor(v), batch)


def _weighing(class_weight: dict[int, float] | None) -> Callable[[Any], Any]:
    if class_weight is None:
        return lambda batch: batch

    def weighted(batch: Any) -> Any:
        x, y, weight = unpack_x_y_sample_weight(batch)
        if weight is not None:
            raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
        return x, y, tf.constant(class_weights(y, class_weight))

    return weighted


def _of_sequence(
    x: Any, steps: int | None, shuffle: Any, weighted: Callable[[Any], Any]
) -> Batches:
    size = getattr(x, "num_batches", len(x))

    def one_pass() -> Iterator[Any]:
        order = list(range(size))
        if shuffle:
            _python_random.shuffle(order)
        for index in order:
            yield weighted(as_tensors(x[index]))

    at_end = getattr(x, "on_epoch_end", None)
    return Batches(one_pass, size, steps, at_end)
