"""Records what TensorFlow's image functions give, values and gradients.

python tests/goldens/record_images.py      (in an environment with TensorFlow)
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import image_cases
import numpy as np
import tensorflow as tf


def main() -> None:
    """Write the archive."""
    found: dict[str, Any] = {}
    for name in image_cases.SMOOTH:
        found[f"value {name}"], found[f"gradient {name}"] = image_cases.smooth(tf, name)
    for cases in (image_cases.seeded, image_cases.plain):
        found.update({name: value.numpy() for name, value in cases(tf).items()})
    np.savez_compressed(Path(__file__).resolve().parent / "images.npz", **found)


if __name__ == "__main__":
    main()
