"""The rules of tf.function (rules/): what TensorFlow gave for each is given here too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import gradtape as tf
from gradtape.tracing.entry import Entry
from tests.core.tracing.rules import RULES, outcome

HERE = Path(__file__).resolve().parent
RECORDED = json.loads((HERE.parents[1] / "goldens" / "tracing.json").read_text("utf-8"))

#: where gradtape is right instead: what it gives
DIFFERS = {
    # TensorFlow runs what was traced for 1 with 1.0 and True too, and gives its int
    "an_int_is_no_float": [2, 2],
    "truth_is_no_int": [2, 2],
}

#: the rules whose functions are run by Python, and why
EAGER = {
    "a_metric_behind_a_choice_by_its_value": "it acts before it is known which way it goes",
    "a_long_loop_while_a_tensor_says": "a tensor decides over more than 100 turns of a loop",
    "too_many_ways": "tensors lead it on more than 16 ways",
    "a_py_function": "it calls tf.py_function",
    "a_numpy_function": "it calls tf.numpy_function",
}


def test_all_rules_are_recorded() -> None:
    assert set(RECORDED) == set(RULES) and len(RECORDED) >= 60


@pytest.mark.parametrize("name", RULES)
def test_rule(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reasons: list[str] = []
    give_up = Entry.give_up

    def noted(entry: Entry, why: str, *site: Any) -> None:
        reasons.append(why)
        give_up(entry, why, *site)

    monkeypatch.setattr(Entry, "give_up", noted)
    got = json.loads(json.dumps(outcome(RULES[name], tf)))
    assert got == DIFFERS.get(name, RECORDED[name])
    assert (got != RECORDED[name]) == (name in DIFFERS)
    assert reasons[:1] == ([EAGER[name]] if name in EAGER else [])
