"""What the picture of a tape is told: the program's names, its rows, constants and lost paths."""

from textwrap import indent
from typing import Any

import pytest

from tests.web.python.playground.test_reports import told

TRAINING = """
tf.random.set_seed(1)
x = tf.random.normal((8, 4))
t = tf.random.normal((8, 3))
W1 = tf.Variable(tf.random.normal((4, 16)))
b1 = tf.Variable(tf.zeros(16))
rest = {"W2": tf.Variable(tf.random.normal((16, 3))), "b2": tf.Variable(tf.zeros(3))}
with tf.GradientTape() as tape:
    h = tf.nn.relu(x @ W1 + b1)
    logits = h @ rest["W2"] + rest["b2"]
    loss = tf.reduce_mean((logits - t) ** 2)
tape.gradient(loss, [W1, b1, *rest.values()])
"""


def labelled(graph: dict[str, Any]) -> dict[str, Any]:
    return {node["label"]: node for node in graph["nodes"] if node["label"]}


def rows(graph: dict[str, Any], kind: str = "line") -> list[str]:
    scopes = sorted(graph["scopes"], key=lambda scope: scope["order"])
    return [scope["title"] for scope in scopes if scope["kind"] == kind]


def test_nodes_are_called_as_the_program_calls_them() -> None:
    (call,) = told(TRAINING)["calls"]
    assert [result["label"] for result in call["results"]] == [
        "W1",
        "b1",
        "rest['W2']",
        "rest['b2']",
    ]
    nodes = labelled(call["graph"])
    assert {"x", "t", "W1", "b1", "rest['W2']", "rest['b2']", "h", "logits", "loss"} <= set(nodes)
    assert nodes["h"]["expression"] == "tf.nn.relu(x @ W1 + b1)" and nodes["h"]["op"] == "Relu"
    assert nodes["x"]["kind"] == "constant" and nodes["loss"]["role"] == "target"
    assert nodes["W1"]["role"] == "source"
    assert rows(call["graph"]) == [
        "h = tf.nn.relu(x @ W1 + b1)",
        'logits = h @ rest["W2"] + rest["b2"]',
        "loss = tf.reduce_mean((logits - t) ** 2)",
    ]
    times = next(n for n in call["graph"]["nodes"] if n["op"] == "MatMul")
    assert times["operands"] == [nodes["x"]["id"], nodes["W1"]["id"]]


def test_values_and_cotangents_are_pictures() -> None:
    (call,) = told(TRAINING)["calls"]
    nodes = labelled(call["graph"])
    value = nodes["W1"]["value"]["picture"]
    assert (value["kind"], value["rows"], value["columns"]) == ("cells", 4, 16)
    assert max(map(abs, value["values"])) == 1.0 and len(value["values"]) == 64
    assert nodes["loss"]["value"]["picture"] is None  # a number is written
    assert nodes["h"]["gradient"]["picture"]["kind"] == "cells"
    assert 0 < nodes["h"]["value"]["zeros"] < 128


def test_a_large_array_is_a_histogram_and_what_is_not_finite_is_said() -> None:
    calls = told(
        "w = tf.Variable(tf.random.normal((100, 100)))\nv = tf.Variable([1.0, float('nan')])\n"
        "with tf.GradientTape() as tape:\n    y = tf.reduce_sum(w) + tf.reduce_sum(v)\n"
        "tape.gradient(y, [w, v])\n"
    )["calls"]
    nodes = labelled(calls[0]["graph"])
    assert nodes["w"]["value"]["picture"]["kind"] == "histogram"
    assert nodes["w"]["value"]["picture"]["values"].count(1.0) == 1
    assert nodes["v"]["value"]["picture"]["values"] == [1.0, None]


def test_edges_carry_what_was_sent_and_not_the_sums() -> None:
    (call,) = told(
        "x = tf.Variable(3.0)\nwith tf.GradientTape() as tape:\n    y = x * 2.0 + x\n"
        "tape.gradient(y, x)\n"
    )["calls"]
    into = [step["into"] for step in call["graph"]["steps"]]
    assert [[(one["sum"], one["sent"], one["norm"]) for one in step] for step in into] == [
        [("1.0", "1.0", 1.0), ("1.0", "1.0", 1.0)],
        [("3.0", "2.0", 2.0)],
    ]
    assert call["graph"]["rules"]["Mul"] == "y with respect to x, x with respect to y"


