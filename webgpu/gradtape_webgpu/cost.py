"""What work costs on the CPU and on the device, measured once for each adapter.

A matrix product of a middling size is timed in both places, and the way to the device and back.
The figures decide where heavy ops run when the program does not say.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from gradtape_webgpu import device
from gradtape_webgpu.array import DeviceArray

_SIDE = 384


class Model(NamedTuple):
    """Seconds per multiplication on the CPU and the device, per byte moved, and per round trip."""

    cpu: float
    gpu: float
    byte: float
    trip: float

    def is_quicker(self, work: int, size: int) -> bool:
        """Whether `work` multiplications on `size` bytes are quicker on the device."""
        return self.trip + size * self.byte + work * self.gpu < work * self.cpu


_models: dict[str, Model] = {}


def model() -> Model:
    """The figures of the device that is used."""
    caps = device.current().driver.caps
    key = f"{caps.adapter} {caps.driver}"
    if key not in _models:
        # natively a program on the CPU that plays a GPU is never chosen by itself
        slow = caps.software and caps.backend != "WebGPU"
        _models[key] = Model(0, 1, 1, 1) if slow else _measured()
    return _models[key]


def _measured() -> Model:
    here = device.current()
    a = np.linspace(-1, 1, _SIDE * _SIDE, dtype=np.float32).reshape(_SIDE, _SIDE)
    work = _SIDE**3
    cpu = _least(lambda: np.matmul(a, a)) / work

    def moved() -> None:
        here.uploads.clear()
        np.asarray(here.place(a) + 1.0)  # type: ignore[operator]

    def trip() -> None:
        np.asarray(here.place(a[:2, :2].copy()) + 1.0)  # type: ignore[operator]

    b: DeviceArray = here.place(a)

    def product() -> None:
        np.asarray(b @ b)  # type: ignore[operator]

    for once in (moved, trip, product):
        once()
    round_trip = _least(trip)
    byte = max(_least(moved) - round_trip, 0.0) / (2 * a.nbytes)
    gpu = max(_least(product) - round_trip - byte * a.nbytes, 0.0) / work
    return Model(cpu, gpu, byte, round_trip)


def _least(call: object, times: int = 3) -> float:
    """The least of a few times, in seconds."""
    best = float("inf")
    for _ in range(times):
        before = time.perf_counter()
        call()  # type: ignore[operator]
        best = min(best, time.perf_counter() - before)
    return best
