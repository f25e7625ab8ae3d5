"""`tape.explain`: every cause of a None, its line, its advice and its edit; and paths that flow."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf

Pair = tuple[Any, Any, Any]


def never_watched() -> Pair:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape, y, x


def not_accessed() -> Pair:
    x = tf.Variable(3.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        y = x * x
    return tape, y, x


def watched_late() -> Pair:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
        tape.watch(x)
    return tape, y, x


def not_trainable() -> Pair:
    x = tf.Variable(3.0, trainable=False)
    with tf.GradientTape() as tape:
        y = x * x
    return tape, y, x


def replaced_by_tensor() -> Pair:
    x = tf.Variable(2.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            y = x + 1
        if not isinstance(x, tf.Variable):
            break
        x = x + 1
    return tape, y, x


def left_through_numpy() -> Pair:
    x = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        x2 = x**2
        y = np.mean(x2, axis=0)
        y = tf.reduce_mean(y, axis=0)
    return tape, y, x


def left_through_float() -> Pair:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = tf.sqrt(float(x) * 2.0)
    return tape, y, x


def left_through_numpy_method() -> Pair:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        z = x * x
        y = tf.sqrt(z.numpy())
    return tape, y, x


def left_through_list() -> Pair:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        values = [float(v) for v in x]
        y = tf.reduce_sum(values)
    return tape, y, x


def integer_source() -> Pair:
    x = tf.constant(10)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape, y, x


def integer_variable() -> Pair:
    x = tf.Variable(10)
    with tf.GradientTape() as tape:
        y = tf.cast(x, tf.float32) * 2.0
    return tape, y, x


def string_source() -> Pair:
    x = tf.constant("text")
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.Variable(1.0) * 2.0
    return tape, y, x


def integer_on_the_way() -> Pair:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        whole = tf.cast(x, tf.int32)
        y = tf.cast(whole, tf.float32) * 2.0
    return tape, y, x


def stateful() -> Pair:
    x0, x1 = tf.Variable(3.0), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        x1.assign_add(x0)
        y = x1**2
    return tape, y, x0


def stop_gradient() -> Pair:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = tf.stop_gradient(x * x) * 2.0
    return tape, y, x


def stop_recording() -> Pair:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        with tape.stop_recording():
            z = x * x
        y = z + 1.0
    return tape, y, x


def reset() -> Pair:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        tape.reset()
    return tape, y, x


def after_close() -> Pair:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        z = x * x
    y = z + 1.0
    return tape, y, x


def before_open() -> Pair:
    x = tf.Variable(3.0)
    y = x * x
    with tf.GradientTape() as tape:
        x * 2.0
    return tape, y, x


def no_path() -> Pair:
    x = tf.Variable(3.7)
    with tf.GradientTape() as tape:
        y = tf.floor(x) * 2.0
    return tape, y, x


def unregistered() -> Pair:
    x = tf.Variable([[[0.5, 0.0, 0.0]]])
    with tf.GradientTape() as tape:
        y = tf.image.adjust_contrast(x, 0.1) * 2.0
    return tape, y, x


def control_flow() -> Pair:
    x, v0 = tf.constant(1.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = v0 * 1.0 if x > 0.0 else v0 * 2.0
    return tape, y, x


def no_connection() -> Pair:
    x, z = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = z * z
        x * 2.0
    return tape, y, x


#: function → cause, what stands on the line that is shown (None: no line), the line after the edit
CASES: list[tuple[Callable[[], Pair], str, str | None, str | None]] = [
    (never_watched, "never_watched", "x = tf.constant(3.0)", "tape.watch(x)"),
    (not_accessed, "never_watched", "watch_accessed_variables=False", "tape.watch(x)"),
    (watched_late, "watched_late", None, None),
    (not_trainable, "not_trainable", "trainable=False", "trainable=True"),
    (replaced_by_tensor, "replaced_by_tensor", "x = x + 1", "x.assign_add(1)"),
    (
        left_through_numpy,
        "left_through_numpy",
        "y = np.mean(x2, axis=0)",
        "y = tf.reduce_mean(x2, axis=0)",
    ),
    (left_through_float, "left_through_numpy", "float(x)", "y = tf.sqrt(x * 2.0)"),
    (left_through_numpy_method, "left_through_numpy", "z.numpy()", "y = tf.sqrt(z)"),
    (left_through_list, "left_through_numpy", "float(v)", None),
    (integer_source, "integer", "x = tf.constant(10)", "x = tf.constant(10.0)"),
    (integer_variable, "integer", "x = tf.Variable(10)", "x = tf.Variable(10.0)"),
    (string_source, "integer", 'tf.constant("text")', None),
    (integer_on_the_way, "integer", "tf.cast(x, tf.int32)", None),
    (stateful, "stateful", "x1.assign_add(x0)", None),
    (stop_gradient, "stop_gradient", "tf.stop_gradient", "y = x * x * 2.0"),
    (stop_recording, "stop_recording", "z = x * x", None),
    (reset, "reset", "tape.reset()", None),
    (after_close, "after_close", None, None),
    (before_open, "before_open", None, None),
    (no_path, "no_path", "tf.floor(x)", None),
    (unregistered, "unregistered", "adjust_contrast", None),
    (control_flow, "control_flow", "if x > 0.0", None),
    (no_connection, "no_connection", None, None),
]


@pytest.mark.parametrize(
    ("make", "cause", "line", "after"), CASES, ids=[c[0].__name__ for c in CASES]
)
@pytest.mark.parametrize("asked_first", [False, True], ids=["before-gradient", "after-gradient"])
def test_every_cause(
    make: Callable[[], Pair], cause: str, line: str | None, after: str | None, asked_first: bool
) -> None:
    tape, y, x = make()
    if asked_first:
        if cause == "unregistered":
            with pytest.raises(LookupError):
                tape.gradient(y, x)
        else:
            assert tape.gradient(y, x) is None
    why = tape.explain(y, x)
    assert (why.connected, why.cause) == (False, cause), str(why)
    assert why.text.startswith("d(y)/d(x) is")
    assert why.advice, "every cause says what to do instead"
    if line is None:
        assert why.line is None
    else:
        assert why.line is not None and line in why.line.source, str(why)
        assert why.line.file == __file__
    if after is not None:
        assert why.suggestion is not None and after in why.suggestion["after"], why.suggestion
    data = json.loads(json.dumps(why.to_dict()))
    assert data["cause"] == cause and data["text"] == why.text
    assert str(why) in repr(why)


def test_a_path_that_flows() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        a = x * 3.0
        y = tf.reduce_sum(a * a)
    why = tape.explain(y, x)
    assert why.connected and why.cause is None
    assert [step.op for step in why.path] == ["Mul", "Mul", "Sum"]
    assert why.path[0].line is not None and why.path[0].line.source == "a = x * 3.0"
    np.testing.assert_allclose(why.path[0].norm, np.linalg.norm([6.0, 12.0]), rtol=1e-6)
    assert tape.gradient(y, x).numpy().tolist() == [18, 36]  # asking changes nothing


def test_the_birth_of_an_infinity() -> None:
    x = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        root = tf.sqrt(x)
        y = root * 2.0
    why = tape.explain(y, x)
    assert "Sqrt" in why.advice and "infinite" in why.advice
    with tf.GradientTape() as tape:
        low = tf.math.log(x)
        y = tf.exp(low) * 1.0
    assert "Log" in tape.explain(y, x).advice


def test_what_explain_refuses() -> None:
    tape, y, x = never_watched()
    for target, source in ((1.0, x), (y, np.ones(2))):
        with pytest.raises(TypeError, match="one tensor or variable"):
            tape.explain(target, source)
    with pytest.raises(RuntimeError, match="never entered"):
        tf.GradientTape().explain(y, x)


def test_the_graph_is_data() -> None:
    x = tf.Variable([1.0, 2.0], name="x")
    with tf.GradientTape() as tape:
        y = tf.exp(x)
        z = tf.reduce_sum(y)
        tf.argmax(y)
    graph = json.loads(json.dumps(tape.graph().to_dict()))
    ops = {node["op"]: node for node in graph["nodes"]}
    assert set(ops) == {"Variable", "Exp", "Sum", "ArgMax"}
    assert ops["Variable"]["name"] == "x:0" and ops["Exp"]["bytes_kept"] == 8 == graph["bytes_kept"]
    assert ops["ArgMax"]["status"] == "blocked" and ops["Exp"]["line"]["source"] == "y = tf.exp(x)"
    assert [ops["Variable"]["id"], ops["Exp"]["id"]] in graph["edges"]
    assert tape.gradient(z, x) is not None


def test_a_cut_path_that_joins_a_live_one() -> None:
    x, w = tf.Variable(3.7), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        rounded = tf.floor(x) * 2.0
        y = w * 3.0 + rounded
    why = tape.explain(y, x)
    assert why.cause == "no_path" and why.line is not None and "tf.floor(x)" in why.line.source
    assert tape.explain(y, w).connected


def test_each_member_of_a_list_is_explained_by_its_own_name() -> None:
    v, c = tf.Variable(3.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        y = v * c
    params = [v, c]
    assert [e.source for e in tape.explain(y, [v, c])] == ["v", "c"]
    assert [e.source for e in tape.explain(y, params)] == ["params[0]", "params[1]"]
    assert tape.explain(y, [v, c])[1].cause == "never_watched"
    answers = tape.explain(y, {"first": v, "second": c})
    assert (answers["second"].source, answers["second"].cause) == ("c", "never_watched")
    assert "tape.watch(c)" in answers["second"].advice
