"""Every case of the op registry under `tf.device("/GPU:0")`: values and gradients as on the CPU.

What has kernels runs on each software GPU, fused as a program's steps are; what has none runs on
the CPU in the midst of it, which must work just as well. Tiles, reductions and scans differ on real
GPUs: those run once as well.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape import devices
from gradtape_webgpu import device, placement
from gradtape_webgpu.kernels import tiles
from tests.webgpu import stacks

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "registry"))

import running
from cases import Case, families
from goldens import golden

CASES = [
    pytest.param(case, id=f"{family}-{case.id}")
    for family, cases in families().items()
    for case in cases
    if case.option("float32", True) and not {"error", "error32"} & set(golden(family, case.id).note)
]


HARDWARE = "lavapipe with the kernels for hardware"


@pytest.fixture(scope="module", params=[*sorted(stacks.STACKS), HARDWARE], autouse=True)
def gpu(request: pytest.FixtureRequest) -> Iterator[tiles.Adapter]:
    """Each stack in turn as the GPU of `tf.device`; then one with what a real GPU would compute."""
    before, choice = vars(devices.known).copy(), tiles.current()
    driver = stacks.driver_of("lavapipe" if request.param == HARDWARE else request.param)
    device.start(driver)
    devices.known.backend, devices.known.hidden = placement, False
    adapter = tiles.adapter_of(driver.caps)
    if request.param == HARDWARE:
        adapter = adapter._replace(software=False)
        tiles.use(tiles.Choice(adapter))
    yield adapter
    tiles.use(choice)
    vars(devices.known).clear()
    vars(devices.known).update(before)


def _same(got: Any, want: Any, tolerance: float, what: str) -> None:
    assert (got is None) == (want is None), what
    if want is None:
        return
    assert got.shape == want.shape and got.dtype == want.dtype, what
    if want.dtype.kind not in "fc":
        assert np.array_equal(got, want), f"{what}: {got} != {want}"
        return
    scale = float(np.max(np.abs(want), initial=1e-3, where=np.isfinite(want)))
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance * scale, err_msg=what)


@pytest.mark.parametrize("case", CASES)
def test_values_and_gradients_are_the_cpus(case: Case) -> None:
    inputs = [running.narrowed(a) for a in running.arrays(case)]
    tolerance = 4 * max(case.option("tol32", 3e-6), 3e-6)
    change = np.abs if case.option("up_to_sign", None) else np.asarray
    wanted = running.values(case, inputs)
    with tf.device("/GPU:0"):
        found = running.values(case, inputs)
    for k, (got, want) in enumerate(zip(found, wanted, strict=True)):
        _same(change(got), change(want), tolerance, f"output {k}")
    if not case.sources() or case.option("up_to_sign", None):
        return
    try:
        wanted = running.gradients(case, inputs)
    except LookupError:  # no gradient is registered: the same on both devices
        with pytest.raises(LookupError), tf.device("/GPU:0"):
            running.gradients(case, inputs)
        return
    with tf.device("/GPU:0"):
        found = running.gradients(case, inputs)
    for k, (got, want) in enumerate(zip(found, wanted, strict=True)):
        _same(got, want, 4 * tolerance, f"gradient {k}")


def test_products_take_the_tiles_of_the_device(gpu: tiles.Adapter) -> None:
    assert device.current().driver.caps.software
    assert tiles.current().adapter == gpu
