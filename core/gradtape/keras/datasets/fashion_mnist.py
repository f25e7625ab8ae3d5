"""`fashion_mnist`: 70 000 pictures of clothes, 28 × 28 grey pixels, in 10 classes."""

from __future__ import annotations

import gzip
import os
from typing import Any

import numpy as np

from gradtape.keras.datasets.sources import fetched

_FOLDER = os.path.join("datasets", "fashion-mnist")


def load_data() -> Any:
    """`(x_train, y_train), (x_test, y_test)`: uint8 arrays (60000, 28, 28), (60000,); 10 000.

    Classes: T-shirt/top, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot.
    Four files (30 MB) are fetched once. The collection is Zalando's, under the MIT licence.

    Raises: as `keras.utils.get_file`.
    """
    return _part("train"), _part("t10k")


def _part(name: str) -> Any:
    """Pictures and labels: after a header of 16 and 8 bytes, one byte each."""
    labels = _bytes(f"{name}-labels-idx1-ubyte.gz", 8)
    return _bytes(f"{name}-images-idx3-ubyte.gz", 16).reshape(len(labels), 28, 28), labels


def _bytes(file: str, offset: int) -> Any:
    with gzip.open(fetched(file, cache_subdir=_FOLDER), "rb") as opened:
        return np.frombuffer(opened.read(), np.uint8, offset=offset)
