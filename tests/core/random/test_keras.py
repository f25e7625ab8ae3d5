"""Keras draws through gradtape what Keras draws through TensorFlow, for the same seeds."""

from typing import Any

import pytest

import gradtape as tf
from tests.core.random.support.keras_cases import KERAS_PROGRAMS
from tests.core.random.test_goldens import check, golden

DRAWN = golden("random_keras.json")


def test_every_program_is_recorded() -> None:
    assert set(DRAWN) == set(KERAS_PROGRAMS)


@pytest.mark.parametrize("name", KERAS_PROGRAMS)
def test_draws_what_keras_drew(name: str) -> None:
    values: list[Any] = KERAS_PROGRAMS[name](tf)
    for value, kept in zip(values, DRAWN[name], strict=True):
        check(value, kept, exact=True)
