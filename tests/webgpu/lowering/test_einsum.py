"""Einsum on the device: every kind of label, the gradients, and what is left to the CPU."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape_webgpu.graph.array import DeviceArray
from tests.support.exact import assert_sum, widened
from tests.webgpu.support.owned import GPU

SIZES = dict(zip("abcdijk", (3, 5, 2, 4, 7, 6, 9), strict=True))
PATTERNS = {
    "ij,jk->ik": "a matrix product",
    "ij,kj->ik": "one operand is read transposed",
    "ij,jk->ki": "the result is laid out anew",
    "aij,ajk->aik": "a batch of matrices",
    "aij,jk->aik": "one operand has no batch",
    "abij,abkj->abik": "a batch of two axes",
    "iaj,kaj->aik": "the batch stands in the midst",
    "i,j->ij": "nothing is summed",
    "ij,ij->ij": "nothing but a batch",
    "ij,ij->": "a number",
    "ij->ji": "a transpose",
    "ij->j": "a sum",
    "aij,jk->ik": "a label of one operand alone, summed first",
    "ijk,j->ik": "a vector over an axis in the midst",
    "ij,jk,kd->id": "three operands",
    "ab,acd,bcd->acd": "a label that a later operand still needs",
    "abcd,dcij->abij": "two labels are summed together",
}


def arrays(labels: str) -> list[Any]:
    draw = np.random.default_rng(len(labels)).standard_normal
    shapes = [tuple(SIZES[label] for label in text) for text in labels.split("->")[0].split(",")]
    return [np.float32(draw(shape)) for shape in shapes]


def computed(labels: str, inputs: list[Any]) -> tuple[Any, list[Any]]:
    """The result, and the gradients of the sum of its squares."""
    xs = [tf.constant(x) for x in inputs]
    with tf.GradientTape() as tape:
        tape.watch(xs)
        y = tf.einsum(labels, *xs)
        loss = tf.reduce_sum(y * y)
    return y, tape.gradient(loss, xs)


@pytest.mark.parametrize("labels", PATTERNS)
def test_values_and_gradients(own: Any, labels: str) -> None:
    """On the device from end to end, near the CPU's values in double precision."""
    inputs = arrays(labels)
    wanted, gradients = computed(labels, [x.astype(np.float64) for x in inputs])
    with tf.device(GPU):
        got, found = computed(labels, inputs)
        for tensor in (got, *found):
            assert type(tensor._value) is DeviceArray
    for a, b in zip((got, *found), (wanted, *gradients), strict=True):
        assert a.shape == b.shape and a.dtype == tf.float32
        scale = np.abs(b.numpy()).max()
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5, atol=1e-6 * scale)


def near_the_exact_value(got: Any, labels: str) -> None:
    """Within what the longest of its sums may be off; each label is summed over at most once."""
    inputs = [widened(x) for x in arrays(labels)]
    size = np.einsum(labels, *map(np.abs, inputs))
    assert_sum(got, np.einsum(labels, *inputs), size, terms=max(SIZES.values()), what=labels)


@pytest.mark.parametrize("labels", ["ij,jk->ik", "ij,kj->ik", "aij,ajk->aik", "ij->ji"])
def test_what_is_read_in_place_is_not_copied(own: Any, labels: str) -> None:
    """One dispatch: a transposed operand is read where it lies."""
    with tf.device(GPU):
        xs = [tf.constant(x) + 0.0 for x in arrays(labels)]
        own.flush()
        before = own.dispatches
        y = tf.einsum(labels, *xs)
        own.flush()
        assert own.dispatches - before == 1
    near_the_exact_value(y.numpy(), labels)


@pytest.mark.parametrize("labels", ["ii->i", "ii,ij->j"])
def test_a_diagonal_is_the_cpus(own: Any, labels: str) -> None:
    """A label that stands twice in one operand; the result is right all the same."""
    with tf.device(GPU):
        got = tf.einsum(labels, *(tf.constant(x) + 0.0 for x in arrays(labels)))
        near_the_exact_value(got.numpy(), labels)


def test_integers_are_the_cpus(own: Any) -> None:
    x = np.arange(6, dtype=np.int32).reshape(2, 3)
    with tf.device(GPU):
        got = tf.einsum("ij,kj->ik", tf.constant(x) + 0, tf.constant(x))
        assert got.numpy().tolist() == (x @ x.T).tolist()
