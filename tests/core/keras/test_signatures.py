"""Every parameter that Keras has too has Keras's default, and stands in Keras's order."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import gradtape as tf

GOLDENS = Path(__file__).parents[2] / "goldens"
sys.path.insert(0, str(GOLDENS))
from record_signatures import signatures  # noqa: E402

KERAS = json.loads((GOLDENS / "keras_signatures.json").read_text())
OURS = signatures(tf.keras)
SHARED = sorted(KERAS.keys() & OURS.keys())

#: the same by another word: one number for both axes
EQUAL = {("strides", 1, (1, 1)), ("dilation_rate", 1, (1, 1))}


def differences(name: str, ours: list[list[Any]], keras: list[list[Any]]) -> list[str]:
    """What a reader of Keras's documentation would be wrong about."""
    wanted, found = dict(keras), dict(ours)
    both = [parameter for parameter in wanted if parameter in found]
    said = [
        f"{parameter}={found[parameter]!r}, in Keras {wanted[parameter]!r}"
        for parameter in both
        if found[parameter] != wanted[parameter]
        and (parameter, found[parameter], _hashable(wanted[parameter])) not in EQUAL
        and not (parameter == "name" and found[parameter] is None)
    ]
    if both != [parameter for parameter in found if parameter in wanted]:
        said.append(f"the order {list(found)}, in Keras {list(wanted)}")
    return said


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("name", SHARED)
def test_defaults_are_keras(name: str) -> None:
    assert not differences(name, OURS[name], KERAS[name])


@pytest.mark.parametrize("name", [name for name in SHARED if name.startswith("losses.")])
def test_a_loss_without_a_name_has_keras_name(name: str) -> None:
    loss = getattr(tf.keras.losses, name.partition(".")[2])
    keras = dict(KERAS[name])
    if isinstance(loss, type) and keras.get("name"):
        assert loss().name == keras["name"]


def test_a_difference_is_seen() -> None:
    keras = [["x", "<none given>"], ["axis", -1], ["epsilon", 0.001]]
    assert not differences("f", keras[:2], keras)
    assert differences("f", [["x", "<none given>"], ["epsilon", 1e-5]], keras)
    assert differences("f", [["axis", -1], ["x", "<none given>"]], keras)


def test_most_of_keras_names_are_compared() -> None:
    assert len(SHARED) > 200
