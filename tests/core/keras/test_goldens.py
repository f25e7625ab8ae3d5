"""Every program of tests/core/keras/cases gives what TensorFlow's Keras gave."""

from pathlib import Path

import numpy as np
import pytest

import gradtape as tf
from tests.core.keras.cases import PROGRAMS
from tests.core.keras.support import check

GOLDENS = Path(__file__).parents[2] / "goldens" / "keras.npz"

with np.load(GOLDENS) as archive:
    RECORDED = {name: archive[name] for name in archive.files}

#: Two sums of 160 terms, each in its own order, may be as far apart: 2·160·2⁻²⁴ of the terms' size,
#: which is about 1 in these programs.
SINGLE = 2e-5
#: what is multiplied or summed in another order than TensorFlow's, over many elements or steps
WIDER = {"training_cnn": 2e-4, "training_rows": 2e-4, "training_mlp": 2e-4}
#: TensorFlow's Keras rounds the betas to float32 also for float64 variables
WIDER["steps_in_float64"] = 1e-5


@pytest.fixture(autouse=True)
def first_names():
    tf.keras.utils.clear_session()


def test_every_program_is_recorded():
    assert {name.partition("/")[0] for name in RECORDED} == set(PROGRAMS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name):
    def tolerance(dtype):
        if name.startswith("optimizer_") or name == "steps_by_schedule":
            # The optimizers' own variables are kept as float64; what is left works element by
            # element in IEEE's operations, and is as far from TensorFlow on every processor.
            return 2e-6
        return WIDER.get(name, 1e-9 if dtype == np.float64 else SINGLE)

    check(name, PROGRAMS[name](tf), RECORDED, tolerance)
