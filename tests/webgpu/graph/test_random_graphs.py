"""Random programs give the CPU's bits on the device, whatever is fused, split, held or read."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gradtape as tf
from gradtape_webgpu.device import device
from tests.webgpu.support import graphs
from tests.webgpu.support.owned import GPU

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


def test_a_product_of_an_array_with_itself_binds_it_twice(own: Any) -> None:
    own.bindings = 8
    array = np.arange(36, dtype=np.float32).reshape(6, 6) % 5
    with tf.device(GPU):
        x = tf.constant(array)
        y = x @ x
        held = [y + x * float(k) for k in range(6)]
        for k, value in enumerate(held):
            assert np.array_equal(value.numpy(), array @ array + k * array)
    assert max(p.text.count("var<storage") for p in programs(own.last)) <= 8


def programs(plan: Any) -> list[Any]:
    return [launch.program for _, launches in plan._jobs for launch in launches]


def test_a_map_may_join_the_two_first_groups(own: Any) -> None:
    with tf.device(GPU):
        x = tf.constant(np.arange(12, dtype=np.float32))
        w = tf.constant(np.eye(12, dtype=np.float32))
        double = x * 2.0
        row = tf.reshape(x, (1, 12)) @ w
        y = tf.reshape(row, (12,)) + double
        assert np.array_equal(y.numpy(), np.arange(12) * 3.0)


def test_a_product_with_a_single_number_as_a_matrix(own: Any) -> None:
    with tf.device(GPU):
        x = tf.reduce_sum(tf.constant(np.ones((4, 5), np.float32)), keepdims=True)
        assert tf.matmul(x, tf.constant([[3.0]])).numpy().tolist() == [[60.0]]
        assert tf.matmul(x, x).numpy().tolist() == [[400.0]]


def test_taking_apart_into_one_piece_gives_one_piece(own: Any) -> None:
    with tf.device(GPU):
        x = tf.constant(np.ones((1, 6), np.float32)) * 2.0
        assert [piece.shape for piece in tf.unstack(x)] == [(6,)]
        assert [piece.shape for piece in tf.split(x, 1)] == [(1, 6)]
