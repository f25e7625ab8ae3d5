"""What `gradtape doctor` asks of the backend: the adapters, the choice, its figures, a self-test.

Everything is plain data, so that it can be printed and sent as JSON. The self-test computes a few
ops on the chosen device; what is exact in float32 (whole numbers) must have the exact bits, the
rest may be off by the units in the last place that `wgsl/tolerance.py` allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gradtape.primitives.registry import lookup
from gradtape_webgpu.device import in_use
from gradtape_webgpu.drivers.native import NativeDriver, adapters, caps_of, choose
from gradtape_webgpu.drivers.protocol import Caps
from gradtape_webgpu.placement import backend, cost
from gradtape_webgpu.wgsl.tolerance import ULP, distance

#: the features that kernels make use of, in both namings
FEATURES = ("shader-f16", "subgroup", "subgroups", "timestamp-query")
#: the limits that decide what runs
LIMITS = (
    "maxBufferSize", "maxStorageBufferBindingSize", "maxStorageBuffersPerShaderStage",
    "maxComputeInvocationsPerWorkgroup", "maxComputeWorkgroupStorageSize",
    "maxComputeWorkgroupsPerDimension",
)  # fmt: skip


def report() -> dict[str, Any]:
    """All that is known about GPUs here.

    Raises: ImportError where wgpu is not installed.
    """
    found: dict[str, Any] = {"adapters": [described(caps_of(a)) for a in adapters()]}
    try:
        adapter = choose()
    except LookupError as error:
        return {**found, "chosen": None, "why": str(error), "cost": None, "self_test": []}
    here = in_use.start(NativeDriver(adapter))
    caps = here.driver.caps
    if caps.software:
        why = "it is named, and a program on the CPU: ops run on it only where tf.device says so"
    else:
        why = "it is the first adapter that is a GPU, or it is named"
    figures = None if caps.software else cost.model()._asdict()
    tested = list(self_test())
    return {**found, "chosen": caps.adapter, "why": why, "cost": figures, "self_test": tested}


def described(caps: Caps) -> dict[str, Any]:
    """An adapter."""
    return {
        "name": caps.adapter,
        "backend": caps.backend,
        "driver": caps.driver,
        "software": caps.software,
        "features": sorted(caps.features),
        "used": [name for name in FEATURES if name in caps.features],
        "limits": {name: caps.limits[name] for name in LIMITS if name in caps.limits},
    }


def self_test() -> Iterator[dict[str, Any]]:
    """For each op: its worst error in units in the last place, what is allowed, and the verdict."""
    for name, allowed, compute, exact in _cases():
        one: dict[str, Any] = {"op": name, "allowed_ulp": allowed, "worst_ulp": None, "error": None}
        try:
            got = np.asarray(compute(backend.place))
            one["worst_ulp"] = _worst(got, exact)
        except Exception as error:
            one["error"] = f"{type(error).__name__}: {error}"
        one["passed"] = one["error"] is None and one["worst_ulp"] <= allowed
        yield one


def _worst(got: Any, exact: Any) -> float:
    if got.dtype != np.float32 or got.shape != exact.shape:
        return float("inf")
    return distance(got, exact)


Case = tuple[str, float, Callable[[Any], Any], Any]


def _cases() -> Iterator[Case]:
    x = np.linspace(-9, 9, 5001, dtype=np.float32)
    above = np.geomspace(1e-6, 1e6, 5001, dtype=np.float32)
    wide = x.astype(np.float64)
    whole = (np.arange(97 * 65) % 17 - 8).astype(np.float32)
    a, b = whole.reshape(97, 65), whole.reshape(65, 97)
    exact = {
        "Exp": (x, np.exp(wide)),
        "Log": (above, np.log(above.astype(np.float64))),
        "Tanh": (x, np.tanh(wide)),
        "Sigmoid": (x, 1 / (1 + np.exp(-wide))),
        "Square": (x, wide * wide),
    }
    for type, (array, values) in exact.items():
        yield type, ULP[type], _applied(type, array), values
    yield "AddV2, fused with Mul", 0.0, lambda sent: sent(a) * 2.0 + sent(a), 3.0 * a
    yield "MatMul", 0.0, lambda sent: sent(a) @ sent(b), a.astype(np.float64) @ b
    yield (
        "Sum",
        0.0,
        _applied("Sum", a, axis=(-1,), keepdims=False),
        a.sum(axis=1, dtype=np.float64),
    )
    yield "Max", 0.0, _applied("Max", a, axis=(-1,), keepdims=False), a.max(axis=1)
    yield (
        "Cumsum",
        0.0,
        _applied("Cumsum", a, axis=1, exclusive=False, reverse=False),
        np.cumsum(a, axis=1, dtype=np.float64),
    )


def _applied(type: str, *arrays: Any, **params: Any) -> Callable[[Any], Any]:
    return lambda sent: lookup(type)(*map(sent, arrays), **params)
