"""`split_dataset`: samples in two parts, as for training and test."""

from __future__ import annotations

import random as _python_random
from typing import Any

import numpy as np

import gradtape as tf
from gradtape import nest
from gradtape.data import Dataset
from gradtape.data.grouping import Batch

Size = int | float | None


def split_dataset(
    dataset: Any,
    left_size: Size = None,
    right_size: Size = None,
    shuffle: bool = False,
    seed: int | None = None,
) -> tuple[Any, Any]:
    """The first and the last samples of an array, of several, or of a dataset: two datasets.

    A size is a number of samples, or a float: their share; None is the rest. The samples are held
    in memory. With `shuffle` their order is drawn from `seed`. A dataset whose last step is `batch`
    gives batches of that size again.

    Raises: TypeError for what holds no samples; ValueError without a size, for sizes that do not
    fit, and for arrays of different lengths.

    >>> left, right = split_dataset(np.arange(10), left_size=0.8)
    >>> int(left.cardinality()), [int(n) for n in right]
    (8, [8, 9])
    """
    if left_size is None and right_size is None:
        raise ValueError(
            "At least one of the `left_size` or `right_size` must be specified. "
            "Received: left_size=None and right_size=None"
        )
    samples = _samples(dataset)
    if shuffle:
        _python_random.seed(_python_random.randint(0, 1_000_000) if seed is None else seed)
        _python_random.shuffle(samples)
    left, right = _counts(left_size, right_size, len(samples))
    parts = [_together(samples[:left]), _together(samples[-right:])]
    step = dataset._node if isinstance(dataset, Dataset) else None
    if isinstance(step, Batch):
        parts = [part.batch(step._size) for part in parts]
    return parts[0].prefetch(tf.data.AUTOTUNE), parts[1].prefetch(tf.data.AUTOTUNE)


def _samples(dataset: Any) -> list[Any]:
    if isinstance(dataset, Dataset):
        whole = dataset.unbatch() if isinstance(dataset._node, Batch) else dataset
        return list(whole.as_numpy_iterator())
    if isinstance(dataset, np.ndarray):
        return list(dataset)
    if not isinstance(dataset, (list, tuple)):
        raise TypeError(
            "The `dataset` argument must be either a `tf.data.Dataset` object, or a list/tuple of "
            f"arrays. Received: dataset={dataset} of type {type(dataset)}"
        )
    if not dataset or not all(isinstance(each, np.ndarray) for each in dataset):
        raise ValueError("Please provide a non-empty list or tuple of NumPy arrays.")
    if len({len(each) for each in dataset}) > 1:
        raise ValueError(
            "Received NumPy arrays with different lengths: "
            f"{[each.shape for each in dataset]}. Please provide arrays of the same length."
        )
    return list(zip(*dataset, strict=True))


def _together(samples: list[Any]) -> Any:
    """A dataset of samples, whatever their structure."""
    rows = nest.map_structure(lambda *parts: np.array(parts), *samples)
    return Dataset.from_tensor_slices(rows)


def _counts(left: Size, right: Size, total: int) -> tuple[int, int]:
    sizes: list[int | None] = []
    for name, size in (("left_size", left), ("right_size", right)):
        if size is not None and type(size) not in (int, float):
            raise TypeError(
                f"Invalid `{name}` Type. Expected: int or float or None, Received: "
                f"type({name})={type(size)}."
            )
        if size is not None and not 0 < size < (1 if isinstance(size, float) else total):
            raise ValueError(
                f"`{name}` should be either a positive integer smaller than {total}, or a float "
                f"within the range `[0, 1]`. Received: {name}={size}"
            )
        sizes.append(round(size * total) if isinstance(size, float) else size)
    first = total - (sizes[1] or 0) if sizes[0] is None else sizes[0]
    last = total - first if sizes[1] is None else sizes[1]
    shares = isinstance(left, float) and isinstance(right, float)
    if first + last > total or (shares and left + right > 1):  # type: ignore[operator]
        raise ValueError(
            f"The sum of `left_size` and `right_size` must not be larger than the whole, {total} "
            f"samples. Received: left_size={left}, right_size={right}"
        )
    if not first or not last:
        raise ValueError(
            f"With {total} samples, left_size={left} and right_size={right}, one side would be "
            "empty. Adjust any of these."
        )
    return first, last