LOOPS = {
    "for": ("for k in range(3):\n    h = h * w\n", ["k = 0", "k = 1", "k = 2"], 3),
    "no name": (
        "for _ in range(2):\n    h = h * w\n    h = tf.sin(h)\n",
        ["turn 1", "turn 2"],
        4,
    ),
    "while": (
        "n = 0\nwhile n < 3:\n    h = h * w\n    n += 1\n",
        ["turn 1", "turn 2", "turn 3"],
        3,
    ),
    "branches": (
        "for k in range(2):\n    if k:\n        h = h * w\n    else:\n        h = h + w\n",
        ["k = 0", "k = 1"],
        2,
    ),
    "a call": ("for k in range(2):\n    h = f(h)\n", ["k = 0", "k = 1"], 4),
    "while with a call": (
        "n = 0\nwhile n < 2:\n    h = f(h)\n    n += 1\n",
        ["turn 1", "turn 2"],
        4,
    ),
    "nested": (
        "for i in range(2):\n    for j in range(2):\n        h = h * w\n",
        ["i = 0", "j = 0", "j = 1", "i = 1", "j = 0", "j = 1"],
        4,
    ),
}


@pytest.mark.parametrize(("body", "turns", "lines"), LOOPS.values(), ids=LOOPS)
def test_each_turn_of_a_loop_has_its_rows(body: str, turns: list[str], lines: int) -> None:
    (call,) = told(
        "w = tf.Variable(0.5)\ndef f(h):\n    return tf.tanh(h * w)\n"
        "with tf.GradientTape() as tape:\n    h = w\n"
        + indent(body, "    ")
        + "tape.gradient(h, w)\n"
    )["calls"]
    assert rows(call["graph"], "turn") == turns
    assert len(rows(call["graph"])) == lines


def test_calls_and_layers_have_rows_of_their_own() -> None:
    calls = told(
        "w = tf.Variable([[0.5]])\ndef cell(h):\n    z = h @ w\n    return tf.tanh(z)\n"
        "with tf.GradientTape() as tape:\n    y = cell(cell(w))\n"
        "tape.gradient(y, w)\n"
        "m = tf.keras.Sequential([tf.keras.layers.Dense(2), tf.keras.layers.Dense(1)])\n"
        "with tf.GradientTape() as tape:\n    out = m(w)\n"
        "tape.gradient(out, m.trainable_variables)\n"
    )["calls"]
    assert rows(calls[0]["graph"], "call") == ["cell", "cell"]
    assert labelled(calls[0]["graph"])["y"]["op"] == "Tanh"
    assert rows(calls[1]["graph"], "layer") == ["sequential", "dense", "dense_1"]
    assert {"dense/kernel", "dense_1/bias", "out"} <= set(labelled(calls[1]["graph"]))


def test_a_path_through_numpy_is_lost_at_the_call_that_took_it() -> None:
    (call,) = told(
        "import numpy as np\nw = tf.Variable([1.0, 2.0])\nb = tf.Variable([1.0, 2.0])\n"
        "with tf.GradientTape() as tape:\n    z = w * w\n    h = tf.constant(np.tanh(z))\n"
        "    y = tf.reduce_sum(h * b)\ntape.gradient(y, [w, b])\n"
    )["calls"]
    graph = call["graph"]
    nodes = labelled(graph)
    exit_ = nodes["np.tanh"]
    assert exit_["kind"] == "exit" and nodes["w"]["role"] == "lost"
    assert [nodes["z"]["id"], exit_["id"]] in graph["edges"]
    assert [exit_["id"], nodes["h"]["id"]] in graph["edges"]
    assert graph["lost"] == [{"node": exit_["id"], "source": "w"}]
    assert rows(graph)[:2] == ["z = w * w", "h = tf.constant(np.tanh(z))"]


def test_a_source_that_nothing_reached_is_drawn_in_the_row_that_asks() -> None:
    (call,) = told(
        "w = tf.Variable(2.0)\nunused = tf.Variable(3.0)\n"
        "with tf.GradientTape() as tape:\n    y = tf.floor(w) * 2.0\n"
        "tape.gradient(y, [w, unused])\n"
    )["calls"]
    nodes = labelled(call["graph"])
    assert nodes["unused"]["role"] == "lost" and nodes["y"]["role"] == "target"
    asking = call["graph"]["scopes"][nodes["unused"]["scope"]]
    assert asking["title"] == "tape.gradient(y, [w, unused])"
    lost = {one["source"]: one["node"] for one in call["graph"]["lost"]}
    blocked = next(n["id"] for n in call["graph"]["nodes"] if n["op"] == "Floor")
    assert lost["w"] == blocked
