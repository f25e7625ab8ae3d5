"""How large an array is, by one pass over it: its norm, and whether it is broken or all zero.

Every gradient of every step is looked at so, therefore one product tells all of it: the sum of the
squares is NaN or infinite where an element is, and zero where all are.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from gradtape import observers


class Size(NamedTuple):
    """What is told of an array of a step."""

    trouble: str  # "none", "nan", "infinite", "zero" or ""
    norm: float
    elements: int


NONE = Size("none", math.nan, 0)
UNKNOWN = Size("", math.nan, 0)


def size_of(value: Any) -> Size:
    """The size of a gradient or a variable's value; `UNKNOWN` where nobody can read it now."""
    if value is None:
        return NONE
    array = observers.as_array(value)
    if array is None or array.dtype.kind not in "fc" or array.size == 0:
        return UNKNOWN
    flat = array.reshape(-1)
    with np.errstate(all="ignore"):
        total = float(np.vdot(flat, flat).real)
        if not 1e-30 < total < 1e30:  # float32 may have overflowed, or come near its smallest
            return _exact(flat)
    return Size("", math.sqrt(total), flat.size)


def _exact(flat: Any) -> Size:
    """The same where the squares do not fit into the array's own dtype, or an element is broken."""
    wide = np.abs(flat).astype(np.float64)
    top = float(wide.max())
    if math.isnan(top):
        return Size("nan", math.nan, flat.size)
    if math.isinf(top):
        return Size("infinite", math.nan, flat.size)
    if top == 0.0:
        return Size("zero", 0.0, flat.size)
    wide /= top
    return Size("", top * math.sqrt(float(np.dot(wide, wide))), flat.size)


def is_on_device(value: Any) -> bool:
    """Whether an array lies on a device, so that reading it would make the program wait."""
    device = getattr(value, "device", None)
    return isinstance(device, str) and "device:CPU" not in device
