"""The kernels of WebAssembly in a tab's Python: in Chromium, and under Node unfused."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.webgpu.support.tab.browser import ROOT, pack, run_in_tab

SUPPORT = Path(__file__).parent / "support"

PROGRAM = """
import json, os
from gradtape.dispatch import replacing
from tests.core.wasm.support import elements, pools, products
from gradtape.primitives.registry import lookup
from gradtape import snippet
import numpy as np

def small():
    lookup("MatMul")(np.ones((7, 7), np.float32), np.ones((7, 7), np.float32))
    return [replacing.arithmetic(), "arithmetic" in snippet.current_pins()["runtime"]]

told = {"before": small()}
told["wrong"] = products.wrong()
told["arithmetic"], told["why"] = replacing.arithmetic(), replacing.why_none()
told["pins"] = snippet.current_pins()["runtime"].get("arithmetic")
told["left alone"] = products.left_alone()
told["sliding"] = products.sliding_bits()
told["errors"], told["odd calls"] = elements.errors(), elements.odd_calls()
told["pools"] = pools.wrong()
json.dumps(told)
"""
OFF = """
import os; os.environ["GRADTAPE_WASM"] = "0"
import gradtape as tf; from gradtape.dispatch import replacing
x = tf.ones((40, 40)); y = tf.matmul(x, x)
[replacing.arithmetic(), replacing.why_none(), float(y[0, 0])]
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {p.relative_to(ROOT).as_posix(): p.read_bytes() for p in SUPPORT.glob("*.py")}
    return pack(tmp_path_factory.mktemp("wasm") / "engine.zip", **files)


@pytest.fixture(scope="module", params=["chromium", "node"])
def told(
    request: pytest.FixtureRequest, node: str, archive: Path, tmp_path_factory: Any
) -> dict[str, Any]:
    """What the program tells, beside the arithmetic that is expected there."""
    if request.param == "chromium":
        (answer,) = run_in_tab(node, archive, [(PROGRAM, "async")])
        assert "value" in answer, answer["error"]
        return {**json.loads(answer["value"]), "expected": "wasm fma"}
    folder = tmp_path_factory.mktemp("node")
    return {**json.loads(_under_node(node, archive, folder, PROGRAM)), "expected": "wasm"}


def _under_node(node: str, archive: Path, folder: Path, program: str) -> str:
    *lines, last = program.strip().splitlines()
    file = folder / "program.py"
    file.write_text("\n".join([*lines, f"print({last})"]))
    command = [node, str(ROOT / "web/pyodide/run_node.mjs"), str(file), "--wheel", str(archive)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


def test_small_products_start_nothing(told: dict[str, Any]) -> None:
    assert told["before"] == ["numpy", False]


def test_products_of_any_size(told: dict[str, Any]) -> None:
    assert told["wrong"] == ["969 tried"]


def test_the_arithmetic_is_named(told: dict[str, Any]) -> None:
    assert (told["arithmetic"], told["why"]) == (told["expected"], None)
    assert told["pins"] == told["expected"]


def test_what_is_numpys_stays(told: dict[str, Any]) -> None:
    assert told["left alone"] == []


def test_an_element_has_its_bits_in_any_product(told: dict[str, Any]) -> None:
    assert told["sliding"] is True


def test_functions_are_as_exact_as_those_of_the_gpu(told: dict[str, Any]) -> None:
    worst = told["errors"]
    print("\n".join(f"{op:<32}{ulp:8.2f} of {bound}" for op, (ulp, bound, _) in worst.items()))
    assert len(worst) > 15
    assert {op: w for op, w in worst.items() if not w[0] <= w[1]} == {}


def test_a_function_of_any_size_and_layout(told: dict[str, Any]) -> None:
    assert told["odd calls"] == []


def test_pools_have_numpys_bits(told: dict[str, Any]) -> None:
    assert told["pools"] == []


def test_it_can_be_switched_off(node: str, archive: Path, tmp_path: Path) -> None:
    told = _under_node(node, archive, tmp_path, OFF)
    assert told == "['numpy', 'GRADTAPE_WASM=0 leaves all to NumPy', 40.0]"
