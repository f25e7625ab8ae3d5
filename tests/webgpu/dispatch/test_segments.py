"""Reductions over sorted ids: on the device where the host knows the ids, else on the CPU."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.errors import InvalidArgumentError
from tests.webgpu.support.owned import GPU

KINDS = ("sum", "mean", "prod", "max", "min")
#: groups of several rows, of one, and of none
IDS = np.array([0, 0, 1, 3, 3, 3, 7], np.int64)
RNG = np.random.default_rng(11)


def rows(kind: str, dtype: Any) -> Any:
    """Whole numbers, so that no sum or product is rounded."""
    return RNG.integers(-4, 5, (IDS.size, 2, 3)).astype(dtype)


@pytest.mark.parametrize("ids", [IDS, IDS.astype(np.int32)], ids=["int64", "int32"])
@pytest.mark.parametrize("dtype", [np.float32, np.int32])
@pytest.mark.parametrize("kind", KINDS)
def test_ids_of_the_host_keep_the_work_on_the_device(
    own: Any, kind: str, dtype: Any, ids: Any
) -> None:
    function = getattr(tf.math, f"segment_{kind}")
    x = rows(kind, dtype)
    with tf.device("/CPU:0"):
        exact = function(tf.constant(x.astype(np.float64)), ids).numpy()
        wanted = function(tf.constant(x), ids)
    with tf.device(GPU):
        got = function(tf.constant(x), tf.constant(ids))
        whole_mean = kind == "mean" and dtype is np.int32  # its quotient is rounded on the CPU
        assert got.device.endswith("CPU:0" if whole_mean else "GPU:0")
        if whole_mean:
            assert np.array_equal(got.numpy(), wanted.numpy())
        else:
            np.testing.assert_allclose(got.numpy(), exact, rtol=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_the_cpus(own: Any, kind: str) -> None:
    function = getattr(tf.math, f"segment_{kind}")
    x = rows(kind, np.float32)
    found = []
    for place in ("/CPU:0", GPU):
        with tf.device(place):
            v = tf.Variable(x)
            with tf.GradientTape() as tape:
                y = tf.reduce_sum(function(v, tf.constant(IDS)) ** 2.0)
            found.append(tape.gradient(y, v).numpy())
    np.testing.assert_allclose(found[1], found[0], rtol=1e-6)


def test_ids_that_only_the_device_knows_are_the_cpus(own: Any) -> None:
    x = rows("sum", np.float32)
    with tf.device(GPU):
        ids = tf.constant(IDS.astype(np.int32)) + 0
        got = tf.math.segment_sum(tf.constant(x), ids)
        assert got.device.endswith("CPU:0")
    with tf.device("/CPU:0"):
        assert np.array_equal(got.numpy(), tf.math.segment_sum(tf.constant(x), IDS).numpy())


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ([0, 2, 1], "segment ids are not increasing"),
        ([-1, 0, 1], "Segment id -1 out of range"),
        ([0, 1], "same size as dimension 0"),
        ([[0, 0, 1]], "should be a vector"),
    ],
)
def test_wrong_ids_are_refused_in_the_cpus_words(own: Any, ids: Any, words: str) -> None:
    with tf.device(GPU):
        x = tf.constant(np.ones((3, 2), np.float32)) * 1.0
        with pytest.raises(InvalidArgumentError, match=words):
            tf.math.segment_sum(x, ids)
