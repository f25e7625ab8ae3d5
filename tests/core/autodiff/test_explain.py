"""`tape.explain`: programs with causes, lines and edits; paths, norms and lost branches."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.autodiff.explain.causes import CAUSES
from tests.core.support.explained_programs import Program, edited, programs, run, wrong

PROGRAMS = programs()
#: Causes that no program of the corpus may lack.
EVERY = set(CAUSES)


@pytest.mark.parametrize("program", PROGRAMS, ids=[f"{p.family}: {p.name}" for p in PROGRAMS])
def test_every_program_is_explained(program: Program) -> None:
    """The cause, the line and the edit are right, and the edited program has a gradient."""
    found = wrong(program)
    found.pop("offered", None)
    assert found == {}


def test_the_corpus_has_every_cause_and_no_program_twice() -> None:
    assert {p.cause for p in PROGRAMS} == EVERY
    assert len({p.code for p in PROGRAMS}) == len(PROGRAMS) >= 240


@pytest.mark.parametrize(
    ("change", "what"),
    [({"cause": "reset"}, "cause"), ({"line": 1}, "line"), ({"edits": ["x = 1"]}, "edit")],
)
def test_the_check_of_a_program_sees_what_is_wrong(change: dict[str, Any], what: str) -> None:
    (program,) = (p for p in PROGRAMS if p.name == "a constant")
    assert what in wrong(replace(program, **change))


def test_the_check_of_a_program_runs_the_edit() -> None:
    (program,) = (p for p in PROGRAMS if p.name == "a constant")
    edit = {"lineno": 5, "before": "with tf.GradientTape() as tape:", "after": "if tape := 1:"}
    with pytest.raises(AttributeError):
        run(edited(program.code, edit), "<edited>")


@pytest.mark.parametrize("program", PROGRAMS[::9], ids=lambda p: p.name)
def test_an_explanation_is_text_and_data(program: Program) -> None:
    why = run(program.code, "<shown>").why
    assert why.text.startswith("d(") and why.advice, str(why)
    data = json.loads(json.dumps(why.to_dict()))
    assert data["cause"] == program.cause and data["text"] == why.text
    assert str(why) in repr(why) and (why.line is None or why.line.source in str(why))


def test_it_is_explained_before_the_gradient_is_asked_for_and_after() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    assert tape.explain(y, x).cause == "never_watched"
    assert tape.gradient(y, x) is None
    assert tape.explain(y, x).cause == "never_watched"


def test_branches_that_are_lost() -> None:
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        a = tf.stop_gradient(x) * x
        b = tf.round(x) + np.sin(x)
        c = tf.cast(tf.cast(x, tf.int32), tf.float32)
        y = a + b + c + tf.cast(x > 0.0, tf.float32)
    why = tape.explain(y, x)
    assert why.connected and why.cause is None
    assert [(branch.how, branch.line.source[:1]) for branch in why.lost] == [
        ("StopGradient passes none", "a"),
        ("Round passes none", "b"),
        ("Cast passes none", "c"),
        ("it went through NumPy and came back as a constant", "b"),
    ]
    assert (
        "lost in part: Round" in str(why) and why.to_dict()["lost"][1]["line"]["source"][0] == "b"
    )


def test_a_value_that_leaves_for_a_report_is_no_lost_branch(caplog) -> None:
    w = tf.Variable([1.0, 2.0])
    with caplog.at_level(logging.WARNING, "tensorflow"), tf.GradientTape() as tape:
        h = w * 2.0
        seen = [float(h[0]), h.numpy()]
        print(f"{h[0]:.3f}", file=io.StringIO())
        y = tf.reduce_sum(h)
    tape.gradient(y, w)
    assert seen and tape.explain(y, w).lost == [] and caplog.records == []


def lost_in_part(steps: int) -> None:
    x = tf.Variable(1.0)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            y = np.sin(x) * x
        np.testing.assert_allclose(tape.gradient(y, x).numpy(), np.sin(1.0), rtol=1e-6)


def test_a_gradient_that_is_lost_in_part_is_warned_of_once(caplog) -> None:
    with caplog.at_level(logging.WARNING, "tensorflow"):
        lost_in_part(3)
    (record,) = caplog.records
    message = record.getMessage()
    assert "lost in part" in message and "y = np.sin(x) * x" in message
    assert message.startswith("test_explain.py:")


def test_the_warning_can_be_turned_off(caplog) -> None:
    tf.debugging.disable_lost_gradient_warnings()
    try:
        with caplog.at_level(logging.WARNING, "tensorflow"), tf.GradientTape() as tape:
            x = tf.Variable(1.0)
            y = np.cos(x) * x
        tape.gradient(y, x)
    finally:
        tf.debugging.enable_lost_gradient_warnings()
    assert caplog.records == []


def test_a_long_path_is_shown_by_its_ends() -> None:
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x
        for _ in range(1000):
            y = y * 1.0
    why = tape.explain(y, x)
    assert (why.length, len(why.path), why.norm) == (1000, 200, 1.0)
    assert "… 800 more ops …" in str(why)


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
    before = tape.explain(y, x)
    gradient = tape.gradient(y, x)  # the tape lets go of its values, but not of these
    after = tape.explain(y, x)
    assert np.isinf(gradient.numpy()) and before.norm == after.norm == np.inf
    for why in (before, after):
        assert (why.connected, why.cause, why.born) == (True, "gradient_not_finite", "backward")
        assert why.op == "Sqrt" and why.line is not None and "tf.sqrt(x)" in why.line.source
    assert after.to_dict()["norm"] == "inf"


def test_a_nan_is_found_on_any_path() -> None:
    x = tf.Variable([0.0, 1.0])
    with tf.GradientTape() as tape:
        fine = tf.reduce_sum(tf.exp(x))
        bad = tf.reduce_sum(x * tf.math.log(x))
        y = fine + bad
    why = tape.explain(y, x)
    assert (why.cause, why.op, why.born) == ("value_not_finite", "Log", "forward")
    assert why.operands == ["float32[2] with 0 at [0]"]
    assert [step.op for step in why.path] == ["Exp", "Sum", "AddV2"]


def test_values_that_are_finite_are_let_go_of() -> None:
    x = tf.Variable([0.0, 1.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.where(x > 2.0, tf.stop_gradient(tf.exp(1000.0 * x)), x))
    assert np.isfinite(tape.gradient(y, x).numpy()).all()
    assert all(record[3] is None for record in tape.records)


def test_what_is_infinite_before_the_tape_keeps_nothing() -> None:
    tf.math.log(0.0)
    x = tf.Variable([0.0, 1.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.sqrt(x))
        z = y * 3.0
    tape.gradient(z, x)
    kept = [record[0].type for record in tape.records if record[3] is not None]
    assert kept == ["Sqrt"]


def test_what_explain_refuses() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
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


def test_each_target_is_explained_by_its_own_name() -> None:
    v, c = tf.Variable(3.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        y, z = v * v, tf.round(v)
        w = c * 2.0
    losses = {"y": y, "rest": [z, w]}
    flat = tape.explain([y, z, w], v)
    assert [e.target for e in flat] == ["y", "z", "w"]
    assert [e.cause for e in flat] == [None, "no_path", "no_connection"]
    assert all(e.line is not None for e in flat[1:])
    nested = tape.explain(losses, [v, c])
    assert list(nested) == ["y", "rest"] and [len(a) for a in nested["rest"]] == [2, 2]
    assert nested["y"][0].connected and nested["rest"][0][0].target == "losses['rest'][0]"
    assert nested["rest"][1][1].cause == "never_watched" and nested["rest"][1][1].source == "c"
    assert tape.explain((y,), v)[0].norm == 6.0
