"""Intervention: one value of a tape is another; what is told is what the program would give."""

from typing import Any

import pytest

from tests.web.python.playground.test_reports import told

PROGRAM = """
x = tf.Variable({x})
w = tf.Variable([0.5, -1.0])
with tf.GradientTape() as tape:
    a = x * x
    h = tf.sin(a{moved}) * w
    y = tf.reduce_sum(h) * x
tape.gradient(y, [x, w])
"""


def briefs(nodes: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    """Value and gradient of each node that the tape follows."""
    found = [n for n in nodes if n["id"] < 1 << 40]
    return [(n["value"]["text"], n["gradient"] and n["gradient"]["text"]) for n in found]


def sent(steps: list[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    return [[(one["sum"], one["sent"]) for one in step["into"]] for step in steps]


def test_a_source_that_is_pulled_gives_what_the_program_gives_there() -> None:
    (pulled,) = told(PROGRAM.format(x=1.5, moved=""), pulled=(("x", 1.0, 0.5),))["replays"]
    (there,) = told(PROGRAM.format(x=2.0, moved=""))["calls"]
    assert pulled["text"] == ""
    assert briefs(pulled["nodes"]) == briefs(there["graph"]["nodes"])
    assert sent(pulled["steps"]) == sent(there["graph"]["steps"])


def test_a_value_on_the_way_moves_all_that_comes_after_and_every_gradient() -> None:
    before = told(PROGRAM.format(x=1.5, moved=""), pulled=(("a", 1.0, 0.25), ("a", 1.0, 0.0)))
    pulled, untouched = before["replays"]
    (there,) = told(PROGRAM.format(x=1.5, moved=" + 0.25"))["calls"]
    assert briefs(untouched["nodes"]) == briefs(before["calls"][0]["graph"]["nodes"])
    named = {n["label"]: n["id"] for n in before["calls"][0]["graph"]["nodes"]}
    moved = {n["id"]: n for n in pulled["nodes"]}
    wanted = {n["label"]: n for n in there["graph"]["nodes"]}
    for name in ("h", "y", "x", "w"):
        assert moved[named[name]]["value"] == wanted[name]["value"]
        assert moved[named[name]]["gradient"] == wanted[name]["gradient"]
    assert moved[named["a"]]["value"]["text"] == "2.5"


def test_an_array_is_multiplied_and_the_seeds_of_the_call_count() -> None:
    result = told(
        "w = tf.Variable([1.0, 2.0])\nwith tf.GradientTape() as tape:\n    y = w * w\n"
        "tape.gradient(y, w, output_gradients=tf.constant([1.0, 10.0]))\n",
        pulled=(("w", 2.0, 0.0),),
    )
    value, gradient = briefs(result["replays"][0]["nodes"])[0]
    assert (value, gradient) == ("[2.0, 4.0]", "[4.0, 80.0]")


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (
            "@tf.custom_gradient\ndef f(x):\n    return x * x, lambda g: g\n"
            "x = tf.Variable(1.0)\nwith tf.GradientTape() as tape:\n    y = f(x)\n"
            "tape.gradient(y, x)\n",
            "has a gradient of the program's own",
        ),
        (
            "x = tf.Variable(tf.zeros((3000, 1200)))\nwith tf.GradientTape() as tape:\n"
            "    for _ in range(6):\n        y = x + 1.0\ntape.gradient(y, x)\n",
            "more values than are kept",
        ),
    ],
    ids=["a gradient of its own", "too much"],
)
def test_where_it_cannot_be_replayed_the_reason_is_told(program: str, why: str) -> None:
    (pulled,) = told(program, pulled=(("x", 1.0, 1.0),))["replays"]
    assert why in pulled["text"] and pulled["nodes"] == []


def test_nan_that_is_pulled_away_is_no_trouble_any_more() -> None:
    result = told(
        "x = tf.Variable(-4.0)\nwith tf.GradientTape() as tape:\n    y = tf.sqrt(x) * 2.0\n"
        "tape.gradient(y, x)\n",
        pulled=(("x", 1.0, 8.0), ("x", 1.0, 1.0)),
    )
    good, bad = ([n["trouble"] for n in replay["nodes"]] for replay in result["replays"])
    assert not any(good) and any(bad)
