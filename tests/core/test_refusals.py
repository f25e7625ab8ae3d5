"""Misuse of tapes, tensors and variables comes out as in TensorFlow, exception by exception."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gradtape as tf
from tests.core.support.misuse import PROGRAMS, outcome

GOLDENS = Path(__file__).resolve().parent.parent / "goldens"
RECORDED = json.loads((GOLDENS / "refusals.json").read_text("utf-8"))["programs"]

#: program → what gradtape does instead; core/DIFFERENCES.md gives the reasons.
INSTEAD = {
    "Variable: compared with None": "= False",
    "Variable: //=": "RuntimeError",
    "Variable: %=": "RuntimeError",
    "Tensor: item assignment": "TypeError",
    "Tensor: truth values times numbers": "InvalidArgumentError",
    "watch: before the tape": "RuntimeError",
    "gradient: of a float": "TypeError",
    "gradient: by a float": "TypeError",
    "gradient: by an array": "TypeError",
    "jacobian: of a list": "TypeError",
    "jacobian: of None": "TypeError",
    "batch_jacobian: of a scalar": "ValueError",
}


def test_every_program_is_recorded() -> None:
    assert set(RECORDED) == set(PROGRAMS)
    assert all(RECORDED[name] != instead for name, instead in INSTEAD.items())


@pytest.mark.parametrize("name", PROGRAMS)
def test_comes_out_as_in_tensorflow(name: str) -> None:
    assert outcome(lambda: PROGRAMS[name](tf)) == INSTEAD.get(name, RECORDED[name])
