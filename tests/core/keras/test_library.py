"""Every program of tests/core/keras/library gives what TensorFlow's Keras gave."""

from pathlib import Path

import numpy as np
import pytest

import gradtape as tf
from tests.core.keras.library import LIBRARY
from tests.core.keras.support import check

GOLDENS = Path(__file__).parents[2] / "goldens" / "keras_library.npz"

with np.load(GOLDENS) as archive:
    RECORDED = {name: archive[name] for name in archive.files}

#: as in test_goldens.py: sums of some hundred terms of about 1, each in its own order
SINGLE = 2e-5
EPSILON = float(np.finfo(np.float32).eps)


@pytest.fixture(autouse=True)
def first_names():
    tf.keras.utils.clear_session()


def test_every_program_is_recorded():
    assert {name.partition("/")[0] for name in RECORDED} == set(LIBRARY)


@pytest.mark.parametrize("name", LIBRARY)
def test_program(name):
    def tolerance(dtype):
        if name.startswith("optimized_"):
            return 2e-6  # the optimizers' own variables are kept as float64
        if name.startswith("intervals_"):
            return 2 * EPSILON  # the boundaries are numbers of float32, kept as Python's
        return 1e-9 if dtype == np.float64 else SINGLE

    check(name, LIBRARY[name](tf), RECORDED, tolerance)
