"""Reductions on two software GPUs, in the form for GPUs and in the one for software adapters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradtape_webgpu.kernels.program import Extension, Spec, plain
from gradtape_webgpu.kernels.reduce import build
from gradtape_webgpu.kernels.target import Adapter, Target
from gradtape_webgpu.wgsl.tolerance import distance
from tests.webgpu.support.launching import run_lowered

#: outer, n, inner: alone, in pieces, in pieces that do not come out even, many results, long chains
SIZES = (
    (1, 1, 1), (1, 1023, 1), (1, 70_001, 1), (3, 5_000, 2), (5, 777, 70), (2_000, 300, 1),
    (1, 1_000_003, 1),
)  # fmt: skip
#: what a prologue computes that costs more than a sum; as light as it gets is no prologue at all
SQUARED = Extension(
    "squared", (("a", "f32"),), (), (), (),
    "fn fetch(i: u32) -> f32 { return a[i]; }\n"
    "fn compute(i: u32, fetched: f32) -> f32 { return squared(fetched); }", ("squared",),
)  # fmt: skip


#: one that branches, which is not written several times over
CUT = SQUARED._replace(
    key="cut",
    text=SQUARED.text.replace("squared(fetched)", "squared(square_root(fetched))"),
    functions=("squared", "square_root"),
)


@pytest.fixture(params=[True, False], ids=["software", "gpu"])
def target(request: pytest.FixtureRequest) -> Target:
    """The kind of adapter that reductions are made for."""
    return Target(Adapter(software=request.param, subgroups=False))


def reduced(driver: Any, target: Target, kind: str, x: Any, before: Extension | None = None) -> Any:
    outer, n, inner = x.shape
    stored = {"f": "f32", "i": "i32"}.get(x.dtype.kind, "u32")
    lowered = build(kind, x.dtype, outer, n, inner, target, before, plain(stored))
    lowered = lowered._replace(outputs=(Spec((outer, inner), x.dtype),))
    (y,) = run_lowered(driver, lowered, (x,))
    (again,) = run_lowered(driver, lowered, (x,))
    assert y.tobytes() == again.tobytes()
    return y


@pytest.mark.parametrize("before", [None, SQUARED, CUT], ids=["light", "heavy", "branching"])
@pytest.mark.parametrize("shape", SIZES, ids=str)
def test_sums_lose_few_digits(
    driver: Any, target: Target, shape: Any, before: Extension | None
) -> None:
    """Positive numbers, so that nothing cancels and every lost digit shows."""
    x = np.random.default_rng(shape).random(shape, np.float32)
    y = reduced(driver, target, "sum", x, before)
    if before is CUT:
        x = np.sqrt(x)
    terms = x.astype(np.float64) if before is None else (x * x).astype(np.float64)
    assert distance(y, terms.sum(axis=1)) <= 16


@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize("shape", SIZES, ids=str)
def test_extremes_are_exact_and_know_nan(
    driver: Any, target: Target, shape: Any, kind: str
) -> None:
    x = np.random.default_rng(shape).standard_normal(shape).astype(np.float32)
    x[-1, -1, -1] = np.nan
    np.testing.assert_array_equal(reduced(driver, target, kind, x), getattr(np, kind)(x, axis=1))


@pytest.mark.parametrize("shape", SIZES, ids=str)
def test_integers_are_exact(driver: Any, target: Target, shape: Any) -> None:
    x = np.random.default_rng(shape).integers(-(2**31), 2**31, shape).astype(np.int32)
    np.testing.assert_array_equal(reduced(driver, target, "sum", x), x.sum(axis=1, dtype=np.int32))
    truth = (x & 255) != 7
    for kind in ("any", "all"):
        np.testing.assert_array_equal(
            reduced(driver, target, kind, truth), getattr(np, kind)(truth, axis=1)
        )
