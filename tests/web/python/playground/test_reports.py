"""What the sandbox reports of a program's tapes, run here instead of in a tab.

The scripts of the sandbox run in a process of their own, because they are made for a whole tab.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).resolve().parents[4] / "web" / "python"
DRIVER = """
import asyncio, json, sys, types
sys.path.insert(0, sys.argv[1])
page, calls = types.ModuleType("playground_page"), []
page.gradient = lambda text: calls.append(json.loads(text))
page.interruptible = lambda on: None
sys.modules["playground_page"] = page
import playground.run
playground.run.prepare()
report = json.loads(asyncio.run(playground.run.run(sys.stdin.read(), 0)))
checks = [json.loads(playground.run.check(call["call"])) for call in calls]
print("\\n" + json.dumps({"report": report, "calls": calls, "checks": checks}))
"""


def told(code: str) -> dict[str, Any]:
    """The report, the gradient calls and their checks for a program."""
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(SCRIPTS)],
        input="import gradtape as tf\n" + code,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout.rpartition("\n{")[2].join(["{", ""]))
    assert result["report"]["status"] == "finished", result["report"]["failure"]
    return result


def node(call: dict[str, Any], op: str) -> dict[str, Any]:
    return next(n for n in call["graph"]["nodes"] if op in (n["op"], n["name"]))


def test_every_node_has_its_value_and_its_cotangent() -> None:
    (call,) = told(
        "x = tf.Variable(3.0)\n"
        "with tf.GradientTape() as tape:\n    y = tf.sin(x * x) * 2.0\n"
        "tape.gradient(y, x)\n"
    )["calls"]
    sine = node(call, "Sin")
    assert sine["value"]["text"].startswith("0.4121")
    assert sine["gradient"]["text"] == "2.0"
    assert sine["forward"] is not None and sine["backward"] is not None
    assert node(call, "Variable")["gradient"]["text"].startswith("-10.93")
    receivers = [[into["sum"] for into in step["into"]] for step in call["graph"]["steps"]]
    assert receivers == [["2.0"], ["-1.822"], ["-10.93"]]


def test_a_node_that_only_passes_nan_on_is_not_where_it_is_born() -> None:
    (call,) = told(
        "x = tf.Variable([4.0, -1.0])\n"
        "with tf.GradientTape() as tape:\n    y = tf.reduce_sum(tf.exp(tf.sqrt(x)))\n"
        "tape.gradient(y, x)\n"
    )["calls"]
    troubles = {n["op"]: n["trouble"] for n in call["graph"]["nodes"]}
    assert troubles["Sqrt"] == "NaN is born here"
    assert troubles["Exp"] is None and troubles["Sum"] is None


def test_infinity_on_the_way_back_is_told_at_the_rule_that_made_it() -> None:
    (call,) = told(
        "x = tf.Variable(0.0)\n"
        "with tf.GradientTape() as tape:\n    y = tf.sqrt(x * 1.0) + x\n"
        "tape.gradient(y, x)\n"
    )["calls"]
    troubles = {n["op"]: n["trouble"] for n in call["graph"]["nodes"]}
    assert troubles["Sqrt"] == "the gradient that it sends to Mul is infinite"
    assert [op for op, trouble in troubles.items() if trouble] == ["Sqrt"]


@pytest.mark.parametrize(
    "program",
    [
        "y = tf.nn.softmax(x * x)\nask = lambda: tape.jacobian(y, x)\n",
        "y = tf.nn.softmax(x * x)\nask = lambda: tape.batch_jacobian(y, x)\n",
        "y = tf.gather(x, [0, 0])\nask = lambda: tape.gradient(y, x)\n",
        "y = x * x\nask = lambda: tape.gradient(y, x, output_gradients=tf.exp(x))\n",
        "y = [x * x, tf.linalg.inv(x)]\nask = lambda: tape.gradient(y, x)\n",
    ],
    ids=["jacobian", "batch_jacobian", "rows of a gather", "cotangents given", "two targets"],
)
def test_right_gradients_agree_with_differences(program: str) -> None:
    lines, ask = program.split("\n")[:2]
    (check,) = told(
        "x = tf.Variable([[1.0, 2.0], [3.0, 5.0]])\n"
        f"with tf.GradientTape(persistent=True) as tape:\n    {lines}\n{ask}\nask()\n"
    )["checks"]
    (row,) = check["rows"]
    assert (row["verdict"], row["checked"], row["size"]) == ("agrees", 4, 4), row
    assert row["relative"] < 2e-4


def test_the_second_derivative_is_checked_too() -> None:
    checks = told(
        "x = tf.Variable(2.0)\n"
        "with tf.GradientTape() as outer:\n"
        "    with tf.GradientTape() as inner:\n        y = x**3\n"
        "    g = inner.gradient(y, x)\n"
        "outer.gradient(g, x)\n"
    )["checks"]
    assert [row["tape"] for check in checks for row in check["rows"]] == [12.0, 12.0]
    assert {row["verdict"] for check in checks for row in check["rows"]} == {"agrees"}


def test_a_program_runs_as_without_spectators() -> None:
    result = told(
        "calls = []\n"
        "@tf.custom_gradient\n"
        "def f(x):\n"
        "    def back(dy):\n        calls.append(1)\n        return dy * 3.0\n"
        "    return x * 1.0, back\n"
        "x = tf.Variable(1.0)\n"
        "with tf.GradientTape() as tape:\n"
        "    z = x * 5.0\n    tape.reset()\n    y = f(x)\n"
        "g = tape.gradient(y, x)\n"
        "assert calls == [1] and g.numpy() == 3.0\n"
        "try:\n    tape.gradient(y, x)\n"
        "except RuntimeError:\n    pass\n"
        "else:\n    raise AssertionError('asked twice')\n"
        "with tf.GradientTape() as tape:\n    y = x * x\n"
        "assert not tf.Variable(1.0)._tensor is None\n"
        "from gradtape.runtime.recorders import state\n"
        "assert state.recorders == ()\n"
    )
    assert result["report"]["calls"] == 1
