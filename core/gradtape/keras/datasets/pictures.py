"""What the two CIFAR collections share: pictures of 32 × 32 coloured pixels, in pickled batches."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from gradtape.keras import config
from gradtape.keras.datasets.reading import load_pickle


def batches(folder: str, names: list[str], labels: str) -> Any:
    """The pictures (n, 32, 32, 3) and labels (n, 1) of some files, one after the other."""
    read = [load_pickle(os.path.join(folder, name)) for name in names]
    x = np.concatenate([batch["data"] for batch in read]).reshape(-1, 3, 32, 32)
    if config.image_data_format() == "channels_last":
        x = x.transpose(0, 2, 3, 1)
    return x, np.concatenate([batch[labels] for batch in read]).reshape(-1, 1)
