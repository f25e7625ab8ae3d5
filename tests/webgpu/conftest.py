"""A driver for every test that asks for one: each of the two software GPUs in turn."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import stacks

stacks.name_to_loader()


@pytest.fixture(params=sorted(stacks.STACKS))
def driver(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Each stack's driver; kernels are lowered as for a real GPU, if the test has no other wish."""
    from gradtape_webgpu.kernels import tiles

    if "software" not in request.fixturenames:
        monkeypatch.setattr(tiles, "_current", tiles.Choice(tiles.Adapter(False, False)))
    return stacks.driver_of(request.param)


@pytest.fixture(params=sorted(stacks.STACKS))
def own(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A device of the test's own on each stack, the GPU of `tf.device`; the test may break it."""
    from gradtape.runtime import devices
    from gradtape_webgpu.native import ADAPTER_VARIABLE, NativeDriver, choose
    from tests.webgpu.owned import became_gpu

    before = vars(devices.known).copy()
    stack = stacks.STACKS[request.param]
    monkeypatch.setenv(ADAPTER_VARIABLE, stack.adapter)
    yield became_gpu(NativeDriver(choose(stack.adapter)))
    vars(devices.known).clear()
    vars(devices.known).update(before)
