"""Reductions over sorted ids, on the device where the host knows the ids.

The last id says how many rows the result has, so a kernel cannot be chosen before it is known. Ids
that come from the host are known there, and so is where each group begins: no kernel has to sort.
Ids that are wrong are left to the CPU, which refuses them in its words.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from gradtape_webgpu.device.device import Device
from gradtape_webgpu.graph.array import DeviceArray
from gradtape_webgpu.kernels import segment
from gradtape_webgpu.kernels.program import Spec
from gradtape_webgpu.lowering.rules import Opaque


def known_ids(ids: Any, rows: Any) -> np.ndarray | None:
    """The ids, where the host knows them: one for each row, from 0 on, never falling."""
    host = ids.host if isinstance(ids, DeviceArray) else ids
    if host is None:
        return None
    host = np.asarray(host)
    if host.ndim != 1 or not host.size or host.shape != rows.shape[:1]:
        return None
    return host if host[0] >= 0 and (host[1:] >= host[:-1]).all() else None


def reduced(type: str, x: DeviceArray, ids: np.ndarray, device: Device) -> Any:
    """The groups of rows of x as one row each. Raises: Unsupported where the CPU must do it."""
    starts = np.searchsorted(ids, np.arange(int(ids[-1]) + 2)).astype(np.int32)
    return device.record(_rule(type, x.spec, starts.size), [x, device.asarray(starts)])


@lru_cache(1024)
def _rule(type: str, x: Spec, starts: int) -> Opaque:
    specs = (x, Spec((starts,), np.dtype(np.int32)))
    return Opaque(type, specs, segment.neighbours(type, *specs))
