"""Whole programs on the checking device: no plan breaks the protocol.

Every command list is executed there: what is read was written before, no dispatch reads what it
writes, nothing is used after it was freed, no kernel binds more than a device has, and memory that
comes back from the pool counts as dirty.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.runtime import devices
from gradtape_webgpu.device import device
from gradtape_webgpu.drivers.memory import Buffer, Pool
from tests.webgpu.support import graphs
from tests.webgpu.support.checking import DIRT, Checking, Dispatch, Misuse
from tests.webgpu.support.owned import GPU, became_gpu


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Iterator[device.Device]:
    """The checking device as the GPU of `tf.device`."""
    take = Pool.take

    def dirty(pool: Pool, size: int) -> Buffer:
        buffer = take(pool, size)
        memory = pool.driver._memory[buffer.slot]  # type: ignore[attr-defined]
        memory.words[:], memory.written = DIRT, 0
        return buffer

    monkeypatch.setattr(Pool, "take", dirty)
    before = vars(devices.gpu_state).copy()
    yield became_gpu(Checking())
    vars(devices.gpu_state).clear()
    vars(devices.gpu_state).update(before)


def numbers(*shape: int) -> Any:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def perceptron() -> None:
    weights = [tf.Variable(numbers(*shape)) for shape in ((20, 16), (16,), (16, 5), (5,))]
    x, labels = tf.constant(numbers(8, 20)), np.arange(8, dtype=np.int32) % 5
    optimizer = tf.keras.optimizers.Adam()
    for _ in range(3):
        with tf.GradientTape() as tape:
            h = tf.nn.relu(x @ weights[0] + weights[1])
            logits = h @ weights[2] + weights[3]
            entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_mean(entropy)
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        loss.numpy()


def reductions() -> None:
    x = tf.constant(numbers(40, 70))
    for axis in (0, 1, None):
        y = tf.reduce_sum(tf.exp(x) * 2.0, axis=axis)
        z = tf.sqrt(y + 1.0) - tf.reduce_max(x, axis=axis)
        z.numpy()
    tf.math.reduce_variance(x, axis=1).numpy()


def many_arrays() -> None:
    xs = [tf.constant(numbers(9, 9) + k) for k in range(14)]
    total, held = xs[0], []
    for x in xs[1:]:
        total = tf.tanh(total * x)
        held.append(total)
    (tf.reduce_sum(total, axis=0) * 2.0).numpy()
    held[5].numpy()


def views() -> None:
    x = tf.constant(numbers(6, 4, 5))
    y = tf.transpose(x, (2, 0, 1))[::-1, 1::2]
    z = tf.reshape(y, (-1, 4)) @ tf.transpose(x[0])[:4, :4]
    (tf.broadcast_to(z[:, :1], z.shape) + tf.reverse(z, [0])).numpy()
    tf.concat([z, z * 2.0], 0).numpy()


def sorting() -> None:
    x = tf.constant(numbers(7, 33))
    high, places = tf.nn.top_k(x, 4)
    (high + tf.gather(x, places, batch_dims=1)).numpy()
    tf.cumsum(tf.sort(x, axis=-1), axis=1).numpy()


PROGRAMS = [perceptron, reductions, many_arrays, views, sorting]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_keeps_the_protocol(checked: Any, program: Any) -> None:
    with tf.device(GPU):
        program()
        program()  # with buffers from the pool
    dispatches = [c for flush in checked.driver.flushes for c in flush if type(c) is Dispatch]
    assert len(dispatches) == checked.dispatches > 0
    gc.collect()
    checked.uploads.clear()
    checked.flush()
    assert checked.pool.used == 0, "every buffer came back"
    checked.pool.trim()
    assert checked.driver.left() == [] and checked.pool.allocated == 0


def test_random_programs_keep_the_protocol(checked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs.Twin, "check", lambda self, story: self.gpu.numpy())
    for seed in range(60):
        checked.bindings = 8
        monkeypatch.setattr(device, "MAX_STEPS", (600, 5, 23)[seed % 3])
        graphs.run(Random(seed), checked, 25)
    assert checked.dispatches > 500


def test_a_kernel_that_binds_too_much_is_seen(checked: Any) -> None:
    checked.bindings = 16
    with tf.device(GPU), pytest.raises(Misuse, match="more than this device binds"):
        many_arrays()
