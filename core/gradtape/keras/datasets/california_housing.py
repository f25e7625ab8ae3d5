"""`california_housing`: 20 640 median prices of houses by block, with 8 numbers each."""

from __future__ import annotations

from typing import Any

from gradtape.keras.datasets.houses import check, split
from gradtape.keras.datasets.sources import fetched


def load_data(
    version: str = "large",
    path: str = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> Any:
    """`(x_train, y_train), (x_test, y_test)`: arrays (n, 8) and (n,), prices in dollars.

    Columns: median income, age, rooms, bedrooms, population, occupancy, latitude and longitude.
    `version` is "large" for all 20 640 rows, "small" for 600. The order is drawn from `seed`. The
    file is fetched once; `path` is its name in the cache.

    Raises: ValueError for another `version`, and for a `test_split` outside of [0, 1); as
    `keras.utils.get_file`.
    """
    check(test_split)
    if version not in ("small", "large"):
        raise ValueError(
            f"Argument `version` must be one of 'small', 'large'. Received: version={version}"
        )
    rows = 600 if version == "small" else None
    return split(fetched("california_housing.npz", path), test_split, seed, rows)
