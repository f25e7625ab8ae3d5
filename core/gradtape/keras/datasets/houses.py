"""What the two collections of house prices share: a table, shuffled and split."""

from __future__ import annotations

from typing import Any

import numpy as np


def split(path: str, test_split: float, seed: int, rows: int | None = None) -> Any:
    """`(x_train, y_train), (x_test, y_test)` of the first `rows` of a file, in a random order."""
    with np.load(path, allow_pickle=False) as f:
        x, y = f["x"][:rows], f["y"][:rows]
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y = x[order], y[order]
    n = int(len(x) * (1 - test_split))
    return (x[:n], y[:n]), (x[n:], y[n:])


def check(test_split: float) -> None:
    """Raises: ValueError for a share outside of [0, 1)."""
    if not 0 <= test_split < 1:
        raise ValueError(
            f"Invalid `test_split` argument: {test_split}. "
            "It must be between 0 and 1 (exclusive of 1)."
        )
