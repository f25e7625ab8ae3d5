"""The benchmark's own works run in gradtape, and its table says what was measured."""

import ast
import json
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

# Files here import their neighbours by name, as the programs that are started here do.
sys.path.insert(0, str(Path(__file__).parent))

from broad import OPERANDS, WORKS
from slowest import slowest
from table import ROWS, Measured, Row, table

WORKER = Path(__file__).with_name("worker.py")
RESULTS = {
    "square": [],
    "chain": [32],
    "perceptron": [],
    "chain_traced": [32],
    "perceptron_traced": [],
    "wide": [],
    "wide_traced": [],
    "wide_gradient": [10**6],
    "wide_gradient_traced": [10**6],
    "batch_jacobian": [8, 64, 64],
    "hessian": [5, 8, 5, 8],
}


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, object]]:
    """gradtape's answer to every question of the benchmark, each work done a few times only."""
    questions = [{"work": row.work, "seconds": 0.0} for row in ROWS if row.kind == "time"]
    text = "".join(json.dumps(question) + "\n" for question in questions)
    command = [sys.executable, str(WORKER), "gradtape"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    lines = map(json.loads, done.stdout.splitlines())
    return {question["work"]: answer for question, answer in zip(questions, lines, strict=True)}


@pytest.mark.parametrize("work", RESULTS)
def test_does_the_work(work: str, answers: dict[str, dict[str, object]]) -> None:
    assert "error" not in answers[work], answers[work]
    assert answers[work]["shape"] == RESULTS[work]


def test_the_scalar_gradient_is_right(answers: dict[str, dict[str, object]]) -> None:
    assert answers["square"]["norm"] == 6.0


def test_the_table_shows_the_median_of_each_rounds_ratio() -> None:
    row = ROWS[0]
    # The machine was twice as slow in the second round; the ratios are 0.4, 0.4 and 0.7.
    figures = {"gradtape": [4e-6, 8e-6, 7e-6], "torch": [1e-5, 2e-5, 1e-5]}
    text = table([Measured(row, figures)], ["torch"])
    assert "0.4 × 10 µs (≤ 0.5: reached)" in text
    figures["torch"] = [5e-6, 1e-5, 1e-5]
    assert "(≤ 0.5: MISSED)" in table([Measured(row, figures)], ["torch"])


def test_the_table_says_what_went_wrong() -> None:
    measured = Measured(ROWS[0], {"gradtape": [1e-6]}, {"torch": "another result"})
    text = table([measured], ["torch"])
    assert "failed" in text
    assert "torch: another result" in text


def test_each_function_is_said_of_its_operands() -> None:
    for work, library in product(WORKS.values(), ("gradtape", "torch", "scipy")):
        if said := work.says(library):
            names = {node.id for node in ast.walk(ast.parse(said)) if isinstance(node, ast.Name)}
            assert names & OPERANDS.keys() == set(work.operands), (library, said)


def test_a_function_and_its_gradient_are_measured() -> None:
    questions = [
        {"work": work, "seconds": 0.0} for work in ("segment_sum", "gather rows, gradient")
    ]
    text = "".join(json.dumps(question) + "\n" for question in questions)
    command = [sys.executable, str(WORKER), "gradtape", "broad"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    value, gradient = map(json.loads, done.stdout.splitlines())
    assert value["shape"] == [1000], value
    assert gradient["shape"] == [10_000, 100], gradient


def test_the_slowest_stand_first_beside_the_best_peer() -> None:
    def measured(name: str, **figures: list[float]) -> Measured:
        return Measured(Row(name, name, {}, peers=("torch", "scipy")), figures)

    quick = measured("quick", gradtape=[1e-3, 1e-3], torch=[1e-2, 1e-2])
    slow = measured("slow", gradtape=[1e-3, 2e-3], torch=[1e-2, 1e-2], scipy=[1e-4, 2e-4])
    lines = slowest([quick, slow]).splitlines()
    assert lines[2].split()[:2] == ["slow", "10"]
    assert lines[3].split()[:2] == ["quick", "0.1"]
    assert "1 take more than 3 ×" in lines[4]
