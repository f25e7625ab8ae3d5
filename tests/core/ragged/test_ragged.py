"""Ragged tensors hold rows of different lengths; gradients flow through their values."""

import numpy as np
import pytest

import gradtape as tf

Ragged = tf.RaggedTensor


def test_ways_to_make_the_same_rows():
    rows = [[3, 1, 4], [], [1, 5]]
    values = [3, 1, 4, 1, 5]
    made = [
        tf.ragged.constant(rows),
        Ragged.from_row_splits(values, [0, 3, 3, 5]),
        Ragged.from_row_lengths(values, [3, 0, 2]),
        Ragged.from_value_rowids(values, [0, 0, 0, 2, 2], nrows=3),
        Ragged.from_tensor([[3, 1, 4], [0, 0, 0], [1, 5, 0]], padding=0),
        Ragged.from_tensor([[3, 1, 4], [0, 0, 0], [1, 5, 0]], lengths=[3, 0, 2]),
        tf.ragged.stack([tf.constant(row, tf.int32) for row in rows]),
    ]
    for one in made:
        assert one.to_list() == rows and one.dtype == tf.int32
    r = made[0]
    assert repr(r) == "<tf.RaggedTensor [[3, 1, 4], [], [1, 5]]>"
    assert r.shape.as_list() == [3, None] and r.ragged_rank == 1 and int(r.nrows()) == 3
    assert r.row_lengths().numpy().tolist() == [3, 0, 2]
    assert r.value_rowids().numpy().tolist() == [0, 0, 0, 2, 2]
    assert r.bounding_shape().numpy().tolist() == [3, 3]
    assert r[0].numpy().tolist() == [3, 1, 4] and int(r[2, 1]) == 5
    assert r[1:].to_list() == [[], [1, 5]]
    assert [row.numpy().tolist() for row in r] == rows


def test_as_a_tensor():
    r = tf.ragged.constant([["a"], ["b", "c"]])
    assert r.to_tensor().numpy().tolist() == [[b"a", b""], [b"b", b"c"]]
    numbers = tf.ragged.constant([[1.0], [2.0, 3.0]])
    assert numbers.to_tensor(-1.0).numpy().tolist() == [[1.0, -1.0], [2.0, 3.0]]
    assert numbers.to_tensor(shape=[None, 1]).numpy().tolist() == [[1.0], [2.0]]
    deep = tf.ragged.constant([[[1, 2], [3]], [], [[4]]])
    assert deep.ragged_rank == 2 and deep.to_list() == [[[1, 2], [3]], [], [[4]]]
    assert deep.to_tensor().numpy().tolist() == [
        [[1, 2], [3, 0]],
        [[0, 0], [0, 0]],
        [[4, 0], [0, 0]],
    ]
    pairs = Ragged.from_row_lengths([[1, 2], [3, 4]], [0, 2])
    assert pairs.to_tensor().shape == [2, 2, 2]


def test_arithmetic_and_gradients():
    values = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        r = Ragged.from_row_lengths(values * 1.0, [1, 2])
        whole = tf.reduce_sum(r.to_tensor() * [[1.0, 9.0], [2.0, 3.0]])
        sums = tf.math.segment_sum(r.values, r.value_rowids())
        squares = tf.reduce_sum((2.0 * r * r + 1.0).flat_values)
        mapped = tf.reduce_sum(tf.ragged.map_flat_values(tf.exp, r).flat_values)
    assert tape.gradient(whole, values).numpy().tolist() == [1.0, 2.0, 3.0]
    assert sums.numpy().tolist() == [1.0, 5.0]
    assert tape.gradient(squares, values).numpy().tolist() == [4.0, 8.0, 12.0]
    assert tape.gradient(mapped, values).numpy() == pytest.approx(np.exp([1.0, 2.0, 3.0]))


def test_parts_of_each_row():
    values = tf.Variable([1.0, 2.0, 3.0, 4.0])
    with tf.GradientTape() as tape:
        cut = Ragged.from_row_lengths(values * 1.0, [3, 0, 1])[:, 1:]
        total = tf.reduce_sum(cut.flat_values**2)
    assert cut.to_list() == [[2.0, 3.0], [], []]
    assert tape.gradient(total, values).numpy().tolist() == [0.0, 4.0, 6.0, 0.0]
    assert tf.ragged.constant([[1, 2], [3]])[1:, :1].to_list() == [[3]]
    with pytest.raises(ValueError, match="inner ragged dimension"):
        tf.ragged.constant([[1, 2], [3]])[:, 0]


def test_refusals():
    r = tf.ragged.constant([[1], [2, 3]])
    with pytest.raises(TypeError, match="to_tensor"):
        tf.exp(r)
    with pytest.raises(ValueError, match="equally long"):
        r + tf.ragged.constant([[1, 2], [3]])
    with pytest.raises(ValueError, match="row_splits"):
        Ragged.from_row_splits([1, 2], [0, 1])
    with pytest.raises(ValueError, match="sorted"):
        Ragged.from_value_rowids([1, 2], [1, 0])
    with pytest.raises(ValueError, match="depth"):
        tf.ragged.constant([[1], 2])
    with pytest.raises(IndexError):
        r[2]
