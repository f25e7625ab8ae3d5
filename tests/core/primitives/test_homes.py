"""Ops found by name: what the machinery asks for is loaded alone, from where it is said to be."""

import re
from pathlib import Path

import pytest

import gradtape
from gradtape.primitives.registry import HOMES, lookup

SOURCES = sorted(Path(gradtape.__file__).parent.rglob("*.py"))
ASKED = {name for f in SOURCES for name in re.findall(r"""lookup\("(\w+)"\)""", f.read_text())}


def test_every_op_that_is_asked_for_by_name_has_a_home() -> None:
    assert len(ASKED) > 10
    assert set(HOMES) == ASKED


@pytest.mark.parametrize("op_type", sorted(HOMES))
def test_the_op_is_there(op_type: str) -> None:
    assert lookup(op_type).__module__ == HOMES[op_type]
