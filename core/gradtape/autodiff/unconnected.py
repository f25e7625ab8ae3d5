"""`UnconnectedGradients`: what stands for the gradient where no path leads."""

from __future__ import annotations

from enum import Enum
from typing import Any


class UnconnectedGradients(Enum):
    """What `gradient` gives for a source that the target does not depend on: None or zeros."""

    NONE = "none"
    ZERO = "zero"


def as_unconnected(value: Any) -> bool:
    """Whether `value` asks for zeros; ValueError where it is neither."""
    if value is UnconnectedGradients.NONE:
        return False
    try:
        return UnconnectedGradients(value) is UnconnectedGradients.ZERO
    except ValueError:
        raise ValueError(
            f"Unknown value for unconnected_gradients: {value!r}; use "
            "tf.UnconnectedGradients.NONE or "
            "tf.UnconnectedGradients.ZERO."
        ) from None
