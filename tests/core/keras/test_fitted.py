"""Every program of tests/core/keras/fitted gives what TensorFlow's Keras gave, by its seeds."""

from pathlib import Path

import numpy as np
import pytest

import gradtape as tf
from tests.core.keras.fitted import PROGRAMS

GOLDENS = Path(__file__).parents[2] / "goldens" / "keras_fitted.npz"

with np.load(GOLDENS) as archive:
    RECORDED = {name: archive[name] for name in archive.files}

#: float32 sums over a batch in another order, through the steps of a run
TOLERANCE = 2e-4


@pytest.fixture(autouse=True)
def first_names():
    tf.keras.utils.clear_session()


def test_every_program_is_recorded():
    assert {name.partition("/")[0] for name in RECORDED} == set(PROGRAMS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name):
    results = PROGRAMS[name](tf)
    recorded = {key.partition("/")[2] for key in RECORDED if key.partition("/")[0] == name}
    assert set(results) == recorded
    for key, value in results.items():
        wanted, found = RECORDED[f"{name}/{key}"], np.asarray(value)
        assert found.shape == wanted.shape, key
        np.testing.assert_allclose(found, wanted, rtol=TOLERANCE, atol=TOLERANCE, err_msg=key)
