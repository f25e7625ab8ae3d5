"""Every step of a training run is looked at: troubles with counts, curves, some tapes, bounded."""

from typing import Any

import pytest

from tests.web.python.playground.test_reports import told

STEPS, BORN, LATE = 700, 453, 30
LONG = f"""
import numpy as np
w = tf.Variable([1.0, 2.0])
b = tf.Variable(0.5)
dead = tf.Variable([0.3, -0.3])
lost = tf.Variable(2.0)
x = tf.constant([1.0, 3.0])
sources = [w, b, dead, lost]
for step in range({STEPS}):
    with tf.GradientTape() as tape:
        h = w * x
        if step == {BORN - 1}:
            h = h - 9.0
        off = tf.nn.relu(dead - (1.0 if step >= {LATE - 1} else -1.0))
        y = tf.reduce_sum(tf.sqrt(h)) + b * b + tf.reduce_sum(off)
        y = y + tf.constant(np.tanh(lost.numpy()))
    g = tape.gradient(y, sources)
    b.assign_sub(0.001 * g[1])
for turn in range(30):
    with tf.GradientTape() as tape:
        z = b * (1e5 if turn >= 20 else 1.0) + 1e-9 * tf.reduce_sum(w)
    tape.gradient(z, [b, w])
"""


@pytest.fixture(scope="module")
def long() -> dict[str, Any]:
    return told(LONG)


def test_every_kind_of_trouble_is_found_in_all_steps_and_counted(long: dict[str, Any]) -> None:
    found = [
        {(t["kind"], *t["sources"]): (t["count"], t["first"]) for t in loop["troubles"]}
        for loop in long["loops"]
    ]
    # What is zero after the NaN is not counted: it says nothing then.
    assert found == [
        {
            ("none", "lost"): (STEPS, 1),
            ("zero", "dead"): (BORN - LATE, LATE),
            ("nan", "w"): (1, BORN),
        },
        {("vanishing", "w"): (30, 1), ("exploding", "b"): (10, 21)},
    ]
    assert [loop["steps"] for loop in long["loops"]] == [STEPS, 30]
    assert [loop["looked"] for loop in long["loops"]] == [STEPS, 30]


def test_the_card_of_a_late_nan_is_that_of_the_first_step(long: dict[str, Any]) -> None:
    card = next(t for t in long["loops"][0]["troubles"] if t["kind"] == "nan")["explanation"]
    assert card["cause"] == "value_not_finite" and "sqrt" in card["text"]
    assert "tf.sqrt(h)" in card["line"]["source"]


def test_the_tape_of_every_trouble_is_kept_whole(long: dict[str, Any]) -> None:
    calls = {call["call"]: call for call in long["calls"]}
    for loop in long["loops"]:
        for trouble in loop["troubles"]:
            assert calls[trouble["call"]]["graph"]["steps"], trouble["kind"]
    born = calls[BORN]
    assert (born["step"], born["why"]) == (BORN, "NaN in w")
    assert node_of(born, "Sqrt")["trouble"] == "NaN is born here"
    assert node_of(born, "Variable")["gradient"]["nan"] == 2
    titles = [scope["title"] for scope in born["graph"]["scopes"] if scope["kind"] == "turn"]
    assert titles == [f"step = {BORN - 1}"]
    assert {node["label"] for node in born["graph"]["nodes"]} >= {"h", "off", "y", "x", "w"}


def test_of_a_long_run_first_last_and_some_between_are_kept(long: dict[str, Any]) -> None:
    shown = [call["call"] for call in long["calls"]]
    assert shown == sorted(set(shown)) and len(shown) <= 12 + 48
    assert shown[:12] == list(range(1, 13))
    assert shown[-1] == STEPS + 30 and long["calls"][-1]["why"] == "last"
    assert all(call["graph"]["steps"] for call in long["calls"])
    assert {row["verdict"] for row in long["checks"][-1]["rows"]} == {"agrees"}
    between = [call["step"] - 1 for call in long["calls"][12:] if call["loop"] == 1]
    assert [n for n in between if n % 8] == [LATE + 1, BORN - 1]


def test_curves_are_bounded_and_end_at_the_last_step(long: dict[str, Any]) -> None:
    first = long["loops"][0]
    curves = {(c["what"], c["label"]): c for c in first["curves"]}
    assert max(len(curve["x"]) for curve in curves.values()) <= 513
    target = curves["target", "y"]
    assert (target["x"][0], target["x"][-1]) == (1, STEPS)
    assert curves["gradient", "w"]["y"][0] == pytest.approx(0.7905694)
    assert curves["weight", "dead"]["y"][0] == pytest.approx(0.424264)
    assert ("gradient", "lost") not in curves and ("weight", "lost") in curves


def test_a_program_that_fails_shows_what_its_tape_had_recorded() -> None:
    result = told(
        "x = tf.Variable([1.0, 2.0])\n"
        "def step(w):\n"
        "    with tf.GradientTape() as tape:\n"
        "        h = tf.sin(x) * 2.0\n"
        "        return h @ w\n"
        "step(tf.Variable([[1.0], [2.0], [3.0]]))\n",
        fails=True,
    )
    assert result["report"]["status"] == "failed" and result["report"]["calls"] == 0
    (call,) = result["calls"]
    assert (call["method"], call["line"]["lineno"]) == ("unfinished", 6)
    assert {n["label"] for n in call["graph"]["nodes"]} >= {"x", "h"}
    assert node_of(call, "Sin")["value"]["text"].startswith("[0.84147")


def node_of(call: dict[str, Any], op: str) -> dict[str, Any]:
    found: dict[str, Any] = next(n for n in call["graph"]["nodes"] if n["op"] == op)
    return found
