"""Class numbers as one-hot rows."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config


def to_categorical(x: Any, num_classes: int | None = None) -> Any:
    """Class numbers as rows of zeros with a single one: a float64 array, of a tensor a tensor.

    A last axis of size 1 goes away. `num_classes` is the largest number plus one by default.

    Raises: ValueError for a number outside [0, num_classes), and for no numbers at all without
    `num_classes`.

    >>> to_categorical([0, 2, 1])
    array([[1., 0., 0.],
           [0., 0., 1.],
           [0., 1., 0.]])
    """
    numbers = np.array(np.asarray(x), dtype="int64")
    shape = numbers.shape
    if len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    numbers = numbers.reshape(-1)
    if num_classes is None:
        if not numbers.size:
            raise ValueError("to_categorical got no class numbers; give num_classes=.")
        num_classes = int(numbers.max()) + 1
    if numbers.size and (numbers.min() < 0 or numbers.max() >= num_classes):
        wrong = numbers.min() if numbers.min() < 0 else numbers.max()
        raise ValueError(
            f"to_categorical got the class number {wrong}, which is not in [0, {num_classes})."
        )
    rows: np.ndarray[Any, Any] = np.eye(num_classes)[numbers]
    rows = rows.reshape(*shape, num_classes)
    return tf.constant(rows, config.floatx()) if tf.is_tensor(x) else rows
