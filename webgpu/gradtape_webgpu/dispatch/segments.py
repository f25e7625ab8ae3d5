"""Reductions over sorted ids, on the device where the host knows the ids.

The last id says how many rows the result has, so a kernel cannot be chosen before it is known. Ids
that come from the host are known there: then the same reduction over ids in any order serves, which
has a kernel. Ids that are wrong are left to the CPU, which refuses them in its words.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.primitives.registry import REGISTRY, lookup
from gradtape_webgpu.graph.array import DeviceArray

#: the reduction over sorted ids → the one over ids in any order
UNSORTED = {
    "SegmentSum": "UnsortedSegmentSum",
    "SegmentMean": "UnsortedSegmentSum",
    "SegmentProd": "UnsortedSegmentProd",
    "SegmentMax": "UnsortedSegmentMax",
    "SegmentMin": "UnsortedSegmentMin",
}


def reduced(type: str, values: list[Any]) -> Any:
    """The reduction of rows of the device by ids that the host knows; None where it does not."""
    x, ids = values
    host = ids.host if isinstance(ids, DeviceArray) else ids
    if host is None or not isinstance(x, DeviceArray) or x.dtype.kind not in "fiu":
        return None
    if type == "SegmentMean" and x.dtype.kind != "f":
        return None
    host = np.asarray(host)
    if not _are_right(host, x.shape):
        return None
    n = int(host[-1]) + 1
    y = lookup(UNSORTED[type])(x, ids, num_segments=n)
    counts = np.bincount(host, minlength=n).reshape(n, *(1,) * (x.ndim - 1))
    if type == "SegmentMean":
        return REGISTRY["RealDiv"].call(y, np.maximum(counts, 1).astype(x.dtype))
    if type in ("SegmentMax", "SegmentMin") and not counts.all():
        return lookup("SelectV2")(counts > 0, y, x.dtype.type(0))
    return y


def _are_right(ids: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether ids of the host are one for each row, count from 0 and never fall."""
    if ids.ndim != 1 or not ids.size or ids.shape != shape[:1]:
        return False
    return bool(ids[0] >= 0 and (ids[1:] >= ids[:-1]).all())
