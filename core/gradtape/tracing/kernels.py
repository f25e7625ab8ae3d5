"""What kernels give, as a trace holds it: arrays and NumPy's scalars."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """A kernel's result as an array or a NumPy scalar."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value
    return np.array(value, object if type(value) is bytes else None)


def plainly(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel whose results may be Python's own values."""

    def made(*xs: Any, **params: Any) -> Any:
        y = kernel(*xs, **params)
        return tuple(map(plain, y)) if type(y) is tuple else plain(y)

    return made
