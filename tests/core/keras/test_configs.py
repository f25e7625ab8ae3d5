"""Every class has Keras's configuration, and what is made from a configuration has the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import gradtape as tf
from tests.core.keras.configurations import composed, found, made

PATH = Path(__file__).parents[2] / "goldens" / "keras_configs.json"
RECORDED = json.loads(PATH.read_text(encoding="utf-8"))
keras: Any = tf.keras

#: what Keras's own configurations leave out, so that the object made from them is another
FORGOTTEN = {
    "Identity": {"gain"}, "SimpleRNN": {"seed"}, "Huber": {"delta"},
    "CosineSimilarity": {"axis"}, "SparseCategoricalCrossentropy": {"axis"},
    "SparseTopKCategoricalAccuracy": {"from_sorted_ids"},
}  # fmt: skip
#: what both say in another form
FORMS = {"label_weights"}


def as_json(obj: Any) -> Any:
    return json.loads(json.dumps(keras.saving.serialize_keras_object(obj)))


def differences(wanted: Any, ours: Any, path: str = "") -> Iterator[str]:
    """Where two configurations differ; numbers may be those that float32 has."""
    if isinstance(wanted, dict) and isinstance(ours, dict):
        forgotten = FORGOTTEN.get(ours.get("class_name", ""), set())
        for key in sorted(wanted.keys() | ours.keys()):
            if key in FORMS:
                continue
            if key not in wanted:
                yield f"{path}.{key}: only here"
            elif key not in ours:
                yield f"{path}.{key}: only in Keras"
            elif key == "config" and isinstance(ours[key], dict):
                known = {k: v for k, v in ours[key].items() if k not in forgotten - {*wanted[key]}}
                yield from differences(wanted[key], known, f"{path}.{key}")
            else:
                yield from differences(wanted[key], ours[key], f"{path}.{key}")
    elif isinstance(wanted, list) and isinstance(ours, list) and len(wanted) == len(ours):
        for i, (a, b) in enumerate(zip(wanted, ours, strict=True)):
            yield from differences(a, b, f"{path}[{i}]")
    elif isinstance(wanted, float) and isinstance(ours, float):
        if ours != pytest.approx(wanted, rel=1e-7):
            yield f"{path}: {ours!r}, in Keras {wanted!r}"
    elif wanted != ours:
        yield f"{path}: {ours!r}, in Keras {wanted!r}"


def has(name: str) -> bool:
    try:
        found(keras, name)
    except AttributeError:
        return False
    return True


CLASSES = [name for name, (given, _) in RECORDED.items() if given is not None]
OURS = [name for name in CLASSES if has(name.rpartition("/")[0])]


def check(name: str, obj: Any) -> None:
    ours = as_json(obj)
    assert not list(differences(RECORDED[name][1], ours))
    again = keras.saving.deserialize_keras_object(ours)
    assert type(again) is type(obj)
    assert as_json(again) == ours
    from_keras = keras.saving.deserialize_keras_object(RECORDED[name][1])
    assert not list(differences(RECORDED[name][1], as_json(from_keras)))


@pytest.mark.parametrize("name", OURS)
def test_configuration_is_keras(name: str) -> None:
    check(name, made(keras, name.rpartition("/")[0], RECORDED[name][0]))


def test_configurations_of_what_holds_others_are_keras() -> None:
    for name, obj in composed(keras):
        check(name, obj)


def test_most_of_keras_classes_are_compared() -> None:
    assert len(OURS) > 0.85 * len(CLASSES)


def test_a_difference_is_seen() -> None:
    wanted = RECORDED["layers.GRU/other"][1]
    ours = json.loads(json.dumps(wanted))
    ours["config"]["use_bias"] = not ours["config"]["use_bias"]
    ours["config"]["bias_initializer"]["class_name"] = "Zeros"
    del ours["config"]["seed"]
    assert len(list(differences(wanted, ours))) == 3


def test_a_metric_of_a_class_of_ones_own_is_made_again() -> None:
    class Share(keras.metrics.Mean):  # type: ignore[misc]
        def __init__(self, part: int = 2, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.part = part

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "part": self.part}

    again = Share.from_config(Share(3, name="share").get_config())
    assert (again.name, again.part, again.dtype) == ("share", 3, "float32")
