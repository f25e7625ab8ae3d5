"""`boston_housing`: 506 prices of houses of the 1970s, with 13 numbers each."""

from __future__ import annotations

from typing import Any

from gradtape.keras.datasets.houses import check, split
from gradtape.keras.datasets.sources import fetched


def load_data(path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113) -> Any:
    """`(x_train, y_train), (x_test, y_test)`: float64 arrays (404, 13), (404,); 102 for the test.

    Prices are in thousands of dollars; the order is drawn from `seed`. One of the columns counts
    people by race, for an assumption about prices: prefer `california_housing`, except to discuss
    that. The file (57 kB) is fetched once; `path` is its name in the cache.

    Raises: ValueError for a `test_split` outside of [0, 1); as `keras.utils.get_file`.
    """
    check(test_split)
    return split(fetched("boston_housing.npz", path), test_split, seed)
