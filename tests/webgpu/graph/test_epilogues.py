"""What follows a window's op is a part of its kernel: counted dispatches, and the same bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.webgpu.support.owned import GPU

RNG = np.random.default_rng(8)
IMAGE = RNG.standard_normal((2, 6, 6, 4)).astype(np.float32)
FILTERS = RNG.standard_normal((3, 3, 4, 2)).astype(np.float32)
WINDOWED: dict[str, Callable[[Any], Any]] = {
    "depthwise": lambda x: tf.nn.depthwise_conv2d(x, FILTERS, [1, 1, 1, 1], "SAME"),
    "largest, side by side": lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"),
    "largest, overlapping": lambda x: tf.nn.max_pool2d(x, 3, 2, "SAME"),
    "mean": lambda x: tf.nn.avg_pool2d(x, 3, 2, "SAME"),
}


def counted(own: Any, compute: Callable[[], Any], apart: bool) -> tuple[Any, int]:
    """relu(2·compute() − 1/4), and how many dispatches; `apart`: compute() is handed over alone."""
    own.flush()
    before = own.dispatches
    y = compute()
    if apart:
        own.flush()
    y = tf.nn.relu(y * 2.0 - 0.25)
    own.flush()
    return y.numpy(), own.dispatches - before


@pytest.mark.parametrize("name", WINDOWED)
def test_one_dispatch_forward_and_one_for_the_gradient(own: Any, name: str) -> None:
    with tf.device(GPU):
        x = tf.constant(IMAGE)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = WINDOWED[name](x)
        seed = tf.constant(RNG.standard_normal(y.shape).astype(np.float32))
        ways = (
            lambda: WINDOWED[name](x),
            lambda: tape.gradient(y, x, output_gradients=seed),
        )
        fused = [counted(own, way, apart=False) for way in ways]
        apart = [counted(own, way, apart=True) for way in ways]
    assert [count for _, count in fused] == [1, 1]
    assert [count for _, count in apart] == [2, 2]
    for (a, _), (b, _) in zip(fused, apart, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_gradient_of_depthwise_filters_takes_the_step_in(own: Any) -> None:
    with tf.device(GPU):
        x, w = tf.constant(IMAGE), tf.constant(FILTERS)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(w)
            y = tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "SAME")
        seed = tf.constant(RNG.standard_normal(y.shape).astype(np.float32))
        (a, fused), (b, apart) = (
            counted(own, lambda: tape.gradient(y, w, output_gradients=seed), apart=apart)
            for apart in (False, True)
        )
    assert (fused, apart) == (1, 2)
    np.testing.assert_array_equal(a, b)
