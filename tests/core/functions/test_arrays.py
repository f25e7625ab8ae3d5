"""Functions on arrays: arguments of every kind, empty tensors, refusals, rows, writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf

InvalidArgumentError = tf.errors.InvalidArgumentError


def gradient(f: Callable[..., Any], *xs: Any) -> list[Any]:
    """The gradients of Σ f(*xs)."""
    tensors = [tf.constant(x) for x in xs]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        y = f(*tensors)
    return list(tape.gradient(y, tensors))


@pytest.mark.parametrize(
    "shape",
    [
        (2, 3), [2, 3], np.array([2, 3]), tf.TensorShape([2, 3]), tf.constant([2, 3]),
        [tf.constant(2), 3], [np.int64(2), -1], tf.Variable([2, 3]), range(2, 4),
    ],
    ids=lambda s: type(s).__name__,
)  # fmt: skip
def test_shapes_of_every_kind(shape: Any) -> None:
    assert tf.reshape(tf.range(6), shape).shape == (2, 3)


@pytest.mark.parametrize("shape", [[2.0, 3.0], "ab", [None, 3], [True, 6], tf.constant([2.0, 3.0])])
def test_what_is_no_shape(shape: Any) -> None:
    with pytest.raises(TypeError, match="integers"):
        tf.reshape(tf.range(6), shape)


def test_a_shape_that_is_not_known() -> None:
    with pytest.raises(ValueError, match="partially known"):
        tf.zeros(tf.TensorShape([None, 2]))


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: tf.reshape([1, 2, 3], [2]), InvalidArgumentError, "with 3 values.*has 2"),
        (lambda: tf.reshape([1, 2, 3], [-2]), InvalidArgumentError, "at most one -1"),
        (lambda: tf.zeros([-1]), InvalidArgumentError, ">= 0"),
        (lambda: tf.transpose([[1]], [0]), InvalidArgumentError, "each of the 2 axes"),
        (lambda: tf.expand_dims([1], 3), InvalidArgumentError, r"\[-2, 1\]"),
        (lambda: tf.squeeze([[1, 2]], 1), InvalidArgumentError, "dimension of 1, got 2"),
        (lambda: tf.concat([], 0), ValueError, "at least one"),
        (lambda: tf.stack([]), ValueError, "at least one"),
        (lambda: tf.concat([[1.0], [[1.0]]], 0), InvalidArgumentError, r"\[1\] vs"),
        (lambda: tf.concat([tf.ones([1]), tf.ones([1], tf.float64)], 0), InvalidArgumentError,
         "double tensor"),
        (lambda: tf.unstack([[1]], num=2), InvalidArgumentError, "must equal 2"),
        (lambda: tf.split([1, 2, 3], 0), InvalidArgumentError, "evenly"),
        (lambda: tf.split([1, 2, 3], [1, -1, -1]), InvalidArgumentError, "sizes"),
        (lambda: tf.gather([1, 2], [0.5]), InvalidArgumentError, "int32 or int64, got float32"),
        (lambda: tf.gather([1, 2], [2]), InvalidArgumentError, r"\[0\] = 2 is not in \[0, 2"),
        (lambda: tf.gather([[1, 2]], [[0]], batch_dims=2), InvalidArgumentError, "batch_dims"),
        (lambda: tf.gather([[1], [2]], [[0]], axis=1, batch_dims=1), InvalidArgumentError,
         "must equal"),
        (lambda: tf.gather_nd([1, 2], [[2]]), InvalidArgumentError, "does not index into"),
        (lambda: tf.gather_nd([1, 2], [[0, 0]]), InvalidArgumentError, "at most 1 of them"),
        (lambda: tf.boolean_mask([1, 2], True), ValueError, "scalar"),
        (lambda: tf.boolean_mask([1, 2], [True]), ValueError, "incompatible"),
        (lambda: tf.where([True], 1.0), ValueError, "both be non-None"),
        (lambda: tf.where(tf.constant([1, 0]), 1.0, 2.0), InvalidArgumentError, "bool tensor"),
        (lambda: tf.tile([1], [1, 1]), InvalidArgumentError, "length 1 but got length 2"),
        (lambda: tf.repeat([1, 2, 3], [1, 2]), ValueError, "3 and 2 are not compatible"),
        (lambda: tf.pad([1], [[1, 1, 1]]), InvalidArgumentError, r"of shape \[1, 2\]"),
        (lambda: tf.pad([1], [[2, 0]], "REFLECT"), InvalidArgumentError, "no greater than"),
        (lambda: tf.pad([1], [[1, 0]], "WRAP"), ValueError, "SYMMETRIC"),
        (lambda: tf.roll(1, 1, 0), InvalidArgumentError, "1-D or higher"),
        (lambda: tf.roll([1], [1, 2], [0]), InvalidArgumentError, "same size"),
        (lambda: tf.reverse([1], [1]), InvalidArgumentError, r"\[-1, 1\)"),
        (lambda: tf.reverse_sequence([[1]], [1]), ValueError, "seq_axis"),
        (lambda: tf.fill([2], [1.0]), InvalidArgumentError, "must be a scalar"),
        (lambda: tf.eye(-1), InvalidArgumentError, ">= 0"),
        (lambda: tf.eye(0, dtype=tf.string), TypeError, "text has no identity"),
        (lambda: tf.range(0, 5, 0), InvalidArgumentError, "delta != 0"),
        (lambda: tf.range("a"), ValueError, "real numbers"),
        (lambda: tf.linspace([], [1.0, 0.5], 2), InvalidArgumentError, "Incompatible shapes"),
        (lambda: tf.linalg.diag_part([[1]], padding_value=2.5), TypeError, "2.5"),
        (lambda: tf.linspace(0.0, 1.0, -1), InvalidArgumentError, "num > 0"),
        (lambda: tf.linspace(0.0, tf.constant(1.0, tf.float64), 2), ValueError, "tf.cast"),
        (lambda: tf.one_hot([0.5], 2), InvalidArgumentError, "not in the list"),
        (lambda: tf.one_hot([0], -1), InvalidArgumentError, "non-negative"),
        (lambda: tf.one_hot([0], 2, on_value=1, off_value=0.0), TypeError, "must agree"),
        (lambda: tf.one_hot([0], 2, axis=5), InvalidArgumentError, "axis"),
        (lambda: tf.scatter_nd([[0]], [1.0], [-1]), InvalidArgumentError, ">= 0"),
        (lambda: tf.tensor_scatter_nd_add([1.0], [[0]], tf.constant([1])), TypeError, "tf.cast"),
        (lambda: tf.tensor_scatter_nd_add(tf.constant([1.0]), [[0]], tf.constant([1])),
         InvalidArgumentError, "tf.cast"),
        (lambda: tf.dynamic_stitch([[-1]], [[1]]), InvalidArgumentError, "not negative"),
        (lambda: tf.dynamic_partition([1], [0], 0), InvalidArgumentError, "at least 1"),
        (lambda: tf.unique([[1]]), InvalidArgumentError, "1D"),
        (lambda: tf.sort(1.0), InvalidArgumentError, "scalar"),
        (lambda: tf.searchsorted([1.0], tf.constant([1])), InvalidArgumentError, "one dtype"),
        (lambda: tf.meshgrid([1], foo=1), TypeError, "invalid keyword"),
        (lambda: tf.bitcast("a", tf.int32), InvalidArgumentError, "strings"),
        (lambda: tf.ones([1], tf.string), TypeError, "string"),
        (lambda: tf.reshape([[1, 2], [3]], [3]), ValueError, "non-rectangular"),
        (lambda: tf.concat([[1.0], ["a"]], 0), (TypeError, ValueError, InvalidArgumentError), "."),
    ],
)  # fmt: skip
def test_refusals(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


EMPTY = np.zeros((0, 3), np.float32)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: tf.reshape(x, [3, 0]),
        lambda x: tf.transpose(x),
        lambda x: tf.concat([x, x], 0),
        lambda x: tf.stack([x, x]),
        lambda x: tf.gather(x, [0, 2], axis=1),
        lambda x: tf.gather(x, tf.zeros([0], tf.int32)),
        lambda x: tf.tile(x, [2, 2]),
        lambda x: tf.pad(x, [[1, 0], [0, 1]]),
        lambda x: tf.reverse(x, [0]),
        lambda x: tf.sort(x),
        lambda x: tf.repeat(x, 2, axis=0),
        lambda x: tf.split(x, 3, axis=1),
        lambda x: tf.where(x > 0, x, 0.0),
        lambda x: x[..., 1:],
        lambda x: tf.tensor_scatter_nd_update(x, tf.zeros([0, 2], tf.int32), tf.zeros([0])),
    ],
)
def test_empty_tensors_have_empty_gradients(f: Callable[[Any], Any]) -> None:
    (g,) = gradient(f, EMPTY)
    assert tf.convert_to_tensor(g).shape == (0, 3)


def test_nan_and_infinity_pass() -> None:
    x = np.array([np.nan, np.inf, 1.0], np.float32)
    assert np.isnan(tf.reverse(x, [0]).numpy()[-1])
    assert tf.sort([np.inf, -np.inf, 0.0]).numpy().tolist() == [-np.inf, 0.0, np.inf]
    (g,) = gradient(lambda t: tf.where(tf.constant([False, False, True]), t, 0.0), x)
    assert g.numpy().tolist() == [0.0, 0.0, 1.0]


def test_a_gradient_in_rows() -> None:
    v = tf.Variable(np.ones((4, 2), np.float32))
    with tf.GradientTape() as tape:
        y = tf.gather(v, [1, 3, 1]) * tf.constant([[1.0], [2.0], [3.0]])
    g = tape.gradient(y, v)
    assert isinstance(g, tf.IndexedSlices)
    assert g.indices.numpy().tolist() == [1, 3, 1]
    assert tf.convert_to_tensor(g).numpy().tolist() == [[0, 0], [4, 4], [0, 0], [2, 2]]
    (dense,) = gradient(lambda x: tf.gather(x, [1], axis=1), np.ones((1, 3), np.float32))
    assert not isinstance(dense, tf.IndexedSlices)


def test_the_last_write_has_the_gradient() -> None:
    x, u = np.zeros(3, np.float32), np.array([1.0, 2.0, 3.0], np.float32)
    f = lambda t, w: tf.tensor_scatter_nd_update(t, [[1], [1], [2]], w)  # noqa: E731
    assert f(tf.constant(x), tf.constant(u)).numpy().tolist() == [0.0, 2.0, 3.0]
    gx, gu = gradient(f, x, u)
    assert gx.numpy().tolist() == [1.0, 0.0, 0.0]
    assert gu.numpy().tolist() == [0.0, 1.0, 1.0]


def test_the_padding_value_has_a_gradient() -> None:
    gx, gc = gradient(
        lambda x, c: tf.pad(x, [[1, 2]], constant_values=c), np.ones(2, np.float32), np.float32(5)
    )
    assert gx.numpy().tolist() == [1.0, 1.0] and gc.numpy() == 3.0


@pytest.mark.parametrize(
    "f",
    [
        lambda x: tf.pad(x, [[2, 1]], "REFLECT"),
        lambda x: tf.pad(x, [[2, 1]], "SYMMETRIC"),
        lambda x: x[::-2],
        lambda x: tf.slice(x, [1], [2]),
        lambda x: tf.gather(x, [0, 2, 0]),
        lambda x: tf.gather_nd(x, [[0], [2], [0]]),
        lambda x: tf.roll(x, 1, 0),
        lambda x: tf.tile(x, [2]),
        lambda x: tf.scatter_nd([[0], [1], [0]], x, [2]),
    ],
)
def test_the_second_derivative_goes_through_the_transpose(f: Callable[[Any], Any]) -> None:
    # y = (P x)³ element by element, so the Hessian of Σ y is Pᵀ diag(6 P x) P
    x = np.array([1.0, -2.0, 0.5])
    p = np.stack([f(tf.constant(row)).numpy() for row in np.eye(3)], axis=1)
    t = tf.Variable(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = f(t) ** 3
        first = tf.convert_to_tensor(inner.gradient(y, t))
    np.testing.assert_allclose(first, p.T @ (3 * (p @ x) ** 2))
    np.testing.assert_allclose(outer.jacobian(first, t), p.T @ np.diag(6 * (p @ x)) @ p)


def test_sizes_know_their_dtypes() -> None:
    x = tf.ones([2, 3])
    assert tf.shape(x).dtype == tf.int32 and tf.shape(x, tf.int64).dtype == tf.int64
    assert tf.size(x).numpy() == 6 and tf.size(x, out_type=tf.int64).dtype == tf.int64
    assert tf.rank(x).numpy() == 2 and tf.rank(x).dtype == tf.int32


def test_a_shape_can_be_computed_with() -> None:
    x = tf.ones([2, 3])
    assert tf.reshape(x, [tf.shape(x)[0], -1]).shape == (2, 3)
    assert tf.reshape(x, tf.concat([[3], tf.shape(x)[:1]], 0)).shape == (3, 2)
    assert int(tf.reduce_prod(tf.shape(x))) == 6


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [([3, 1], [4], (3, 4)), ([], [2], (2,)), ([None, 1], [4], (None, 4)), ([2], [2], (2,)),
     ([None], [3], (3,)), ([None], [1], (None,))],
)  # fmt: skip
def test_broadcast_static_shape(left: Any, right: Any, both: Any) -> None:
    got = tf.broadcast_static_shape(tf.TensorShape(left), tf.TensorShape(right))
    assert got.as_list() == list(both)


def test_broadcast_static_shape_refuses() -> None:
    with pytest.raises(ValueError, match="Incompatible shapes"):
        tf.broadcast_static_shape(tf.TensorShape([2]), tf.TensorShape([3]))
    assert tf.broadcast_static_shape(tf.TensorShape(None), tf.TensorShape([3])).rank is None


def test_walls_and_passages() -> None:
    x = np.float32(1.7)
    assert gradient(tf.stop_gradient, x) == [None]
    assert gradient(lambda t: tf.grad_pass_through(tf.floor)(t) * 3.0, x)[0].numpy() == 3.0
    assert gradient(lambda t: tf.identity(t), x)[0].numpy() == 1.0
    with pytest.raises(LookupError, match="GuaranteeConst"):
        gradient(tf.guarantee_const, x)
    with pytest.raises(ValueError, match="shapes are equal"):
        tf.grad_pass_through(lambda t: tf.stack([t, t]))(tf.constant(1.0))


@pytest.mark.parametrize(
    "f", [lambda x: tf.bitcast(x, tf.int32), lambda x: tf.unique(x).y, tf.unique_with_counts]
)
def test_ops_without_a_gradient(f: Callable[[Any], Any]) -> None:
    with pytest.raises(LookupError, match="gradient registry has no entry for"):
        gradient(f, np.array([1.0, 2.0], np.float32))


@pytest.mark.parametrize(
    "f",
    [tf.shape, tf.argsort, tf.zeros_like, tf.ones_like, lambda x: tf.where(x > 1.0),
     lambda x: tf.range(0.0, x[0], 1.0), lambda x: tf.searchsorted(x, [1.5])],
)  # fmt: skip
def test_what_gives_none(f: Callable[[Any], Any]) -> None:
    assert gradient(f, np.array([1.0, 2.0], np.float32)) == [None]


def test_questions_about_tensors() -> None:
    assert tf.is_tensor(tf.Variable(1.0)) and not tf.is_tensor(np.ones(2))
    assert tf.get_static_value(tf.constant([1, 2])).tolist() == [1, 2]
    assert tf.get_static_value(tf.Variable(1)) is None
    assert [float(t) for t in tf.tuple([1.0, 2.0])] == [1.0, 2.0]
    assert tf.group(1) is None and tf.no_op() is None
    with tf.control_dependencies([tf.constant(1.0)]):
        assert tf.constant(2.0).numpy() == 2.0


def test_strings() -> None:
    assert tf.strings.join(["a", ["b", "c"]], "-").numpy().tolist() == [b"a-b", b"a-c"]
    assert tf.strings.length("é").numpy() == 2
    assert tf.strings.length("é", unit="UTF8_CHAR").numpy() == 1
    assert tf.strings.to_number("2", tf.int64).numpy() == 2
    assert tf.strings.upper("a").numpy() == b"A" and tf.strings.lower("A").numpy() == b"a"
    assert tf.strings.as_string([True, False]).numpy().tolist() == [b"true", b"false"]
    assert tf.strings.format("{}, {}", (tf.constant([1, 2]), 3)).numpy() == b"[1 2], 3"
    with pytest.raises(InvalidArgumentError, match="could not correctly convert string: x"):
        tf.strings.to_number("x")
    with pytest.raises(InvalidArgumentError, match="equal shapes"):
        tf.strings.join([["a"], ["b", "c"]])
    with pytest.raises(ValueError, match="placeholder"):
        tf.strings.format("{}", (1, 2))


def test_num_is_the_number_of_sizes() -> None:
    for sizes in ([1, 3], tf.constant([1, 3])):
        assert len(tf.split(tf.ones([4]), sizes, num=2)) == 2
        with pytest.raises(tf.errors.InvalidArgumentError, match="num = 3"):
            tf.split(tf.ones([4]), sizes, num=3)


@pytest.mark.parametrize(
    ("dtype", "found"),
    [("int8", "float32"), ("uint8", "float32"), ("int16", "float32"), ("uint16", "float32"),
     ("int32", "float64"), ("uint32", "float64"), ("int64", "float64"), ("float16", "float16")],
)  # fmt: skip
def test_linspace_of_integers(dtype: str, found: str) -> None:
    y = tf.linspace(tf.constant(0, dtype), tf.constant(10, dtype), 5)
    assert y.dtype.name == found
    assert y.numpy().tolist() == [0, 2.5, 5, 7.5, 10]


def test_a_sequence_mask_of_parts_of_a_place() -> None:
    assert tf.sequence_mask([0.5, 1.5], 2).numpy().tolist() == [[False, False], [True, False]]
