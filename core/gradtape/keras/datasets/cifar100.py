"""`cifar100`: 60 000 pictures of 32 × 32 coloured pixels, in 100 classes of 20 groups."""

from __future__ import annotations

import os
from typing import Any

from gradtape.keras.datasets.pictures import batches
from gradtape.keras.datasets.sources import fetched


def load_data(label_mode: str = "fine") -> Any:
    """`(x_train, y_train), (x_test, y_test)`: uint8 (50000, 32, 32, 3), int64 (50000, 1); 10 000.

    `label_mode` is "fine" for 100 classes, "coarse" for 20 groups. Channels come first where
    `keras.config.image_data_format()` says so. The file (169 MB) is fetched once.

    Raises: ValueError for another `label_mode`; as `keras.utils.get_file`; UnpicklingError for a
    file that holds more than arrays.
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(
            f'`label_mode` must be one of `"fine"`, `"coarse"`. Received: label_mode={label_mode}.'
        )
    folder = os.path.join(fetched("cifar-100-python-target", extract=True), "cifar-100-python")
    train, test = (batches(folder, [name], f"{label_mode}_labels") for name in ("train", "test"))
    return train, test
