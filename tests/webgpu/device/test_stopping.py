"""A program that is stopped in the midst of its work on the device, and goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.support.exact import assert_near, widened
from tests.webgpu.support.owned import GPU


def tiny(seed: int, given: Callable[[Any], Any] = np.asarray) -> list[Any]:
    rng = np.random.default_rng(seed)
    w = tf.Variable(given(rng.normal(size=(3, 4)).astype(np.float32)))
    x = tf.constant(given(rng.normal(size=(5, 3)).astype(np.float32)))
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.tanh(x @ w) ** 2)
        w.assign_sub(0.1 * tape.gradient(loss, w))
    high, low = tf.nn.top_k(x, 2)
    return [loss.numpy(), w.numpy(), high.numpy(), low.numpy()]


class Stop:
    """Stops a program at the n-th line that it runs in the backend, or in one file of it."""

    def __init__(self, at: int, file: str = "gradtape_webgpu") -> None:
        self.left, self.file = at, file
        self.stopped = False

    def __call__(self, frame: Any, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename
        if self.file not in name or frame.f_code.co_name in ("__del__", "drop", "__exit__"):
            return None
        if event == "line":
            self.left -= 1
            if self.left == 0:
                self.stopped = True
                sys.settrace(None)
                raise KeyboardInterrupt
        return self


@pytest.mark.parametrize(
    ("file", "last", "spread"),
    [
        ("gradtape_webgpu", 10**6, 12),
        ("gradtape_webgpu/graph", 90, 0),
        ("gradtape_webgpu/device", 200, 0),
    ],
)
def test_a_program_that_is_stopped_anywhere_leaves_the_device_usable(
    own: Any, file: str, last: int, spread: int
) -> None:
    exact = tiny(0, widened)
    with tf.device(GPU):
        held = tf.constant(np.arange(6, dtype=np.float32)) * 1.5
        expected = tiny(0)
        *numbers, places = zip(expected, exact, strict=True)
        for a, b in numbers:
            assert_near(a, b, units=20, size=np.abs(b).max())
        assert np.array_equal(*places)
        at, stops = 1, 0
        while at < last:
            pending = held + float(at)
            stop = Stop(at, file)
            sys.settrace(stop)
            try:
                tiny(at)
            except KeyboardInterrupt:
                pass
            finally:
                sys.settrace(None)
            if not stop.stopped:
                break
            stops += 1
            later = held * pending  # recorded after the step that was stopped
            assert later.numpy().tolist() == [1.5 * k * (1.5 * k + at) for k in range(6)], at
            assert pending.numpy().tolist() == [1.5 * k + at for k in range(6)], at
            for a, b in zip(tiny(0), expected, strict=True):
                assert np.array_equal(a, b), at
            at += 1 + (at // spread if spread else 0)
    assert stops > 60
