"""Every program of tests/core/keras/cases gives what TensorFlow's Keras gave."""

from pathlib import Path

import numpy as np
import pytest

import gradtape as tf
from tests.core.keras.cases import PROGRAMS

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
    results = PROGRAMS[name](tf)
    expected = [RECORDED[f"{name}/{i}"] for i in range(len(results))]
    assert f"{name}/{len(results)}" not in RECORDED
    for i, (result, wanted) in enumerate(zip(results, expected, strict=True)):
        if wanted.dtype.kind == "U":
            assert result is None, f"result {i} should be None"
            continue
        array = np.asarray(result)
        assert (array.shape, array.dtype) == (wanted.shape, wanted.dtype), f"result {i}"
        if name.startswith("same_bits_"):
            np.testing.assert_array_equal(array, wanted, strict=True)
            continue
        tolerance = WIDER.get(name, 1e-9 if wanted.dtype == np.float64 else SINGLE)
        if name.startswith("optimizer_") or name == "steps_by_schedule":
            # The optimizers' own variables are kept as float64; what is left works element by
            # element in IEEE's operations, and is as far from TensorFlow on every processor.
            tolerance = 2e-6
        np.testing.assert_allclose(
            array, wanted, rtol=tolerance, atol=tolerance, err_msg=f"result {i}"
        )
