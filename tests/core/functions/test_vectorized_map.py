"""vectorized_map equals the loop: values, gradients per element, tapes inside and outside."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf

RNG = np.random.default_rng(3)
X = tf.constant(RNG.standard_normal((4, 3)))
W = tf.Variable(RNG.standard_normal((3, 2)))


def gradient_per_element(x: Any) -> Any:
    with tf.GradientTape() as tape:
        h = tf.tanh(tf.reshape(x[tf.newaxis] @ W, [2]))
        y = h[0] * h[1] ** 2
    return tape.gradient(y, W)


def hessian(x: Any) -> Any:
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x[0] ** 3 * x[1] + x[2] * x[0] * W[0, 0]
        first = inner.gradient(y, x)
    return outer.jacobian(first, x)


def pushed(x: Any) -> Any:
    with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 0.0, 2.0], tf.float64)) as acc:
        y = tf.sin(x) * W[0, 0]
    return acc.jvp(y)


def nested(x: Any) -> Any:
    return tf.vectorized_map(lambda r: r * x[0] + W[0, 0] * r * r, x)


def rows(x: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.gather(x, [2, 0, 2]) ** 2
    return tf.convert_to_tensor(tape.gradient(y, x))


def arrays(x: Any) -> Any:
    y = tf.concat([tf.reverse(x, [0]), tf.pad(x, [[1, 1]], "REFLECT")], 0)
    y = tf.stack([y, tf.roll(y, 2, 0), tf.repeat(y[:4], 2)], axis=1)
    y = tf.transpose(tf.tile(y, [1, 2])) * tf.cast(tf.shape(y)[0], x.dtype)
    return tf.tensor_scatter_nd_add(y, [[0, 0], [1, 1]], x[:2]) + tf.sort(x)[0]


def chosen(x: Any) -> Any:
    return tf.where(x > 0, tf.exp(x), x) + tf.math.top_k(x, 2).values[1]


FUNCTIONS: list[Callable[[Any], Any]] = [
    gradient_per_element, hessian, pushed, nested, rows, arrays, chosen,
    lambda x: tf.matmul(tf.reshape(x, [3, 1]), tf.reshape(x, [1, 3])) @ W,
    lambda x: tf.reduce_sum(x, keepdims=True) / tf.norm(x),
    lambda x: sum(v * v for v in x),
    lambda x: tf.map_fn(lambda v: v * v, x),
]  # fmt: skip


@pytest.mark.parametrize("f", FUNCTIONS)
def test_equals_the_loop(f: Callable[[Any], Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing here falls back
        got = tf.vectorized_map(f, X)
    want = tf.stack([f(x) for x in X])
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("f", FUNCTIONS)
def test_tapes_outside_go_through_it(f: Callable[[Any], Any]) -> None:
    def total(mapped: Callable[[], Any]) -> list[Any]:
        with tf.GradientTape() as tape:
            tape.watch(X)
            y = mapped() ** 2
        return [
            None if g is None else tf.convert_to_tensor(g).numpy() for g in tape.gradient(y, [X, W])
        ]

    got = total(lambda: tf.vectorized_map(f, X))
    want = total(lambda: tf.stack([f(x) for x in tf.unstack(X)]))
    for a, b in zip(got, want, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)


def test_the_function_runs_once() -> None:
    calls = []
    tf.vectorized_map(lambda x: calls.append(1) or x, X)
    assert calls == [1]


def test_structures_constants_and_none() -> None:
    got = tf.vectorized_map(lambda e: {"s": e["a"] + e["b"], "c": 1.0, "n": None}, {"a": X, "b": X})
    assert np.array_equal(got["s"], 2 * X.numpy())
    assert got["c"].numpy().tolist() == [1.0] * 4 and got["n"] is None


def test_a_single_row_goes_with_all() -> None:
    got = tf.vectorized_map(lambda e: e[0] * e[1], (X, X[:1]))
    assert np.array_equal(got, X.numpy() * X.numpy()[:1])


def test_no_elements() -> None:
    assert tf.vectorized_map(lambda x: x[:2], tf.zeros([0, 3])).shape == (0, 2)


def branch(x: Any) -> Any:
    return x if x[0] > 0 else -x


@pytest.mark.parametrize(
    "f",
    [
        branch,
        lambda x: tf.constant(x.numpy()),
        lambda x: tf.reduce_sum(tf.boolean_mask(x, x > 0)),
        lambda x: tf.cond(x[0] > 0, lambda: x, lambda: -x),
    ],
)
def test_what_cannot_be_done_at_once_is_looped(f: Callable[[Any], Any]) -> None:
    with pytest.warns(UserWarning, match="element by element"):
        got = tf.vectorized_map(f, X)
    np.testing.assert_allclose(got, tf.stack([f(x) for x in X]))
    with pytest.raises(TypeError, match="vectorized_map"):
        tf.vectorized_map(f, X, fallback_to_while_loop=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tf.vectorized_map(f, X, warn=False)


@pytest.mark.parametrize(
    ("elems", "error", "text"),
    [
        ((tf.ones([2]), tf.ones([3])), tf.errors.InvalidArgumentError, r"\[2, 3\]"),
        (tf.constant(1.0), ValueError, "scalar"),
        ((), ValueError, "at least one"),
    ],
)
def test_refusals(elems: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        tf.vectorized_map(lambda x: x, elems)


def test_a_variable_holds_one_value() -> None:
    v = tf.Variable(np.zeros(3))

    def assigns(x: Any) -> Any:
        v.assign(x)
        return x

    def assigns_a_slice(x: Any) -> Any:
        v[0].assign(x[0])
        return x

    for f in (assigns, lambda x: v.assign_add(x) * 0 + x, assigns_a_slice):
        with pytest.raises(TypeError, match="vectorized_map"):
            tf.vectorized_map(f, X, fallback_to_while_loop=False)
        assert v.numpy().tolist() == [0.0] * 3
    with pytest.raises(TypeError, match="vectorized_map"):
        tf.vectorized_map(tf.Variable, X, fallback_to_while_loop=False)


def test_a_custom_gradient_is_kept() -> None:
    @tf.custom_gradient
    def square(x: Any) -> Any:
        return x * x, lambda g: 5.0 * g

    def inside(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = square(x)
        return tape.gradient(y, x)

    assert np.array_equal(tf.vectorized_map(inside, X), np.full((4, 3), 5.0))
    with tf.GradientTape() as tape, pytest.warns(UserWarning, match="custom_gradient"):
        tape.watch(X)
        y = tf.vectorized_map(square, X)
    assert np.array_equal(tape.gradient(y, X), np.full((4, 3), 5.0))


def test_errors_inside_are_the_users() -> None:
    with pytest.raises(ZeroDivisionError):
        tf.vectorized_map(lambda x: 1 / 0, X)
    assert tf.vectorized_map(lambda x: x, X).shape == (4, 3)


ROWS = np.arange(24.0).reshape(2, 4, 3)


@pytest.mark.parametrize(
    "function",
    [
        lambda r: tf.concat(tf.dynamic_partition(r, [0, 1, 0, 1], 2), 0),
        lambda r: tf.dynamic_stitch([[3, 1], [0, 2]], [r[:2], r[2:]]),
        lambda r: tf.dynamic_stitch([[3, 1], [0, 2]], [r[:2], tf.ones((2, 3), tf.float64)]),
        lambda r: tf.add_n(tf.identity_n([r, r * 2.0, tf.ones((4, 3), tf.float64)])),
    ],
    ids=["dynamic_partition", "dynamic_stitch", "dynamic_stitch beside a constant", "identity_n"],
)
def test_rows_move_for_all_elements_at_once(
    function: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = tf.map_fn(function, tf.constant(ROWS)).numpy()

    def looped(op: Any, *_: Any) -> None:
        raise AssertionError(f"{op.type} was done element by element")

    monkeypatch.setattr("gradtape.dispatch.batching.looped", looped)
    monkeypatch.setattr("gradtape.ops.array.scattering.looped", looped)
    np.testing.assert_array_equal(tf.vectorized_map(function, tf.constant(ROWS)), expected)


def test_over_no_elements_the_result_has_its_shape_and_a_gradient() -> None:
    x = tf.zeros((0, 3))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.vectorized_map(lambda row: tf.reduce_sum(row * row), x)
    gradient = tape.gradient(y, x)
    assert y.shape == (0,) and gradient.shape == (0, 3)
