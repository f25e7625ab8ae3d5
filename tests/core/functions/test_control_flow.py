"""Control flow and loops over axis 0: what runs, what is given back, gradients, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf

InvalidArgumentError = tf.errors.InvalidArgumentError


def test_cond_runs_one_branch() -> None:
    ran = []
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = tf.cond(x > 2, lambda: ran.append(1) or x * x, lambda: ran.append(2) or -x)
    assert ran == [1] and tape.gradient(y, x).numpy() == 6.0
    assert tf.cond(False, lambda: 1, lambda: 2) == 2
    with pytest.raises(TypeError, match="true_fn must be callable"):
        tf.cond(True, 1, 2)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes a boolean"):
        tf.cond("yes", lambda: 1, lambda: 2)


def test_case() -> None:
    pairs = [(tf.constant(False), lambda: 1), (tf.constant(True), lambda: 2), (True, lambda: 3)]
    assert tf.case(pairs) == 2
    assert tf.case([(False, lambda: 1)], default=lambda: 9) == 9
    with pytest.raises(InvalidArgumentError, match="more than 1 conditions"):
        tf.case(pairs, exclusive=True)
    with pytest.raises(InvalidArgumentError, match="None of the conditions"):
        tf.case([(False, lambda: 1)])
    with pytest.raises(TypeError, match="function"):
        tf.case([(True, 1)])


@pytest.mark.parametrize(("index", "want"), [(0, "a"), (1, "b"), (7, "b"), (-1, "b")])
def test_switch_case(index: int, want: str) -> None:
    assert tf.switch_case(tf.constant(index), [lambda: "a", lambda: "b"]) == want
    assert tf.switch_case(tf.constant(index), {0: lambda: "a", 1: lambda: "b"}) == want


def test_switch_case_refuses() -> None:
    assert tf.switch_case(tf.constant(5), {0: lambda: 0}, default=lambda: 1) == 1
    with pytest.raises(TypeError, match="integer Tensor"):
        tf.switch_case(1, [lambda: 1])
    with pytest.raises(ValueError, match="must differ"):
        tf.switch_case(tf.constant(1), [(1, lambda: 1), (1, lambda: 2)])


def test_while_loop_is_differentiable() -> None:
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        _, y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), (0, tf.constant(1.0)))
    assert y.numpy() == 8.0 and tape.gradient(y, x).numpy() == 12.0


def test_while_loop_keeps_structures() -> None:
    i, state = tf.while_loop(
        lambda i, s: i < 9, lambda i, s: [i + 1, {"a": s["a"] * 2.0}], [0, {"a": 1.0}],
        maximum_iterations=3,
    )  # fmt: skip
    assert i.numpy() == 3 and state["a"].numpy() == 8.0
    with pytest.raises(ValueError, match="same nested structure"):
        tf.while_loop(lambda i: i < 3, lambda i: [i + 1, i], [0])
    with pytest.raises(ValueError, match="loop_vars"):
        tf.while_loop(lambda: True, lambda: 1, [])
    with pytest.raises(TypeError, match="body must be callable"):
        tf.while_loop(lambda i: True, 1, [0])  # type: ignore[arg-type]


def test_map_fn() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.map_fn(lambda v: v**3, x)
    assert tape.gradient(y, x).numpy().tolist() == [3.0, 12.0, 27.0]
    two = tf.map_fn(lambda v: (v[0] + v[1], v[1]), (x, x))
    assert two[0].numpy().tolist() == [2.0, 4.0, 6.0]
    counted = tf.map_fn(lambda v: tf.size(v), tf.ones([2, 3]), fn_output_signature=tf.int32)
    assert counted.numpy().tolist() == [3, 3]
    assert tf.map_fn(lambda v: v[:1], tf.zeros([0, 3])).shape == (0, 1)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: tf.map_fn(lambda x: x, 1.0), ValueError, "not scalars"),
        (lambda: tf.map_fn(lambda x: x, []), ValueError, "elems"),
        (lambda: tf.map_fn(1, [[1.0]]), TypeError, "callable"),
        (lambda: tf.map_fn(lambda x: x[0], (tf.ones(2), tf.ones(3))), ValueError, r"\[2, 3\]"),
        (lambda: tf.map_fn(lambda x: tf.cast(x, tf.int32), tf.ones(2)), InvalidArgumentError,
         "fn_output_signature"),
        (lambda: tf.foldl(lambda a, x: a, tf.zeros([0])), ValueError, "initializer"),
        (lambda: tf.scan(lambda a, x: (a, x), tf.ones(2)), ValueError, "structure"),
    ],
)  # fmt: skip
def test_loops_refuse(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


def test_folds_and_scans() -> None:
    x = tf.constant([1.0, 2.0, 4.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        product = tf.foldl(lambda a, v: a * v, x)
        running = tf.scan(lambda a, v: a * v, x)
    assert tape.gradient(product, x).numpy().tolist() == [8.0, 4.0, 2.0]
    assert tape.gradient(running, x).numpy().tolist() == [11.0, 5.0, 2.0]
    assert tf.foldr(lambda a, v: a - v, x, initializer=0.0).numpy() == -7.0
    assert tf.scan(lambda a, v: a + v, x, reverse=True).numpy().tolist() == [7.0, 6.0, 4.0]
    assert tf.scan(lambda a, v: a + v, x, 10.0).numpy().tolist() == [11.0, 13.0, 17.0]
    a, b = tf.scan(lambda s, v: (s[0] + v, s[1] * v), x, (0.0, 1.0))
    assert a.numpy().tolist() == [1.0, 3.0, 7.0] and b.numpy().tolist() == [1.0, 2.0, 8.0]


def test_python_functions() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        through_numpy = tf.numpy_function(lambda a: a**2, [x], tf.float32)
        through_python = tf.py_function(lambda t: t**2, [x], tf.float32)
    assert tape.gradient(through_numpy, x) is None
    assert tape.gradient(through_python, x).numpy().tolist() == [2.0, 4.0]
    a, b = tf.numpy_function(lambda v: (v, v + 1), [x], [tf.float32, tf.float32])
    assert b.numpy().tolist() == [2.0, 3.0] and a.dtype == tf.float32
    assert tf.numpy_function(lambda: np.float32(3), [], tf.float32).numpy() == 3.0
    assert tf.py_function(lambda v: None, [x], []) == []
    with pytest.raises(InvalidArgumentError, match="dtype float32"):
        tf.py_function(lambda v: tf.cast(v, tf.float64), [x], tf.float32)
    with pytest.raises(TypeError, match="callable"):
        tf.numpy_function(1, [x], tf.float32)


def test_numpy_function_cannot_change_a_tensor() -> None:
    x = tf.constant([1.0, 2.0])

    def spoil(a: Any) -> Any:
        a[:] = 7
        return a

    assert tf.numpy_function(spoil, [x], tf.float32).numpy().tolist() == [7.0, 7.0]
    assert x.numpy().tolist() == [1.0, 2.0]


def test_print(capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    tf.print("x", tf.constant([1.0, 2.5, 3.14159265]), [tf.constant(1), "a"], 0.5)
    assert capsys.readouterr().err == "x [1 2.5 3.14159274] [1, 'a'] 0.5\n"
    tf.print(tf.range(10), tf.zeros([2, 2]), output_stream=sys.stdout, end="!", sep="; ")
    assert capsys.readouterr().out == "[0 1 2 ... 7 8 9]; [[0 0]\n [0 0]]!"
    lines: list[str] = []
    tf.print(tf.range(8), summarize=-1, output_stream=lines.append)
    assert lines == ["[0 1 2 3 4 5 6 7]"]
    with pytest.raises(ValueError, match="output_stream"):
        tf.print(1, output_stream=3)


D = tf.debugging


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: D.assert_equal([1, 2], [1, 3], "hey"), InvalidArgumentError, r"(?s)hey.*\[\[1"),
        (lambda: D.assert_equal([1, 2], [1, 2, 3]), InvalidArgumentError, "Incompatible shapes"),
        (lambda: D.assert_near(1.0, 1.1), InvalidArgumentError, "not equal to tolerance"),
        (lambda: D.assert_near(1.0, np.nan), InvalidArgumentError, "not equal to tolerance"),
        (lambda: D.assert_none_equal(1, 1), InvalidArgumentError, "x != y"),
        (lambda: D.assert_less([1, 2], [2, 2]), InvalidArgumentError, "x < y"),
        (lambda: D.assert_greater_equal(1, 2), InvalidArgumentError, "x >= y"),
        (lambda: D.assert_positive([1.0, 0.0]), InvalidArgumentError, "x > 0"),
        (lambda: D.assert_non_negative(-1), InvalidArgumentError, "x >= 0"),
        (lambda: D.assert_all_finite([1.0, np.nan], "m"), InvalidArgumentError, "m : .*NaN"),
        (lambda: D.check_numerics([np.inf, np.nan], "m"), InvalidArgumentError, "Inf and NaN"),
        (lambda: D.assert_rank([1.0], 2), ValueError, "rank 2. Received rank 1"),
        (lambda: D.assert_rank_at_least(1.0, 1), ValueError, "rank at least 1"),
        (lambda: D.assert_rank_in(1.0, (1, 2)), ValueError, r"rank in \(1, 2\)"),
        (lambda: D.assert_scalar([1.0]), ValueError, "Expected scalar shape"),
        (lambda: D.assert_shapes([(tf.ones([2, 3]), ("N", "M")), (tf.ones([3]), ("N",))]),
         ValueError, "must have size 2. Received size 3"),
        (lambda: D.assert_shapes([(tf.ones([2, 3]), (2, 4))]), ValueError, "must have size 4"),
        (lambda: D.assert_shapes([(tf.ones([2]), ())]), ValueError, "rank 0"),
        (lambda: D.assert_type(1.0, tf.int32), TypeError, "tf.int32; got tf.float32"),
        (lambda: D.assert_integer(1.0), TypeError, "integer type"),
        (lambda: D.assert_same_float_dtype([tf.constant(1.0), tf.constant(1)]), ValueError, "same"),
        (lambda: D.assert_proper_iterable("ab"), TypeError, "proper"),
        (lambda: tf.Assert(False, [tf.range(9), "why"]), InvalidArgumentError, "(?s)0 1 2.*why"),
    ],
)  # fmt: skip
def test_checks_that_fail(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


def test_checks_that_hold() -> None:
    D.assert_equal([1, 2], 1 + np.array([0, 1]))
    D.assert_near([1.0], 1.0 + 1e-7)
    D.assert_shapes({"x": ()} and [(tf.ones([2, 3, 4]), ("B", ...)), (tf.ones([4]), (None,))])
    D.assert_shapes([(tf.ones([2, 3]), ("*", 3))])
    tf.Assert(tf.constant(True), [])


def test_check_numerics_checks_the_gradient() -> None:
    x = tf.constant([4.0, 0.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sqrt(D.check_numerics(x, "root"))
    with pytest.raises(InvalidArgumentError, match="in the gradient. root"):
        tape.gradient(y, x)


@pytest.mark.parametrize(
    ("gives", "announced", "error"),
    [
        (tuple, [tf.float32, tf.float32], TypeError),
        (list, (tf.float32, tf.float32), TypeError),
        (lambda pair: {"a": pair[0], "b": pair[1]}, {"a": tf.float32, "c": tf.float32}, ValueError),
    ],
)
def test_map_fn_gives_the_structure_that_was_announced(
    gives: Any, announced: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match="structure"):
        tf.map_fn(lambda x: gives([x, x]), tf.ones([2]), fn_output_signature=announced)


def test_numpy_function_gives_what_the_function_gives() -> None:
    one = tf.constant(1.0)
    assert tf.numpy_function(lambda: None, [], []) is None
    assert tf.numpy_function(lambda x: None, [one], tf.float32) is None
    for gives in (lambda x: x, lambda x: [x], lambda x: (x,)):
        assert tf.numpy_function(gives, [one], [tf.float32]).numpy() == 1
    both = tf.numpy_function(lambda x: (x, 2 * x), [one], tf.float32)
    assert [float(y) for y in both] == [1, 2]
    stacked = tf.numpy_function(lambda x: np.stack([x, x]), [one], [tf.float32, tf.float32])
    assert stacked.shape == 2
    assert tf.numpy_function(lambda x: x, [1.0], tf.float32).dtype is tf.float64


def test_py_function_without_a_result() -> None:
    assert tf.py_function(lambda: None, [], []) == []
    with pytest.raises(tf.errors.InvalidArgumentError, match="0 values"):
        tf.py_function(lambda: None, [], tf.float32)
