"""What is sent to the device, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape_webgpu import device


@pytest.fixture(autouse=True)
def on(own: Any) -> Iterator[None]:
    """A device of the test's own on each stack."""
    with tf.device("/GPU:0"):
        yield


def test_the_cotangent_of_a_sum_is_sent_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one number at every place, but a new array in every step."""
    x = tf.constant(np.linspace(-1, 1, 1000, dtype=np.float32))
    sent = []
    upload = device.current().pool.upload

    def counted(data: Any, size: int) -> Any:
        sent.append(size)
        return upload(data, size)

    monkeypatch.setattr(device.current().pool, "upload", counted)

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
