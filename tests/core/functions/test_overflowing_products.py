"""Derivatives of running products that overflow, and of products of nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf


def stepwise(x: Any, g: Any) -> Any:
    """The gradient of cumprod, element after element, in float64."""
    n = len(x)
    r = np.zeros(n)
    with np.errstate(all="ignore"):
        for i in reversed(range(n)):
            behind = x[i + 1] * r[i + 1] if i + 1 < n and x[i + 1] != 0 else 0.0
            r[i] = g[i] + behind
        return np.r_[1.0, np.cumprod(x)[:-1]] * r


@pytest.mark.parametrize("rows", [1, 40])
@pytest.mark.parametrize(
    "x",
    [
        np.full(1500, 2.0), np.full(1500, -2.0), np.r_[np.full(1200, 3.0), 0.0, np.full(90, 1.5)],
        np.r_[np.full(700, -3.0), 0.0, np.full(700, 3.0), np.nan, 0.0, 2.0, 2.0],
    ],
    ids=["grows", "alternates", "a zero", "a nan"],
)  # fmt: skip
def test_a_running_product_that_overflows_has_the_gradient_of_the_steps(x: Any, rows: int) -> None:
    g = np.cos(np.arange(len(x)))
    g[5:9] = 0.0
    for weights in (g, np.where(np.arange(len(x)) < 10, g, 0.0)):
        t = tf.constant(np.broadcast_to(x, (rows, len(x))))
        with tf.GradientTape() as tape:
            tape.watch(t)
            y = tf.math.cumprod(t, axis=-1)
        seed = tf.constant(np.broadcast_to(weights, (rows, len(x))))
        got = tape.gradient(y, t, output_gradients=seed).numpy()
        np.testing.assert_allclose(got, np.broadcast_to(stepwise(x, weights), got.shape), rtol=1e-9)


def test_a_product_of_no_elements_has_a_second_derivative() -> None:
    x = tf.zeros((2, 0))
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.math.unsorted_segment_prod(x, [0, 1], 2)
        g = inner.gradient(y, x)
    assert outer.gradient(g, x).shape == (2, 0)
