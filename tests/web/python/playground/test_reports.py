"""What the sandbox reports of a program's tapes, run here instead of in a tab.

The scripts of the sandbox run in a process of their own, because they are made for a whole tab.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).resolve().parents[4] / "web" / "python"
FORMER = SCRIPTS / "before_observers"
DRIVER = """
import asyncio, json, sys, types
sys.path.insert(0, sys.argv[1])
page, calls = types.ModuleType("playground_page"), []
page.gradient = lambda text: calls.append(json.loads(text))
loops = {}
def show(kind, text):
    if kind == "training":
        loops[json.loads(text)["loop"]] = json.loads(text)
page.show = show
page.interruptible = lambda on: None
sys.modules["playground_page"] = page
import playground.run
playground.run.prepare()
report = json.loads(asyncio.run(playground.run.run(sys.stdin.read(), 0)))
checks = [json.loads(playground.run.check(call["call"])) for call in calls]
replays = []
for label, scale, shift in json.loads(sys.argv[2]):
    node = next(n["id"] for n in calls[0]["graph"]["nodes"] if n["label"] == label)
    replays.append(json.loads(playground.run.replay(1, node, scale, shift)))
print("\\n" + json.dumps({"report": report, "calls": calls, "checks": checks, "replays": replays,
                          "loops": list(loops.values())}))
"""


def told(
    code: str,
    before: str = "",
    scripts: Path = SCRIPTS,
    pulled: tuple[tuple[str, float, float], ...] = (),
    fails: bool = False,
) -> dict[str, Any]:
    """The report, the gradient calls and their checks for a program; `before` runs before all.

    `pulled` are values of the first call that are then pulled: name, scale and shift. With
    `fails` the program may raise.
    """
    driver = DRIVER.replace("playground.run", "playground_run") if scripts is FORMER else DRIVER
    done = subprocess.run(
        [sys.executable, "-c", before + driver, str(scripts), json.dumps(pulled)],
        input="import gradtape as tf\n" + code,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout.rpartition("\n{")[2].join(["{", ""]))
    if not fails:
        assert result["report"]["status"] == "finished", result["report"]["failure"]
    return {**result, "stderr": done.stderr}


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


def test_an_engine_that_speaks_another_version_runs_unwatched_and_says_so() -> None:
    result = told(
        "x = tf.Variable(3.0)\n"
        "with tf.GradientTape() as tape:\n    y = x * x\n"
        "tape.gradient(y, x)\n",
        before="import gradtape.observers\ngradtape.observers.OBSERVER_VERSION = 2\n",
    )
    assert "This page cannot watch the tapes of this engine" in result["stderr"]
    assert result["calls"] == [] and result["report"]["calls"] == 0
    (recorded,) = json.loads(result["report"]["manifest"])["results"]
    assert recorded["label"] == "dy/dx"


FORMER_SHA256 = "2fa54275fdd02881b486b5c71dd9131bbccfe36f13044abfa58ff65552976a89"
PUBLISHED = next((Path(__file__).resolve().parents[3] / "published").glob("*.whl"))


def test_the_former_scripts_are_as_they_were_published() -> None:
    """They serve engines that do not change any more, so they do not either."""
    total = hashlib.sha256()
    for path in sorted(FORMER.glob("*.py")):
        total.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    assert total.hexdigest() == FORMER_SHA256


#: what the page draws where it is told it, and reads as nothing where it is not
DRAWN = ("label", "scope", "scopes", "expression", "role", "operands", "lost", "rules", "picture",
         "zeros", "norm", "sent", "loop", "step", "why")  # fmt: skip


def form(value: Any) -> Any:
    """The keys and types of what the page is told; a time that was not measured is a number too.

    Of an edit it says nothing, nor of a gradient that is not finite: one engine tells what another
    does not. Nor of what only the picture of today takes, and nothing else needs.
    """
    if isinstance(value, dict):
        return {key: form(item) for key, item in value.items() if key not in (*DRAWN, "suggestion")}
    if isinstance(value, list):
        told = [item for item in value if not _is_new(item)]
        return [form(item) for item in told]
    return "number" if value is None or type(value) in (int, float) else type(value).__name__


def _is_new(item: Any) -> bool:
    if not isinstance(item, dict):
        return isinstance(item, list) and len(item) == 2 and max(map(_whole, item)) >= 1 << 40
    return str(item.get("cause", "")).endswith("not_finite") or _whole(item.get("id")) >= 1 << 40


def _whole(number: Any) -> int:
    return number if type(number) is int else 0


def test_a_published_engine_is_watched_by_the_scripts_that_were_published_with_it() -> None:
    """What the page is told has the same form then, number by number."""
    code = (
        "from gradtape import playground\n"
        "x = tf.Variable([1.0, 2.0])\n"
        "with tf.GradientTape(persistent=True) as tape:\n"
        "    y = tf.reduce_sum(tf.sqrt(x - 1.0) * x)\n"
        "    z = tf.stop_gradient(x)\n"
        "    s = tf.sin(x)\n"
        "tape.gradient(y, [x])\ntape.gradient(z, x)\ntape.jacobian(s, x)\n"
    )
    now = told(code)
    engine = f"import sys\nsys.path.insert(0, {str(PUBLISHED)!r})\n"
    before = told(code, before=engine, scripts=FORMER)
    assert before["report"]["status"] == "finished"
    assert form(before["report"]) == form(now["report"])
    assert form(before["calls"]) == form(now["calls"])
    first, second = (
        [node["value"]["text"] for node in graph["nodes"] if node["id"] < 1 << 40]
        for graph in (result["calls"][0]["graph"] for result in (before, now))
    )
    assert first == second
    assert [row for check in before["checks"] for row in check["rows"]] == [
        row for check in now["checks"] for row in check["rows"]
    ]


def test_a_gradient_that_is_not_finite_has_a_card_with_line_and_edit() -> None:
    (call,) = told(
        "x = tf.Variable([0.0, 1.0])\n"
        "with tf.GradientTape() as tape:\n    y = tf.reduce_sum(tf.math.log(x))\n"
        "tape.gradient(y, x)\n"
    )["calls"]
    (card,) = call["explanations"]
    assert (card["source"], card["cause"]) == ("x", "value_not_finite")
    assert card["text"].startswith("d(y)/d(x) is infinite: ") and card["line"]["lineno"] == 4
    assert card["suggestion"]["after"] == "    y = tf.reduce_sum(tf.math.log(x + 1e-07))"
