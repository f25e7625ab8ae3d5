"""Random numbers drawn on the device are those that the CPU draws."""

from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.random import box_muller, philox
from gradtape.random.philox import Stream, scrambled
from gradtape_webgpu.graph.array import DeviceArray
from gradtape_webgpu.kernels import random
from gradtape_webgpu.kernels.program import Spec
from gradtape_webgpu.wgsl.elementwise import Expression
from tests.webgpu.support.evaluation import evaluate
from tests.webgpu.support.launching import run_lowered
from tests.webgpu.support.owned import GPU

FLOAT, INT, UINT = np.dtype(np.float32), np.dtype(np.int32), np.dtype(np.uint32)
SEED = scrambled((1, 2))
#: the counter carries into every word above the first
CARRYING = Stream(0x0123456789ABCDEF, (1 << 128) - 3)


def drawn(
    driver: Any, kind: str, size: int, dtype: Any, stream: Stream, *bounds: int
) -> np.ndarray:
    values = random.parameters(stream, *bounds)
    (y,) = run_lowered(driver, random.lowered(kind, Spec((size,), dtype), values), ())
    return y


@pytest.mark.parametrize("stream", [SEED, CARRYING, SEED.skip((1 << 64) - 5)])
@pytest.mark.parametrize("count", [1, 3, 4, 1027])
def test_words_and_uniform_numbers_are_the_very_bits(
    driver: Any, stream: Stream, count: int
) -> None:
    words = drawn(driver, "full_range", count, UINT, stream)
    np.testing.assert_array_equal(words, stream.words(count))
    numbers = drawn(driver, "uniform", count, FLOAT, stream)
    np.testing.assert_array_equal(numbers, philox.uniform(stream, count, FLOAT))


@pytest.mark.parametrize(("low", "high"), [(0, 10), (-7, 5), (-(2**31), 2**31 - 1)])
def test_integers_are_the_very_bits(driver: Any, low: int, high: int) -> None:
    got = drawn(driver, "integers", 505, INT, SEED, low, high)
    np.testing.assert_array_equal(got, philox.integers(SEED, 505, INT, low, high))


@pytest.mark.parametrize("truncated", [False, True])
def test_normal_numbers_are_the_very_bits(driver: Any, truncated: bool) -> None:
    count = (1 << 16) + 1
    on_cpu = box_muller.truncated_normal if truncated else box_muller.normal
    got = drawn(driver, on_cpu.__name__, count, FLOAT, SEED)
    np.testing.assert_array_equal(got, on_cpu(SEED, count, FLOAT))


def test_the_parts_of_normal_numbers_are_right_for_every_uniform_number(driver: Any) -> None:
    """For each of the 2²³ of them, so that no pair of words can give anything else."""
    v = philox.unit(np.arange(1 << 23, dtype=np.uint32))
    u = np.maximum(v, np.float32(1e-7))
    cosine, sine = box_muller.cos_sin_turns(v)
    for template, x, wanted in (
        ("log_of_unit({0})", u, box_muller.log_unit(u)),
        ("cosine_and_sine_of_turns({0}).x", v, cosine),
        ("cosine_and_sine_of_turns({0}).y", v, sine),
    ):
        expression = Expression(template, (template.partition("(")[0],), "same")
        assert evaluate(driver, expression, [x]).tobytes() == wanted.tobytes()


DRAWS: dict[str, Any] = {
    "uniform": lambda: tf.random.uniform([7, 5], -1.0, 2.0),
    "normal": lambda: tf.random.normal([1001], 1.0, 0.5),
    "truncated normal": lambda: tf.random.truncated_normal([33]),
    "integers": lambda: tf.random.uniform([3, 4], -5, 100, tf.int32),
    "stateless": lambda: tf.random.stateless_uniform([64], seed=[1, 2]),
    "stateless full range": lambda: tf.random.stateless_uniform(
        [9], [3, 4], minval=None, maxval=None, dtype=tf.uint32
    ),
    "generator": lambda: tf.random.Generator.from_seed(5).normal([2, 6]),
    "dropout": lambda: tf.nn.dropout(tf.ones([50]), 0.4, seed=3),
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_tensors_are_drawn_where_they_are_wanted(own: Any, draw: Any) -> None:
    def numbers(device: str) -> Any:
        tf.random.set_seed(7)
        with tf.device(device):
            return draw(), draw()

    for there, here in zip(numbers(GPU), numbers("/CPU:0"), strict=True):
        assert type(there._value) is DeviceArray and there._value.host is None
        assert there.device.endswith("GPU:0") and there.dtype == here.dtype
        assert there.numpy().tobytes() == here.numpy().tobytes()


def test_what_the_device_cannot_draw_is_drawn_on_the_cpu(own: Any) -> None:
    tf.random.set_seed(7)
    with tf.device(GPU):
        for y in (tf.random.normal([4], dtype=tf.float64), tf.random.uniform([]), tf.zeros([0])):
            assert y.device.endswith("CPU:0")
            y.numpy()


def test_a_step_that_draws_is_planned_once(own: Any) -> None:
    tf.random.set_seed(7)
    with tf.device(GPU):
        x = tf.constant(np.ones(40, np.float32))
        seen = set()
        for step in range(6):
            if step == 2:
                planned = own.planned
            seen.add(float(tf.reduce_sum(tf.nn.dropout(x, 0.5) * tf.random.normal([40]))))
        assert own.planned == planned and len(seen) == 6
