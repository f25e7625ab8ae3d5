"""`custom_gradient`, `recompute_grad`, `RegisterGradient`, `no_gradient`, forward mode."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pytest

import gradtape as tf


def grad(f: Any, x: Any) -> Any:
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


@tf.custom_gradient
def cube(x: Any) -> Any:
    """x³ with a rule of its own."""

    def rule(dy: Any) -> Any:
        return 3.0 * x * x * dy

    return x**3, rule


def test_a_rule_replaces_the_gradient_and_is_differentiated() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = cube(x)
        g = inner.gradient(y, x)
    assert (g.numpy(), outer.gradient(g, x).numpy()) == (27, 18)
    assert cube.__name__ == "cube" and "x³" in cube.__doc__


def test_nested_rules_customise_the_second_order() -> None:
    @tf.custom_gradient
    def f(x: Any) -> Any:
        @tf.custom_gradient
        def slope(x: Any) -> Any:
            return 3.0 * x * x, lambda dy: dy * 1000.0

        return x**3, lambda dy: dy * slope(x)

    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        g = inner.gradient(y, x)
    assert outer.gradient(g, x).numpy() == 1000


def test_structures_in_and_out() -> None:
    @tf.custom_gradient
    def f(a: Any, pair: Any, mode: str) -> Any:
        b, c = pair

        def rule(dsum: Any, dproduct: Any) -> Any:
            return dsum * 10.0, dproduct * 100.0, None, None

        return {"product": a * b, "sum": a + c}, lambda dproduct, dsum: rule(dsum, dproduct)

    a, b, c = tf.Variable(2.0), tf.Variable(3.0), tf.constant(4.0)
    with tf.GradientTape() as tape:
        tape.watch(c)
        out = f(a, [b, c], "mode")
        y = out["sum"] * 1.0
    assert [None if g is None else g.numpy() for g in tape.gradient(y, [a, b, c])] == [10, 0, None]


def test_variables_that_are_no_arguments() -> None:
    v = tf.Variable(2.0)

    @tf.custom_gradient
    def f(x: Any) -> Any:
        def rule(dy: Any, variables: Any = None) -> Any:
            return dy * 7.0, [dy * 9.0 for _ in variables]

        return x * v, rule

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x) * 2.0
    assert [g.numpy() for g in tape.gradient(y, [x, v])] == [14, 18]

    @tf.custom_gradient
    def forgetful(x: Any) -> Any:
        return x * v, lambda dy: dy

    with pytest.raises(TypeError, match="must accept keyword argument 'variables'"):
        forgetful(x)


@pytest.mark.parametrize(
    ("rule", "error", "text"),
    [
        (lambda dy: (dy, dy), ValueError, "expected to return 1 gradients, but returned 2"),
        (lambda dy: [], ValueError, "expected to return 1 gradients, but returned 0"),
        (lambda dy: tf.constant([1.0, 2.0, 3.0]), ValueError, "they must agree"),
        (lambda dy: tf.cast(dy, tf.float64), ValueError, "they must agree"),
        (lambda dy: 1 / 0, ZeroDivisionError, "division"),
    ],
)
def test_wrong_rules(rule: Any, error: type[Exception], text: str) -> None:
    @tf.custom_gradient
    def f(x: Any) -> Any:
        return x * 2.0, rule

    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = f(x)
        z = x * 3.0
    with pytest.raises(error, match=text):
        tape.gradient(y, x)
    assert tape.gradient(z, x).numpy().tolist() == [3, 3]  # the tape is still usable


def test_functions_that_return_no_pair() -> None:
    for bad in (lambda x: x, lambda x: (x, None)):
        with pytest.raises(TypeError, match=r"must return \(y, grad_fn\)"):
            tf.custom_gradient(bad)(tf.constant(1.0))


def test_a_tracked_keyword_is_refused() -> None:
    f = tf.custom_gradient(lambda x, scale: (x * scale, lambda dy: (dy, dy)))
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape, pytest.raises(TypeError, match="scale= by keyword"):
        f(tf.constant(1.0), scale=x)
    with tf.GradientTape():
        assert (
            tf.custom_gradient(lambda x, n=1: (x * n, lambda dy: dy))(tf.constant(1.0), n=3).numpy()
            == 3
        )
    assert tape is not None


def test_custom_gradients_in_forward_mode_and_jacobians() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 1.0])) as acc:
        y = cube(x)
    assert acc.jvp(y).numpy().tolist() == [3, 12]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = cube(x)
    assert tape.jacobian(y, x).numpy().tolist() == [[3, 0], [0, 12]]


def test_recompute_grad_runs_the_function_again() -> None:
    calls = []
    w = tf.Variable([1.0, 2.0])

    def f(x: Any) -> Any:
        calls.append(1)
        return x * x * w

    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.recompute_grad(f)(x)
        gx, gw = tape.gradient(y, [x, w])
    assert len(calls) == 2
    assert gx.numpy() == 18 and gw.numpy().tolist() == [9, 9]
    assert outer.gradient(gx, x).numpy() == 6
    assert tf.recompute_grad(f).__wrapped__ is f


def test_registering_a_gradient() -> None:
    image = tf.Variable([[[0.5, 0.2, 0.1]]])
    with pytest.raises(KeyError, match="Registering two gradient"):
        tf.RegisterGradient("Exp")(lambda op, g: g)
    with pytest.raises(TypeError, match="must be a string"):
        tf.RegisterGradient(3)
    from gradtape.primitives.registry import REGISTRY

    with tf.GradientTape() as tape:
        y = tf.image.adjust_saturation(image, 0.5)
    op = REGISTRY["AdjustSaturation"]
    before = (op.kind, op.pullback, op.jvp, op.pull_keeps)
    try:
        tf.RegisterGradient("AdjustSaturation")(lambda op, g: (g * 2.0, None))
        with tf.GradientTape() as tape:
            y = tf.image.adjust_saturation(image, 0.5)
        assert tape.gradient(y, image).numpy().tolist() == [[[2, 2, 2]]]
    finally:
        op.kind, op.pullback, op.jvp, op.pull_keeps = before


def test_graph_functions_are_refused() -> None:
    for f in (tf.gradients, tf.hessians):
        with pytest.raises(RuntimeError, match="Use tf.GradientTape instead"):
            f(tf.constant(1.0), tf.constant(1.0))


def test_forward_accumulator() -> None:
    x, v = tf.constant([1.0, 2.0]), tf.Variable(3.0)
    with tf.autodiff.ForwardAccumulator([x, v], [tf.constant([1.0, 0.0]), tf.constant(1.0)]) as acc:
        y = x * x * v
        unrelated = tf.Variable(1.0) * 2.0
        with pytest.raises(ValueError, match="already recording"):
            acc.__enter__()
    assert acc.jvp(y).numpy().tolist() == [7, 4]
    assert acc.jvp({"y": y, "x": x})["x"].numpy().tolist() == [1, 0]
    assert acc.jvp(unrelated) is None
    assert acc.jvp(unrelated, unconnected_gradients="zero").numpy() == 0
    with pytest.raises(ValueError, match="not a valid UnconnectedGradients"):
        acc.jvp(y, unconnected_gradients="b")


def test_forward_accumulators_nest() -> None:
    x = tf.constant(2.0)
    one = tf.constant(1.0)
    with tf.autodiff.ForwardAccumulator(x, one) as outer:
        with tf.autodiff.ForwardAccumulator(x, one) as inner:
            y = x**4
        first = inner.jvp(y)
    assert (first.numpy(), outer.jvp(first).numpy()) == (32, 48)


def test_what_forward_mode_refuses(caplog: Any) -> None:
    x = tf.constant([1.0, 2.0])
    Accumulator = tf.autodiff.ForwardAccumulator
    with pytest.raises(ValueError, match="same nested structure"):
        Accumulator([x, x], x)
    with pytest.raises(ValueError, match="multiple times"):
        Accumulator([x, x], [x, x])
    with pytest.raises(ValueError, match="requested dtype"):
        Accumulator(x, tf.constant([1.0, 1.0], tf.float64))
    with pytest.raises(ValueError, match="shape of its primal"):
        Accumulator(x, tf.constant(1.0))
    with pytest.raises(TypeError, match=r"tf.Tensor or tf.Variable"):
        Accumulator(1.0, 1.0)
    with caplog.at_level(logging.WARNING, "tensorflow"):
        Accumulator(tf.constant(1), tf.constant(1))
    with Accumulator(x, x), pytest.raises(LookupError, match="IsNan"):
        tf.math.is_nan(x)


def test_compute_gradient() -> None:
    theory, numbers = tf.test.compute_gradient(
        lambda a, b: a @ b, [np.ones((2, 3)), np.arange(3.0).reshape(3, 1)]
    )
    assert theory[0].shape == (2, 6) and theory[1].shape == (2, 3)
    for t, n in zip(theory, numbers, strict=True):
        np.testing.assert_allclose(t, n, atol=1e-8)
    with pytest.raises(ValueError, match="must be a list or tuple"):
        tf.test.compute_gradient(tf.exp, tf.constant(1.0))
    with pytest.raises(AssertionError, match="unsupported type int32"):
        tf.test.compute_gradient(tf.identity, [tf.constant(1)])


def test_a_dictionary_of_arguments_and_of_gradients() -> None:
    @tf.custom_gradient
    def product(parts: dict[str, tf.Tensor]) -> tuple[tf.Tensor, Any]:
        a, b = parts["a"], parts["b"]
        return a * b, lambda g: {"b": g * a, "a": 10 * g * b}

    a, b = tf.constant(2.0), tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch([a, b])
        y = product({"b": b, "a": a})
    assert [float(g) for g in tape.gradient(y, [a, b])] == [30, 2]


def test_a_dictionary_of_results() -> None:
    @tf.custom_gradient
    def both(x: tf.Tensor) -> Any:
        return {"u": 2 * x, "v": 3 * x}, lambda gu, gv: 20 * gu + 30 * gv

    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        found = both(x)
        y = found["u"] + found["v"]
    assert float(y) == 10
    assert float(tape.gradient(y, x)) == 50
