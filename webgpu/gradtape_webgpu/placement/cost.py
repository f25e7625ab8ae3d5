"""What work costs on the CPU and on the device, measured once for each adapter.

A matrix product of a middling size is timed on both, and the way to the device and back; of
an element-wise function, when first asked about, its values on a long array. The figures decide
where heavy ops run when the program does not say.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from gradtape.dispatch.placement import FUNCTIONS
from gradtape.primitives.op import Op
from gradtape.primitives.registry import lookup
from gradtape_webgpu.device import in_use
from gradtape_webgpu.graph.array import DeviceArray
from gradtape_webgpu.tuning import measurements

_SIDE = 384
_LENGTH = 1 << 19


class Model(NamedTuple):
    """Seconds per multiplication on the CPU and the device, per byte moved, and per round trip."""

    cpu: float
    gpu: float
    byte: float
    trip: float


#: natively a program on the CPU that plays a GPU is never chosen by itself
NEVER = Model(0.0, 1.0, 1.0, 1.0)


def spared(op: Op, values: tuple[Any, ...], params: dict[str, Any]) -> float:
    """Seconds that the device spares with operands that it has; below 0 where it is slower."""
    figures = model()
    if figures is NEVER:
        return -1.0
    assert op.work is not None
    cpu, gpu = function(op) if op.type in FUNCTIONS else figures[:2]
    work = values[0].size if op.type in FUNCTIONS else op.work(*values, **params)
    return float(work * (cpu - gpu) - figures.trip)


def function(op: Op) -> tuple[float, float]:
    """Seconds per value of an element-wise function, on the CPU and on the device."""
    caps = in_use.current().driver.caps
    found = measurements.recall("functions", caps)
    figures = found if isinstance(found, dict) else {}
    match figures.get(op.type):
        case [float(cpu), float(gpu)]:
            return cpu, gpu
    cpu, gpu = _function(op)
    measurements.remember("functions", caps, {**figures, op.type: (cpu, gpu)})
    return cpu, gpu


def _function(op: Op) -> tuple[float, float]:
    line = np.linspace(0.1, 0.9, _LENGTH, dtype=np.float32)
    there = in_use.current().asarray(line)

    def on_device() -> None:
        np.asarray(lookup("Max")(lookup(op.type)(there), axis=(-1,), keepdims=False))

    on_device()
    time_there = max(_least(on_device) - model().trip, 0.0)
    return _least(lambda: op.kernel(line)) / _LENGTH, time_there / _LENGTH


def model() -> Model:
    """The figures of the device that is used, measured where they are not remembered."""
    caps = in_use.current().driver.caps
    if caps.software and caps.backend != "WebGPU":
        return NEVER
    found = measurements.recall("cost", caps)
    if not (isinstance(found, list) and len(found) == len(Model._fields)):
        found = list(measured())
        measurements.remember("cost", caps, found)
    return Model(*found)


def measured() -> Model:
    """The figures, measured now; it takes some tenths of a second."""
    here = in_use.current()
    a = np.linspace(-1, 1, _SIDE * _SIDE, dtype=np.float32).reshape(_SIDE, _SIDE)
    work = _SIDE**3
    cpu = _least(lambda: np.matmul(a, a)) / work

    def moved() -> None:
        here.uploads.clear()
        np.asarray(here.asarray(a) + 1.0)  # type: ignore[operator]

    def trip() -> None:
        np.asarray(here.asarray(a[:2, :2].copy()) + 1.0)  # type: ignore[operator]

    b: DeviceArray = here.asarray(a)

    def product() -> None:
        np.asarray(b @ b)  # type: ignore[operator]

    for once in (moved, trip, product):
        once()
    round_trip = _least(trip)
    byte = max(_least(moved) - round_trip, 0.0) / (2 * a.nbytes)
    gpu = max(_least(product) - round_trip - byte * a.nbytes, 0.0) / work
    return Model(cpu, gpu, byte, round_trip)


def _least(call: Callable[[], object], times: int = 3) -> float:
    """The least of a few times, in seconds."""
    best = float("inf")
    for _ in range(times):
        before = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - before)
    return best
