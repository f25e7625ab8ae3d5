"""Sparse tensors give what the dense ones give, and gradients flow through their values."""

import numpy as np
import pytest

import gradtape as tf

sparse = tf.sparse
DENSE = np.array([[0.0, 2.0, 0.0, -1.0], [0.0, 0.0, 0.0, 0.0], [3.0, 0.0, 0.5, 0.0]], np.float32)


def matrix():
    return sparse.from_dense(DENSE)


def dense(s):
    return sparse.to_dense(sparse.reorder(s)).numpy()


def test_from_dense_and_back():
    s = matrix()
    assert s.indices.numpy().tolist() == [[0, 1], [0, 3], [2, 0], [2, 2]]
    assert s.indices.dtype == tf.int64 and s.dtype == tf.float32 and s.shape == [3, 4]
    assert np.array_equal(dense(s), DENSE)
    assert sparse.to_dense(s, default_value=9.0).numpy()[1].tolist() == [9.0] * 4
    words = sparse.to_dense(tf.SparseTensor([[1]], ["a"], [3]))
    assert words.numpy().tolist() == [b"", b"a", b""]
    assert repr(s).startswith("SparseTensor(indices=tf.Tensor(")


def test_places_that_do_not_fit():
    for indices, match in (
        ([[0, 1], [0, 0]], "out of order"),
        ([[0, 0], [0, 0]], "repeated"),
        ([[0, 2], [1, 9]], "out of bounds"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=match):
            sparse.to_dense(tf.SparseTensor(indices, [1.0, 2.0], [2, 3]))
    with pytest.raises(ValueError, match="do not go together"):
        tf.SparseTensor([[0, 0]], [1.0, 2.0], [2, 3])
    with pytest.raises(TypeError, match=r"tf\.sparse\.to_dense"):
        tf.add(matrix(), 1.0)
    with pytest.raises(TypeError, match="must be a SparseTensor"):
        sparse.reorder(tf.zeros([2, 2]))


def test_forms():
    s = matrix()
    assert np.array_equal(dense(sparse.reshape(s, [2, -1])), DENSE.reshape(2, 6))
    assert np.array_equal(dense(sparse.transpose(s)), DENSE.T)
    assert np.array_equal(dense(sparse.concat(1, [s, s])), np.concatenate([DENSE, DENSE], 1))
    assert np.array_equal(dense(sparse.slice(s, [0, 1], [3, 2])), DENSE[:, 1:3])
    assert [dense(p).tolist() for p in sparse.split(s, 3, 1)] == [
        p.tolist() for p in (DENSE[:, :2], DENSE[:, 2:3], DENSE[:, 3:])
    ]
    assert dense(sparse.expand_dims(s, 0)).shape == (1, 3, 4)
    assert np.array_equal(dense(sparse.eye(2, 3)), np.eye(2, 3))
    kept = sparse.retain(s, [True, False, False, True])
    assert kept.values.numpy().tolist() == [2.0, 0.5]
    filled, empty = sparse.fill_empty_rows(s, 7.0)
    assert dense(filled)[1].tolist() == [7.0, 0, 0, 0]
    assert empty.numpy().tolist() == [False, True, False]
    ids = tf.SparseTensor([[0, 0], [1, 0], [1, 1]], [2, 0, 1], [2, 2])
    assert sparse.to_indicator(ids, 3).numpy().tolist() == [
        [False, False, True],
        [True, True, False],
    ]
    with pytest.raises(tf.errors.InvalidArgumentError, match="dense values"):
        sparse.reshape(s, [5, 2])


def test_arithmetic():
    s, other = matrix(), sparse.from_dense(np.flip(DENSE, 1))
    assert np.array_equal(dense(sparse.add(s, other)), DENSE + np.flip(DENSE, 1))
    assert np.array_equal(sparse.add(s, tf.ones([3, 4])).numpy(), DENSE + 1)
    assert np.array_equal(dense(sparse.maximum(s, other)), np.maximum(DENSE, np.flip(DENSE, 1)))
    assert np.array_equal(dense(sparse.minimum(s, other)), np.minimum(DENSE, np.flip(DENSE, 1)))
    assert np.array_equal(dense(s * 2.0), DENSE * 2)
    assert np.array_equal(dense(-s / 2.0), -DENSE / 2)
    row = np.array([1.0, 2.0, 3.0, 4.0], np.float32)
    assert np.array_equal(dense(s * tf.constant(row)), DENSE * row)
    assert sparse.reduce_sum(s).numpy() == DENSE.sum()
    assert np.array_equal(
        sparse.reduce_sum(s, 1, keepdims=True).numpy(), DENSE.sum(1, keepdims=True)
    )
    assert sparse.reduce_max(s, 1).numpy().tolist() == [2.0, 0.0, 3.0]
    assert sparse.softmax(s).values.numpy() == pytest.approx(
        [1 / (1 + np.exp(-3)), 1 / (1 + np.exp(3)), 1 / (1 + np.exp(-2.5)), 1 / (1 + np.exp(2.5))]
    )
    assert np.array_equal(dense(sparse.map_values(tf.square, s)), DENSE**2)
    with pytest.raises(tf.errors.InvalidArgumentError, match="different indices"):
        sparse.map_values(tf.add, s, other)


@pytest.mark.parametrize("adjoint_a", [False, True])
@pytest.mark.parametrize("adjoint_b", [False, True])
def test_products(adjoint_a, adjoint_b):
    a = DENSE.T if adjoint_a else DENSE
    b = np.arange(8, dtype=np.float32).reshape(4, 2)
    given = b.T if adjoint_b else b
    product = sparse.sparse_dense_matmul(sparse.from_dense(a), given, adjoint_a, adjoint_b)
    assert np.array_equal(product.numpy(), DENSE @ b)
    turned = sparse.sparse_dense_matmul(given, sparse.from_dense(a), not adjoint_b, not adjoint_a)
    assert np.array_equal(turned.numpy(), (DENSE @ b).T)
    with pytest.raises(tf.errors.InvalidArgumentError, match="inner dimension"):
        sparse.sparse_dense_matmul(matrix(), tf.ones([3, 2]))


def test_gradients_are_those_of_the_dense_product():
    values = tf.Variable(matrix().values)
    b = tf.Variable(np.arange(8, dtype=np.float32).reshape(4, 2))
    weights = np.array([[1.0, -1.0], [2.0, 0.5], [3.0, 1.0]], np.float32)
    with tf.GradientTape(persistent=True) as tape:
        s = matrix().with_values(values)
        y = tf.reduce_sum(sparse.sparse_dense_matmul(s, b) * weights)
        z = tf.reduce_sum(sparse.to_dense(s) ** 2)
        w = tf.reduce_sum(sparse.softmax(s).values * [1.0, 2.0, 3.0, 4.0])
    at = tuple(s.indices.numpy().T)
    assert np.array_equal(tape.gradient(y, values).numpy(), (weights @ b.numpy().T)[at])
    assert np.array_equal(tf.convert_to_tensor(tape.gradient(y, b)).numpy(), DENSE.T @ weights)
    assert np.array_equal(tape.gradient(z, values).numpy(), 2 * values.numpy())
    p = sparse.softmax(s).values.numpy()
    assert tape.gradient(w, values).numpy() == pytest.approx(
        [-p[0] * p[1], p[0] * p[1], -p[2] * p[3], p[2] * p[3]], abs=1e-6
    )
