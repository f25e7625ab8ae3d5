"""`normalize`: vectors brought to length 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.ops import normalize as normalized


def normalize(x: Any, axis: int = -1, order: Any = 2) -> Any:
    """`x` over its norm of an order along `axis`; where that is 0, zeros. An array gives an array.

    >>> normalize(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    if not isinstance(x, np.ndarray):
        return normalized(x, axis=axis, order=order)
    norm = np.linalg.norm(x, order, axis, keepdims=True)
    return x / np.where(norm == 0, 1, norm)
