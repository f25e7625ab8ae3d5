"""Slicing tensors with brackets: values as NumPy's, gradients in their place, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradtape as tf

X = np.arange(60, dtype=np.float64).reshape(3, 4, 5)

KEYS: list[Any] = [
    0, -1, slice(None), slice(1, 3), slice(None, None, -1), slice(-9, 9), slice(2, 0),
    slice(3, None, -2), ..., None, (0, 1), (0, 1, 2), (slice(None), 1), (..., -1), (0, ...),
    (slice(None), None, slice(None, None, 2)), (None, ..., None), (1, slice(1, None), -2),
    (..., slice(0, 0)), (slice(None), slice(None), slice(4, None, -3)),
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_value_and_gradient(key: Any) -> None:
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x[key]
        z = y * y
    assert np.array_equal(y.numpy(), X[key])
    want = np.zeros_like(X)
    want[key] = 2 * X[key]
    assert np.array_equal(tape.gradient(z, x).numpy(), want)


def keys(n: int) -> st.SearchStrategy[Any]:
    """Anything that one axis of size n takes."""
    bound = st.none() | st.integers(-n - 2, n + 2)
    step = st.none() | st.integers(-3, 3).filter(bool)
    return st.integers(-n, n - 1) | st.builds(slice, bound, bound, step)


@settings(max_examples=100, deadline=None)
@given(st.tuples(keys(3), keys(4), keys(5)), st.sets(st.integers(0, 3)))
def test_any_key_is_numpys(parts: Any, new_axes: set[int]) -> None:
    listed = list(parts)
    for place in sorted(new_axes, reverse=True):
        listed.insert(place, None)
    key = tuple(listed)
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x[key]
    assert np.array_equal(y.numpy(), X[key])
    want = np.zeros_like(X)
    want[key] = 1
    assert np.array_equal(tape.gradient(y, x).numpy(), want)


def test_tensors_as_indices() -> None:
    x = tf.constant([10, 20, 30, 40])
    i = tf.constant(1)
    assert x[i].numpy() == 20
    assert x[i:].numpy().tolist() == [20, 30, 40]
    assert x[: tf.constant(2, tf.int64)].numpy().tolist() == [10, 20]
    assert x[tf.Variable(2)].numpy() == 30
    assert x[np.int64(3)].numpy() == 40


def test_a_boolean_mask() -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x[x > 1.5]
    assert y.numpy().tolist() == [2.0, 3.0, 4.0]
    assert tape.gradient(y, x).numpy().tolist() == [[0, 1], [1, 1]]
    assert x[np.array([True, False])].numpy().tolist() == [[1.0, 2.0]]


def test_a_variable_is_sliced_and_assigned_to() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = v[1] * v[1]
    assert tape.gradient(y, v).numpy().tolist() == [0.0, 4.0, 0.0]
    v[1:].assign([5.0, 6.0])
    assert v.numpy().tolist() == [1.0, 5.0, 6.0]


@pytest.mark.parametrize(
    ("key", "error", "text"),
    [
        (5, tf.errors.InvalidArgumentError, "slice index 5 of dimension 0 out of bounds"),
        (-4, tf.errors.InvalidArgumentError, "slice index -4 of dimension 0"),
        ((0, 0), tf.errors.InvalidArgumentError, "input has only 1 dims"),
        ([0, 1], tf.errors.InvalidArgumentError, "input has only 1 dims"),
        ((..., ...), tf.errors.InvalidArgumentError, "Multiple ellipses"),
        (slice(None, None, 0), tf.errors.InvalidArgumentError, "must be non-zero"),
        (1.0, TypeError, "Only integers, slices"),
        ("a", TypeError, "Only integers, slices"),
        (np.array([0, 1]), TypeError, "tf.gather"),
        (slice(0.5, None), TypeError, "Only integers, slices"),
    ],
    ids=repr,
)
def test_what_is_no_index(key: Any, error: type[Exception], text: str) -> None:
    x = tf.constant([1, 2, 3])
    with pytest.raises(error, match=text):
        x[key]
    assert x[0].numpy() == 1


def test_an_index_tensor_must_be_a_scalar() -> None:
    with pytest.raises(TypeError, match="scalar tf.int32/tf.int64"):
        tf.constant([1, 2, 3])[tf.constant([0])]


def test_a_scalar_is_not_iterated() -> None:
    with pytest.raises(TypeError, match="Cannot iterate over a scalar"):
        list(tf.constant(1.0))


def test_iteration_is_differentiable() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        a, b, c = x
        y = a * b * c
    assert tape.gradient(y, x).numpy().tolist() == [6.0, 3.0, 2.0]


def test_slices_of_slices_to_the_second_order() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x[1:][0] ** 3 * x[-1]
        first = inner.gradient(y, x)
    second = outer.jacobian(first, x)
    assert second.numpy().tolist() == [[0, 0, 0], [0, 36.0, 12.0], [0, 12.0, 0]]


def test_coordinates_of_length_0_mean_the_whole_tensor() -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    for leading in ([], [2], [2, 3], [0]):
        places = tf.zeros([*leading, 0], tf.int32)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.gather_nd(x, places)
        assert y.shape == [*leading, 2, 2]
        assert np.array_equal(y, np.broadcast_to(x, y.shape))
        count = np.prod(leading, dtype=int)
        assert np.array_equal(tape.gradient(y, x), np.full((2, 2), count))
    with pytest.raises(tf.errors.InvalidArgumentError, match="at least a vector"):
        tf.gather_nd(5.0, tf.zeros([2, 0], tf.int32))


def test_writing_without_coordinates() -> None:
    places, updates = tf.zeros([2, 0], tf.int32), tf.constant([[1.0, 2.0], [5.0, 3.0]])
    x = tf.constant([2.0, 2.0])
    assert tf.scatter_nd(places, updates, [2]).numpy().tolist() == [6, 5]
    assert tf.tensor_scatter_nd_add(x, places, updates).numpy().tolist() == [8, 7]
    assert tf.tensor_scatter_nd_sub(x, places, updates).numpy().tolist() == [-4, -3]
    assert tf.tensor_scatter_nd_max(x, places, updates).numpy().tolist() == [5, 3]
    assert tf.tensor_scatter_nd_min(x, places, updates).numpy().tolist() == [1, 2]
    with pytest.raises(tf.errors.InvalidArgumentError, match="hold no coordinates"):
        tf.tensor_scatter_nd_update(x, places, updates)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: tf.strided_slice([1.0, 2.0], [0], [0], [-1], shrink_axis_mask=1),
            tf.errors.InvalidArgumentError,
            "only stride 1 allowed",
        ),
        (
            lambda: tf.gather_nd([1.0], [[0]], batch_dims=1),
            ValueError,
            "must be less than rank",
        ),
        (
            lambda: tf.tensor_scatter_nd_add([1.0], [0], 1.0),
            tf.errors.InvalidArgumentError,
            "rank at least one",
        ),
        (
            lambda: tf.scatter_nd([0], 1.0, [2]),
            tf.errors.InvalidArgumentError,
            "rank at least one",
        ),
        (
            lambda: tf.Variable([1.0]).scatter_nd_add([0], 1.0),
            tf.errors.InvalidArgumentError,
            "rank at least one",
        ),
        (
            lambda: tf.Variable([1.0]).scatter_div(tf.IndexedSlices([0.0], [0])),
            tf.errors.InvalidArgumentError,
            "must not contain 0",
        ),
        (
            lambda: tf.reverse_sequence([[1, 2]], [1], seq_axis=-1),
            tf.errors.InvalidArgumentError,
            "Invalid seq_axis -1",
        ),
        (
            lambda: tf.reverse_sequence([[1, 2]], [1], seq_axis=1, batch_axis=-2),
            tf.errors.InvalidArgumentError,
            "Invalid batch_axis -2",
        ),
        (lambda: tf.unstack(1.0, num=1), tf.errors.InvalidArgumentError, "not in range"),
        (lambda: tf.unstack(1.0), ValueError, "not in range"),
        (lambda: tf.saturate_cast([True], tf.int32), TypeError, "minimum value"),
        (
            lambda: tf.image.resize(tf.ones((1, 4, 1)), (1, 1), preserve_aspect_ratio=True),
            tf.errors.InvalidArgumentError,
            "output dimensions must be positive",
        ),
        (lambda: tf.norm([1.0], axis=tf.constant([], tf.int32)), ValueError, "'axis' must be"),
        (lambda: tf.linalg.cross([1.0], [1.0]), tf.errors.FailedPreconditionError, "size 3"),
    ],
)
def test_refused_as_tensorflow_refuses(call: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


@pytest.mark.parametrize("name", ["update", "add", "sub", "max", "min"])
def test_a_vector_is_no_list_of_coordinates(name: str) -> None:
    x, write = tf.zeros((1, 3)), getattr(tf, f"tensor_scatter_nd_{name}")
    with pytest.raises(tf.errors.InvalidArgumentError, match="a row for each update"):
        write(x, [0], [1.0, 2.0, 3.0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="a row for each update"):
        tf.scatter_nd([0], [1.0, 2.0, 3.0], [1, 3])
    assert write(x, [[0]], [[0.0, 0.0, 0.0]]).shape == x.shape


def test_a_nan_that_is_written_as_extremum_has_the_gradient() -> None:
    for name, least in (("max", 1.0), ("min", -1.0)):
        x, u = tf.constant([0.0, np.nan, np.nan]), tf.constant([np.nan, least, np.nan])
        with tf.GradientTape() as tape:
            tape.watch([x, u])
            y = getattr(tf, f"tensor_scatter_nd_{name}")(x, [[0], [1], [2]], u)
        assert np.isnan(y).all()
        kept, written = tape.gradient(y, [x, u])
        assert kept.numpy().tolist() == [0.0, 1.0, 0.5]
        assert written.numpy().tolist() == [1.0, 0.0, 0.5]
