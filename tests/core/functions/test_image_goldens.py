"""Image functions beside TensorFlow's recorded values: patches, likeness, colours, draws."""

import numpy as np
import pytest

import gradtape as tf
from tests.goldens import image_cases
from tests.support.recorded_files import GOLDENS

RECORDED = np.load(GOLDENS / "images.npz")


@pytest.mark.parametrize("name", image_cases.SMOOTH)
def test_values_and_gradients(name):
    value, gradient = image_cases.smooth(tf, name)
    for found, what in ((value, "value"), (gradient, "gradient")):
        theirs = RECORDED[f"{what} {name}"]
        assert found.dtype == theirs.dtype and found.shape == theirs.shape
        assert np.allclose(found, theirs, rtol=2e-4, atol=2e-5 * (1 + np.abs(theirs).max()))


@pytest.mark.parametrize("cases", [image_cases.seeded, image_cases.plain])
def test_draws_and_choices(cases):
    for name, found in cases(tf).items():
        theirs = RECORDED[name]
        assert found.numpy().dtype == theirs.dtype and found.shape == theirs.shape, name
        step = 1 if theirs.dtype == np.uint8 else 1e-6
        assert np.abs(found.numpy().astype(float) - theirs).max(initial=0) <= step, name


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda i: i.random_brightness(image_cases.A, -1), ValueError, "non-negative"),
        (lambda i: i.random_contrast(image_cases.A, 2, 1), ValueError, "upper must be"),
        (lambda i: i.random_hue(image_cases.A, 0.6), ValueError, "max_delta"),
        (lambda i: i.random_crop(image_cases.BYTES, [9, 9, 3]), ValueError, "size"),
        (lambda i: i.resize_with_pad(image_cases.A, 0, 3), ValueError, "> 0"),
        (lambda i: i.ssim(image_cases.A, image_cases.A, 1.0), Exception, "smaller than the window"),
        (lambda i: i.ssim(image_cases.A, image_cases.LARGE, 1.0), ValueError, "incompatible"),
        (lambda i: i.sobel_edges(image_cases.BYTES), tf.errors.InvalidArgumentError, "n, h, w, c"),
        (
            lambda i: i.extract_patches(image_cases.A, [2, 2], [1, 1], [1, 1], "SAME"),
            ValueError,
            "rows, columns",
        ),
        (
            lambda i: i.crop_and_resize(image_cases.A, image_cases.BOXES, [0, 1, 2, 0], [2, 2]),
            tf.errors.InvalidArgumentError,
            "outside",
        ),
        (lambda i: i.rgb_to_hsv(image_cases.BYTES), tf.errors.InvalidArgumentError, "floats"),
    ],
)
def test_refusals(call, error, match):
    with pytest.raises(error, match=match):
        call(tf.image)
