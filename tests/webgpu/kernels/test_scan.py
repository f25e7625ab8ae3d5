"""Scans over short, long, many and strided lines, both ways, and their special numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradtape_webgpu.kernels.registry import LOWERINGS, load_all
from gradtape_webgpu.kernels.target import Adapter, Target
from gradtape_webgpu.wgsl.tolerance import distance
from tests.webgpu.support.launching import run_lowered, specs
from tests.webgpu.support.samples import Call

load_all()
RNG = np.random.default_rng(13)
SHAPES = [((5, 1), -1), ((4, 20), -1), ((3, 500), -1), ((2, 7001), -1), ((3, 300, 5), -2),
          ((5000, 40), -1), ((2048,), -1), ((2049,), -1)]  # fmt: skip
#: lines that are cut into blocks
LONG = [((16385,), -1), ((2, 20000, 3), 1), ((1_100_000,), -1)]
WAYS = [(False, False), (True, False), (False, True), (True, True)]


def draw(op: str, shape: tuple[int, ...]) -> Any:
    """Numbers whose products neither vanish nor overflow."""
    if op == "Cumprod":
        return np.exp(0.1 * RNG.standard_normal(shape)).astype(np.float32)
    return RNG.standard_normal(shape).astype(np.float32)


CALLS = [
    Call(op, (draw(op, s),), {"axis": axis, "exclusive": exclusive, "reverse": reverse})
    for op in ("Cumsum", "Cumprod", "CumulativeLogsumexp")
    for s, axis in SHAPES
    for exclusive, reverse in (WAYS if s in ((4, 20), (2, 7001)) else WAYS[::3])
] + [
    Call("LinearRecurrence", (draw("", s), np.float32(RNG.uniform(-1, 1, s))),
         {"axis": axis, "reverse": reverse})
    for s, axis in SHAPES
    for reverse in (False, True)
]  # fmt: skip

CALLS += [
    Call(op, (draw(op, s),), {"axis": axis, "exclusive": exclusive, "reverse": reverse})
    for op in ("Cumsum", "CumulativeLogsumexp")
    for s, axis in LONG
    for exclusive, reverse in (WAYS if s[0] == 2 else WAYS[::3])
]

#: Units in the last place of the largest number of a line; a product's grow with its length.
ULP = {"Cumsum": 7.0, "Cumprod": 55.0, "CumulativeLogsumexp": 6.0, "LinearRecurrence": 2.5}


@pytest.fixture(params=[True, False], ids=["as on the CPU", "as on a card"])
def target(request: pytest.FixtureRequest) -> Target:
    """Every test takes the kernels for a program that plays a GPU, and those for real ones."""
    return Target(Adapter(request.param, False))


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_near_the_exact_value(call: Call, driver: Any, target: Target) -> None:
    """Within the op's tolerance of the value in float64, and the same bits twice."""
    lowered = LOWERINGS[call.op](specs(*call.inputs), target, **call.params)
    (got,) = run_lowered(driver, lowered, call.inputs)
    (again,) = run_lowered(driver, lowered, call.inputs)
    assert got.tobytes() == again.tobytes()
    (exact,) = call.exactly()
    assert got.shape == exact.shape and got.dtype == np.float32
    sizes = np.where(np.isfinite(exact), np.abs(exact), 0)
    scale = np.maximum(sizes.max(axis=call.params["axis"], keepdims=True), 1.0)
    if call.op == "Cumprod":
        scale = sizes
    worst = distance(got, exact, scale)
    assert worst <= ULP[call.op], f"{worst:.2f} ulp"


@pytest.mark.parametrize("op", ["Cumsum", "Cumprod", "CumulativeLogsumexp"])
@pytest.mark.parametrize("n", [6, 3000, 17000])
def test_special_numbers_run_on(op: str, n: int, driver: Any, target: Target) -> None:
    """NaN and infinities stand from where they enter on; a leading −0 and −inf stay."""
    x = np.ones((5, n), np.float32)
    x[0, 2], x[1, 3], x[2, 1], x[3, :4] = np.nan, np.inf, -np.inf, -np.inf
    x[4, :3] = -0.0
    call = Call(op, (x,), {"axis": -1, "exclusive": False, "reverse": False})
    (got,) = run_lowered(driver, LOWERINGS[op](specs(x), target, **call.params), (x,))
    (exact,) = call.exactly()
    scale = np.where(np.isfinite(exact), np.abs(exact), 0)
    assert distance(got, exact, scale.max(axis=-1, keepdims=True)) <= ULP[op]
    assert np.array_equal(np.signbit(got[4]), np.signbit(exact[4]))


def test_integers_wrap(driver: Any, target: Target) -> None:
    """As NumPy's do, whatever the order in which they are joined."""
    x = RNG.integers(-(2**31), 2**31, (3, 17000)).astype(np.int32)
    for op in ("Cumsum", "Cumprod"):
        call = Call(op, (x,), {"axis": -1, "exclusive": True, "reverse": True})
        (got,) = run_lowered(driver, LOWERINGS[op](specs(x), target, **call.params), (x,))
        assert np.array_equal(got, call.on_cpu()[0])
