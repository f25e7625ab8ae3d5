"""What is sent to the device, and how often."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape_webgpu.device import in_use

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from browser import steps


@pytest.fixture(autouse=True)
def on(own: Any) -> Iterator[None]:
    """A device of the test's own on each stack."""
    with tf.device("/GPU:0"):
        yield


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes of each array that is sent."""
    sizes = []
    upload = in_use.current().pool.upload

    def counted(data: Any, size: int) -> Any:
        sizes.append(size)
        return upload(data, size)

    monkeypatch.setattr(in_use.current().pool, "upload", counted)
    return sizes


def test_the_cotangent_of_a_sum_is_sent_once(sent: list[int]) -> None:
    """It is one number at every place, but a new array in every step."""
    x = tf.constant(np.linspace(-1, 1, 1000, dtype=np.float32))

    def gradient(factor: float) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = factor * tf.reduce_sum(tf.tanh(x))
        return tape.gradient(y, x).numpy()

    first = gradient(1.0)
    assert 4000 in sent
    sent.clear()
    np.testing.assert_array_equal(gradient(1.0), first)
    assert 4000 not in sent
    np.testing.assert_array_equal(gradient(2.0), 2 * first)


def test_a_small_array_that_is_made_anew_is_sent_once(sent: list[int]) -> None:
    x = tf.constant(np.linspace(-1, 1, 10, dtype=np.float32))
    for offset in (0, 0, 5, 0, 5):
        more = np.arange(offset, offset + 10, dtype=np.float32)
        np.testing.assert_array_equal((x + more).numpy(), x.numpy() + more)
        more[:] = 100  # what was sent is known by what it was
    assert sent == [40, 40, 40]
    assert (x + np.zeros((2, 5), np.float32).reshape(10)).shape == (10,)
    assert (x[:5] + np.zeros((2, 5), np.float32)).shape == (2, 5)


def test_a_training_step_that_repeats_sends_and_binds_nothing_anew(sent: list[int]) -> None:
    step, here = steps.mlp(), in_use.current()

    def repeated(times: int) -> int:
        for _ in range(times):
            step()
            here.flush()
        return len(here.driver._groups)  # type: ignore[attr-defined]

    bound = repeated(20)
    sent.clear()
    assert repeated(6) == bound
    assert sent == []
