"""Random programs give the CPU's bits on the device, whatever is fused, split, held or read."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradtape_webgpu import device
from tests.webgpu import graphs

#: pending steps after which a flush comes by itself
LIMITS = (600, 5, 23)


@pytest.mark.parametrize("bindings", [8, 16])
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(random=st.randoms(use_true_random=False), limit=st.sampled_from(LIMITS))
def test_a_random_program_gives_the_cpus_bits(
    own: Any, bindings: int, random: Random, limit: int
) -> None:
    own.bindings = min(bindings, own.driver.caps.limits["maxStorageBuffersPerShaderStage"])
    own.flush()
    before, device.MAX_STEPS = device.MAX_STEPS, limit
    try:
        graphs.run(random, own, 25)
    finally:
        device.MAX_STEPS = before


def test_a_program_of_many_values_gives_the_cpus_bits(own: Any) -> None:
    for seed in range(6):
        graphs.run(Random(seed), own, 60)
