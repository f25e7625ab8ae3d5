"""Copies of variables on the host: when they are made, and what a lost device leaves."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape_webgpu.device import recovery
from gradtape_webgpu.drivers.protocol import CannotWaitError, DeviceLostError
from tests.webgpu.support.owned import GPU, destroy


def test_variables_are_copied_after_a_while_and_seldom(
    own: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(recovery.time, "monotonic", lambda: now[0])
    own.copies.due = now[0] + recovery.PERIOD
    reads = []
    read = own.driver.read
    monkeypatch.setattr(own.driver, "read", lambda *a: reads.append(a) or read(*a))
    with tf.device(GPU):
        v = tf.Variable(np.zeros(8, np.float32))
        still = tf.Variable(np.zeros(8, np.float32))
        for _ in range(10):
            v.assign_add(tf.ones(8) + still)
            own.flush()
        assert reads == []  # the host's array was the first copy
        now[0] += recovery.PERIOD
        v.assign_add(tf.ones(8))
        own.flush()
        assert len(reads) == 1  # of the one that changed
        now[0] += 1.25
        v.assign_add(tf.ones(8))
        own.flush()
        assert len(reads) == 1
        destroy(own)
        with pytest.raises(DeviceLostError, match=r"Each of 2 variables .* at most 1\.2 s ago"):
            v.numpy()
    assert v.numpy().tolist() == [11.0] * 8 and still.numpy().tolist() == [0.0] * 8


def test_slow_copies_are_made_more_seldom(own: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(recovery.time, "monotonic", lambda: now[0])
    own.copies.due = 0.0
    read = own.driver.read

    def slow(*arguments: Any) -> bytes:
        now[0] += 3.0
        return read(*arguments)

    monkeypatch.setattr(own.driver, "read", slow)
    with tf.device(GPU):
        v = tf.Variable(np.zeros(8, np.float32))
        v.assign_add(tf.ones(8))
        own.flush()
    assert own.copies.due == 1003.0 + 150.0


def test_where_nothing_can_be_waited_for_copies_are_made_in_the_background(
    own: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> bytes:
        raise CannotWaitError("not here")

    read = own.driver.read

    async def read_async(*arguments: Any) -> bytes:
        return read(*arguments)

    own.copies.due = 0.0
    monkeypatch.setattr(own.driver, "read", refused)
    monkeypatch.setattr(own.driver, "read_async", read_async)

    async def trained() -> tf.Variable:
        with tf.device(GPU):
            v = tf.Variable(np.zeros(8, np.float32))
            v.assign_add(tf.ones(8))
            own.flush()
        assert own.copies.under_way is not None
        await own.copies.under_way
        return v

    v = asyncio.run(trained())
    destroy(own)
    with tf.device(GPU), pytest.raises(DeviceLostError, match="1 variable has its last value"):
        v.assign_add(tf.range(8.0))  # sending it fails, so nothing was assigned
    assert v.numpy().tolist() == [1.0] * 8


def test_a_variable_that_is_gone_is_forgotten(own: Any) -> None:
    with tf.device(GPU):
        v = tf.Variable([1.0, 2.0])
        assert v in own.copies
        count = len(own.copies)
        del v
    assert len(own.copies) == count - 1
