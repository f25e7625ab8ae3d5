"""Large element-wise work goes block by block, to the bits of eager calls."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.tracing.buffers import Fused
from gradtape.tracing.printer import Printer

RNG = np.random.default_rng(5)
#: more than a block of either dtype, and no multiple of any vector's length
SIZE = 300_007


def total(x: Any) -> Any:
    return tf.reduce_sum(tf.sigmoid(tf.tanh(x) * 2.0 + 1.0))


def gradient(x: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = total(x)
    return tape.gradient(y, x)


def several(x: Any) -> Any:
    """Results that are read later, in the run and behind it; a sum between two steps of a run."""
    a = tf.exp(x) + 1.0
    size = tf.reduce_mean(x * x)
    b = tf.sin(a) * size - tf.sigmoid(x)
    return a, tf.reduce_max(b), b / a, tf.maximum(b, x)


def assigned(x: Any) -> Any:
    """Kept variables' arrays are let go before they are written to."""
    y = tf.tanh(x * KEPT + 1.0) * 0.5
    KEPT.assign_add(y)
    return KEPT * 2.0 + y


def two_dtypes(x: Any) -> Any:
    """Arrays of one shape and two dtypes side by side are two runs."""
    wide = tf.cast(x, tf.float64)
    a, b = tf.tanh(x), tf.tanh(wide)
    return tf.exp(a * 2.0), tf.exp(b * 2.0) + wide


KEPT = tf.Variable(np.zeros(SIZE, np.float32))


@pytest.fixture
def fused(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many runs each program printed has."""
    counts: list[int] = []
    whole = Printer.print

    def spied(self: Printer, steps: Any, form: Any, arena: Any) -> Any:
        counts.append(sum(isinstance(step, Fused) for step in steps))
        return whole(self, steps, form, arena)

    monkeypatch.setattr(Printer, "print", spied)
    return counts


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(SIZE,), (2, 3, SIZE // 6 + 1)])
@pytest.mark.parametrize("f", [total, gradient, several, two_dtypes])
def test_the_bits_are_the_eager_ones(
    f: Callable[..., Any], shape: tuple[int, ...], dtype: Any, fused: list[int]
) -> None:
    traced = tf.function(f)
    traced(tf.ones(shape, dtype))
    for scale in (1.0, 30.0):
        x = tf.constant((RNG.normal(size=shape) * scale).astype(dtype))
        for ours, eager in zip(tf.nest.flatten(traced(x)), tf.nest.flatten(f(x)), strict=True):
            assert ours.numpy().tobytes() == eager.numpy().tobytes()
    assert fused == [1] if f in (total, gradient) else fused[0] >= 1


def test_another_order_in_memory_takes_no_blocks(fused: list[int]) -> None:
    traced = tf.function(several)
    x = RNG.normal(size=(500, 601)).astype(np.float32)
    traced(tf.constant(x))
    traced(tf.constant(x))
    turned = tf.transpose(tf.constant(x.T.copy()))
    for ours, eager in zip(traced(turned), several(turned), strict=True):
        assert np.array_equal(ours.numpy(), eager.numpy())
    assert fused[0] >= 1 and fused[-1] == 0


def test_a_result_is_not_written_to_by_the_next_call() -> None:
    traced = tf.function(several)
    x = tf.constant(RNG.normal(size=SIZE).astype(np.float32))
    traced(x)
    first = traced(x)
    before = [part.numpy().copy() for part in first]
    traced(x * 3.0)
    for part, kept in zip(first, before, strict=True):
        assert np.array_equal(part.numpy(), kept)


def test_variables_in_a_run() -> None:
    results = []
    x = tf.constant(RNG.normal(size=SIZE).astype(np.float32))
    for call in (tf.function(assigned), assigned):
        KEPT.assign(tf.zeros(SIZE))
        made = [call(x).numpy() for _ in range(4)]
        results.append([*made, KEPT.numpy()])
    for ours, eager in zip(*results, strict=True):
        assert ours.tobytes() == eager.tobytes()
