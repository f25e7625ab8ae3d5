"""The digest of a result: equal digests mean equal dtype, shape and bits, element for element.

Every NaN counts as one NaN (its sign and payload differ between machines); −0 and +0 differ.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

_PREFIX = "gradtape result 1"


def digest_of_bytes(dtype: str, shape: tuple[int, ...], data: bytes) -> str:
    """The digest of little-endian bytes in C order, NaNs already made one."""
    head = f"{_PREFIX}\n{dtype}\n{','.join(map(str, shape))}\n"
    return hashlib.sha256(head.encode("ascii") + data).hexdigest()


def none_digest() -> str:
    """The digest of None, the gradient of a target that does not depend on its source."""
    return digest_of_bytes("none", (), b"")


def one_nan(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array in C order and little-endian, with every NaN replaced by the positive quiet NaN.

    >>> one_nan(np.array([-np.nan, -0.0], np.float32)).view(np.uint32).tolist()
    [2143289344, 2147483648]
    """
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).reshape(array.shape)
    if little.dtype.kind == "c":
        parts = little.reshape(-1).view(little.real.dtype)
        return one_nan(parts).view(little.dtype).reshape(array.shape)
    if little.dtype.kind == "f":
        nans = np.isnan(little)
        if nans.any():
            little = np.where(nans, little.dtype.type(np.nan), little)
    return little
