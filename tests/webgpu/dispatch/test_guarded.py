"""Integer division and powers on the device: where their last operand is known to be harmless."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.errors import InvalidArgumentError
from gradtape_webgpu.graph.array import DeviceArray
from tests.webgpu.support.owned import GPU

OPS: dict[str, Callable[[Any, Any], Any]] = {
    "floordiv": tf.math.floordiv,
    "floormod": tf.math.floormod,
    "pow": tf.pow,
}
X = np.int32([-7, -1, 0, 1, 5, 2**31 - 1, -(2**31)])
DIVISORS = {"number": np.int32(3), "array": np.int32([2, 3, 5, 1, 4, 7, 6])}


def _on_device(x: Any) -> tf.Tensor:
    """A tensor whose values the device alone knows."""
    return tf.constant(x) + tf.zeros_like(tf.constant(x))


@pytest.mark.parametrize("divisor", DIVISORS)
@pytest.mark.parametrize("name", OPS)
def test_a_known_divisor_is_used_on_the_device(own: Any, name: str, divisor: str) -> None:
    y = DIVISORS[divisor]
    wanted = OPS[name](tf.constant(X), y).numpy()
    with tf.device(GPU):
        got = OPS[name](_on_device(X), tf.constant(y))
        assert type(got._value) is DeviceArray
        assert got.dtype == tf.int32 and got.numpy().tolist() == wanted.tolist()


@pytest.mark.parametrize(("name", "bad"), [("floordiv", 0), ("floormod", 0), ("pow", -1)])
def test_the_cpu_refuses_what_it_always_refuses(own: Any, name: str, bad: int) -> None:
    """After good divisors of the same shape too, whether the host knows the bad one or not."""
    good = DIVISORS["array"]
    spoilt = np.where(np.arange(good.size) == 3, np.int32(bad), good)
    with pytest.raises(InvalidArgumentError) as wanted:
        OPS[name](tf.constant(X), tf.constant(spoilt))
    with tf.device(GPU):
        for _ in range(2):
            OPS[name](_on_device(X), tf.constant(good))
        for divisor in (tf.constant(spoilt), _on_device(spoilt), tf.constant(np.int32(bad))):
            with pytest.raises(InvalidArgumentError) as got:
                OPS[name](_on_device(X), divisor)
            assert str(got.value) == str(wanted.value)


@pytest.mark.parametrize("name", OPS)
def test_a_divisor_that_only_the_device_knows_is_the_cpus(own: Any, name: str) -> None:
    good = DIVISORS["array"]
    wanted = OPS[name](tf.constant(X), good).numpy()
    with tf.device(GPU):
        got = OPS[name](_on_device(X), _on_device(good))
        assert type(got._value) is not DeviceArray
        assert got.numpy().tolist() == wanted.tolist()
