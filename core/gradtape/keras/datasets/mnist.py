"""`mnist`: 70 000 handwritten digits of 28 × 28 grey pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.datasets.sources import fetched


def load_data(path: str = "mnist.npz") -> Any:
    """`(x_train, y_train), (x_test, y_test)`: uint8 arrays (60000, 28, 28), (60000,); 10 000.

    The file (11 MB) is fetched once; `path` is its name in the cache. The collection is Yann
    LeCun's and Corinna Cortes's, under CC BY-SA 3.0.

    Raises: as `keras.utils.get_file`.
    """
    with np.load(fetched("mnist.npz", path), allow_pickle=False) as f:
        return (f["x_train"], f["y_train"]), (f["x_test"], f["y_test"])
