"""The rules of tf.function (rules/): what TensorFlow gave for each is given here too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gradtape as tf
from tests.core.tracing.rules import RULES, outcome

HERE = Path(__file__).resolve().parent
RECORDED = json.loads((HERE.parents[1] / "goldens" / "tracing.json").read_text("utf-8"))

#: where gradtape is right instead: what it gives
DIFFERS = {
    # TensorFlow runs what was traced for 1 with 1.0 and True too, and gives its int
    "an_int_is_no_float": [2, 2],
    "truth_is_no_int": [2, 2],
}


def test_all_rules_are_recorded() -> None:
    assert set(RECORDED) == set(RULES) and len(RECORDED) >= 60


@pytest.mark.parametrize("name", RULES)
def test_rule(name: str) -> None:
    got = json.loads(json.dumps(outcome(RULES[name], tf)))
    assert got == DIFFERS.get(name, RECORDED[name])
    assert (got != RECORDED[name]) == (name in DIFFERS)
