"""Every case of the op registry under `tf.device("/GPU:0")`: values and gradients as on the CPU.

What has kernels runs on each software GPU, fused as a program's steps are; what has none runs on
the CPU in the midst of it, which must work just as well. Tiles, reductions and scans differ on real
GPUs: those run once as well.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gradtape.runtime import devices
from gradtape_webgpu.device import in_use
from gradtape_webgpu.kernels.target import Adapter, Target, adapter_of
from gradtape_webgpu.placement import backend
from tests.webgpu.support import on_device, stacks

HARDWARE = "lavapipe with the kernels for hardware"


@pytest.fixture(scope="module", params=[*sorted(stacks.STACKS), HARDWARE], autouse=True)
def gpu(request: pytest.FixtureRequest) -> Iterator[Adapter]:
    """Each stack in turn as the GPU of `tf.device`; then one with what a real GPU would compute."""
    before = vars(devices.gpu_state).copy()
    driver = stacks.driver_of("lavapipe" if request.param == HARDWARE else request.param)
    started = in_use.start(driver)
    devices.gpu_state.backend, devices.gpu_state.hidden = backend, False
    adapter = adapter_of(driver.caps)
    if request.param == HARDWARE:
        adapter = adapter._replace(software=False)
        started.target = Target(adapter)
    yield adapter
    vars(devices.gpu_state).clear()
    vars(devices.gpu_state).update(before)


@pytest.mark.parametrize("name", on_device.cases())
def test_values_and_gradients_are_the_cpus(name: str) -> None:
    case = on_device.cases()[name]
    inputs = on_device.inputs(case)
    on_device.check(case, inputs, on_device.answer(case, inputs, "/GPU:0"))


def test_products_take_the_tiles_of_the_device(gpu: Adapter) -> None:
    assert in_use.current().driver.caps.software
    assert in_use.current().target.adapter == gpu
