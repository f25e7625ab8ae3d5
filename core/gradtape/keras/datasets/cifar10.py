"""`cifar10`: 60 000 pictures of 32 × 32 coloured pixels, in 10 classes."""

from __future__ import annotations

import os
from typing import Any

from gradtape.keras.datasets.pictures import batches
from gradtape.keras.datasets.sources import fetched


def load_data() -> Any:
    """`(x_train, y_train), (x_test, y_test)`: uint8 arrays (50000, 32, 32, 3), (50000, 1); 10 000.

    Classes: airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck. Channels come
    first where `keras.config.image_data_format()` says so. The file (170 MB) is fetched once.

    Raises: as `keras.utils.get_file`; UnpicklingError for a file that holds more than arrays.
    """
    path = fetched("cifar-10-batches-py-target", extract=True)
    folder = os.path.join(path, "cifar-10-batches-py")
    x_train, y_train = batches(folder, [f"data_batch_{k}" for k in range(1, 6)], "labels")
    x_test, y_test = batches(folder, ["test_batch"], "labels")
    return (x_train, y_train.astype("uint8")), (x_test, y_test.astype("uint8"))
