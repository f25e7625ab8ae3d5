"""A driver for every test that asks for one: each of the two software GPUs in turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.webgpu.support import stacks

stacks.name_to_loader()


@pytest.fixture(params=sorted(stacks.STACKS))
def driver(request: pytest.FixtureRequest) -> Any:
    """Each stack's driver."""
    return stacks.driver_of(request.param)


@pytest.fixture(params=sorted(stacks.STACKS))
def own(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A device of the test's own on each stack, the GPU of `tf.device`; the test may break it."""
    from gradtape.runtime import devices
    from gradtape_webgpu.drivers.native import ADAPTER_VARIABLE, NativeDriver, choose
    from tests.webgpu.support.owned import became_gpu

    before = vars(devices.gpu_state).copy()
    stack = stacks.STACKS[request.param]
    monkeypatch.setenv(ADAPTER_VARIABLE, stack.adapter)
    yield became_gpu(NativeDriver(choose(stack.adapter)))
    vars(devices.gpu_state).clear()
    vars(devices.gpu_state).update(before)
