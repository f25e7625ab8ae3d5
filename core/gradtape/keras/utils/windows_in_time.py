"""`timeseries_dataset_from_array`: windows that slide over rows in time, as a dataset."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.data import Dataset


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
) -> Any:
    """A dataset of windows of `sequence_length` rows, with the target of each one's first row.

    A window begins every `sequence_stride` rows and takes every `sampling_rate`-th. Only the rows
    of [start_index, end_index) count. `targets` may be None: then there are windows alone. Shapes:
    (batch, sequence_length, …) and (batch, …); (sequence_length, …) with `batch_size=None`. With
    `shuffle` the order is drawn from `seed`, and again in each pass.

    Raises: ValueError for lengths, strides, rates and indices that do not fit the data.

    >>> windows = timeseries_dataset_from_array(np.arange(5), None, 3, batch_size=2)
    >>> [batch.numpy().tolist() for batch in windows]
    [[[0, 1, 2], [1, 2, 3]], [[2, 3, 4]]]
    """
    _check(len(data), sampling_rate, sequence_stride, start_index, end_index)
    start, end = start_index or 0, len(data) if end_index is None else end_index
    count = end - start - (sequence_length - 1) * sampling_rate
    if targets is not None:
        count = min(count, len(targets))
    first = np.arange(0, count, sequence_stride, dtype="int32" if count < 2**31 - 1 else "int64")
    if shuffle:
        seed = np.random.randint(1_000_000) if seed is None else seed
        np.random.RandomState(seed).shuffle(first)
    rows = tf.constant(data[start:end])
    steps = np.arange(0, sequence_length * sampling_rate, sampling_rate, dtype=first.dtype)
    if targets is None:
        made = Dataset.from_tensor_slices(first).map(lambda at: tf.gather(rows, at + steps))
    else:
        wanted = tf.constant(targets[start:end])
        made = Dataset.from_tensor_slices(first).map(
            lambda at: (tf.gather(rows, at + steps), tf.gather(wanted, at))
        )
    made = made.prefetch(tf.data.AUTOTUNE)
    if shuffle:
        made = made.shuffle(1024 if batch_size is None else batch_size * 8, seed)
    return made if batch_size is None else made.batch(batch_size)


def _check(length: int, rate: int, stride: int, start: int | None, end: int | None) -> None:
    for name, value in (("start_index", start), ("end_index", end)):
        if value is not None and value < 0:
            raise ValueError(f"`{name}` must be 0 or greater. Received: {name}={value}")
    if start is not None and start >= length:
        raise ValueError(
            "`start_index` must be lower than the length of the data. Received: "
            f"start_index={start}, for data of length {length}"
        )
    if end and end <= (start or 0):
        raise ValueError(
            "`end_index` must be higher than `start_index`. Received: "
            f"start_index={start}, and end_index={end}"
        )
    if end is not None and end > length:
        raise ValueError(
            "`end_index` must be lower than the length of the data. Received: "
            f"end_index={end}, for data of length {length}"
        )
    for name, value in (("sampling_rate", rate), ("sequence_stride", stride)):
        if not 0 < value < length:
            raise ValueError(
                f"`{name}` must be higher than 0 and lower than the length of the data. Received: "
                f"{name}={value}, for data of length {length}"
            )
