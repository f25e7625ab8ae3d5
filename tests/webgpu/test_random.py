"""Random numbers drawn on the device are those that the CPU draws."""

from typing import Any

import numpy as np
import pytest

from gradtape.random import box_muller, philox
from gradtape.random.philox import Stream, scrambled
from gradtape_webgpu.kernels import random
from gradtape_webgpu.program import Lowered
from gradtape_webgpu.wgsl.elementwise import Expression
from tests.webgpu.evaluation import evaluate
from tests.webgpu.launching import run_lowered

FLOAT, INT, UINT = np.dtype(np.float32), np.dtype(np.int32), np.dtype(np.uint32)
SEED = scrambled((1, 2))
#: the counter carries into every word above the first
CARRYING = Stream(0x0123456789ABCDEF, (1 << 128) - 3)


def drawn(driver: Any, lowered: Lowered) -> np.ndarray:
    (y,) = run_lowered(driver, lowered, ())
    return y


@pytest.mark.parametrize("stream", [SEED, CARRYING, SEED.skip((1 << 64) - 5)])
@pytest.mark.parametrize("count", [1, 3, 4, 1027])
def test_words_and_uniform_numbers_are_the_very_bits(
    driver: Any, stream: Stream, count: int
) -> None:
    words = drawn(driver, random.full_range((count,), stream, UINT))
    np.testing.assert_array_equal(words, stream.words(count))
    numbers = drawn(driver, random.uniform((count,), stream))
    np.testing.assert_array_equal(numbers, philox.uniform(stream, count, FLOAT))


@pytest.mark.parametrize(("low", "high"), [(0, 10), (-7, 5), (-(2**31), 2**31 - 1)])
def test_integers_are_the_very_bits(driver: Any, low: int, high: int) -> None:
    got = drawn(driver, random.integers((5, 101), SEED, INT, low, high))
    np.testing.assert_array_equal(got.reshape(-1), philox.integers(SEED, 505, INT, low, high))


@pytest.mark.parametrize("truncated", [False, True])
def test_normal_numbers_are_the_very_bits(driver: Any, truncated: bool) -> None:
    count = (1 << 16) + 1
    on_device = random.truncated_normal if truncated else random.normal
    on_cpu = box_muller.truncated_normal if truncated else box_muller.normal
    got = drawn(driver, on_device((count,), SEED))
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
