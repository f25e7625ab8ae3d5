"""tf.image: refusals, missing gradients, resizing and its transposes."""

import numpy as np
import pytest

import gradtape as tf
from tests.support.refusals import refused

InvalidArgumentError = tf.errors.InvalidArgumentError


IMAGE = tf.reshape(tf.range(12.0), (2, 2, 3))
IMAGES = {
    "rank": (ValueError, "3 or 4 dimensions", lambda: tf.image.resize([1.0], [2, 2])),
    "size": (ValueError, "2 elements", lambda: tf.image.resize(IMAGE, [2])),
    "size of 0": (ValueError, "positive", lambda: tf.image.resize(IMAGE, [0, 2])),
    "float size": (TypeError, "size takes integers", lambda: tf.image.resize(IMAGE, [2.0, 2.0])),
    "method": (
        ValueError,
        "knows the methods",
        lambda: tf.image.resize(IMAGE, [2, 2], method="cubist"),
    ),
    "text": (
        InvalidArgumentError,
        "",
        lambda: tf.image.resize([[["a"]]], [2, 2], method="nearest"),
    ),
    "crop": (ValueError, "reaches out", lambda: tf.image.crop_to_bounding_box(IMAGE, 1, 0, 2, 2)),
    "negative crop": (
        ValueError,
        "offsets must be >= 0",
        lambda: tf.image.crop_to_bounding_box(IMAGE, -1, 0, 2, 2),
    ),
    "pad": (ValueError, "does not fit", lambda: tf.image.pad_to_bounding_box(IMAGE, 1, 0, 2, 2)),
    "fraction": (ValueError, "(0, 1]", lambda: tf.image.central_crop(IMAGE, 0.0)),
    "channels": (
        InvalidArgumentError,
        "3 channels",
        lambda: tf.image.adjust_hue(tf.zeros((2, 2, 4)), 0.1),
    ),
    "hue": (ValueError, "[-1, 1]", lambda: tf.image.adjust_hue(IMAGE, 1.5)),
    "contrast": (
        InvalidArgumentError,
        "at least 3-D",
        lambda: tf.image.adjust_contrast(tf.zeros((2, 2)), 2.0),
    ),
    "gamma": (ValueError, "non-negative", lambda: tf.image.adjust_gamma(IMAGE, gamma=-1)),
    "gradients of one image": (ValueError, "4D", lambda: tf.image.image_gradients(IMAGE)),
    "gray": (ValueError, "size 1", lambda: tf.image.grayscale_to_rgb(IMAGE)),
    "dtype": (
        TypeError,
        "integer or floating",
        lambda: tf.image.convert_image_dtype(IMAGE, tf.string),
    ),
}


@pytest.mark.parametrize("name", IMAGES)
def test_images_refuse(name):
    refused(*IMAGES[name])


@pytest.mark.parametrize(
    ("op", "call"),
    [
        ("AdjustContrastv2", lambda x: tf.image.adjust_contrast(x, 2.0)),
        ("AdjustHue", lambda x: tf.image.adjust_hue(x, 0.1)),
        ("AdjustSaturation", lambda x: tf.image.adjust_saturation(x, 0.5)),
        ("ResizeArea", lambda x: tf.image.resize(x, [1, 1], method="area")),
    ],
)
def test_colours_and_areas_have_no_gradient_and_say_so(op, call):
    with tf.GradientTape() as tape:
        tape.watch(IMAGE)
        y = call(IMAGE)
    with pytest.raises(LookupError, match=f"gradient registry has no entry for: {op}"):
        tape.gradient(y, IMAGE)


@pytest.mark.parametrize(
    ("call", "method"),
    [
        ("resize_bilinear", "bilinear"),
        ("resize_nearest", "nearest"),
        ("resize_bicubic", "bicubic"),
        ("scale_and_translate", "triangle"),
    ],
)
@pytest.mark.parametrize("size", [(7, 3), (2, 9)])
def test_resizing_and_its_gradient_are_transposes_of_each_other(call, method, size):
    # in float64, where the public function would answer in float32
    from gradtape.ops.image import resizing

    op = getattr(resizing, call)
    x = tf.random.stateless_normal((2, 4, 5, 3), [1, 2], dtype=tf.float64)
    g = tf.random.stateless_normal((2, *size, 3), [3, 4], dtype=tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(g)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = op(x, size=size, method=method, antialias=True)
        back = inner.gradient(y, x, output_gradients=g)
    assert np.allclose(tf.reduce_sum(y * g), tf.reduce_sum(back * x))
    assert np.allclose(outer.gradient(back, g, output_gradients=x), y)


def test_the_gradient_of_resizing_can_be_differentiated_again():
    x = tf.random.stateless_normal((1, 3, 4, 1), [1, 2])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_sum(tf.image.resize(x, [5, 6]) ** 3)
        gradient = inner.gradient(y, x)
    hessian = outer.jacobian(gradient, x).numpy().reshape(12, 12)
    assert np.allclose(hessian, hessian.T, atol=1e-4)
    assert np.abs(hessian).max() > 0.1


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64", "float16", "float32", "float64"])
def test_standardized_images_are_float32(dtype: str) -> None:
    x = tf.reshape(tf.cast(tf.range(1, 13), dtype), (2, 2, 3))
    y = tf.image.per_image_standardization(x)
    assert y.dtype is tf.float32
    assert np.allclose(y[0, 0, 0], -1.593255)
    assert np.allclose(y[1, 1, 2], 1.593255)


@pytest.mark.parametrize(
    ("method", "corner"), [("gaussian", 0.357609), ("mitchellcubic", 0.176471), ("lanczos3", 0.0)]
)
def test_kernels_that_smooth_do_so_where_the_size_stays(method: str, corner: float) -> None:
    x = tf.reshape(tf.range(4.0), (2, 2, 1))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.image.resize(x, [2, 2], method=method)
    assert np.allclose(y[0, 0, 0], corner, atol=1e-6)
    assert np.allclose(tf.reduce_sum(tape.gradient(y, x)), 4.0)


@pytest.mark.parametrize("dtype", ["complex64", "uint32", "uint64", "bool"])
@pytest.mark.parametrize("method", ["bilinear", "nearest", "gaussian", "area"])
@pytest.mark.parametrize("size", [[2, 2], [1, 3]])
def test_what_cannot_be_resized(dtype: str, method: str, size: list[int]) -> None:
    with pytest.raises(InvalidArgumentError, match=f"'T' of {dtype} is not in"):
        tf.image.resize(tf.cast(tf.ones([2, 2, 1]), dtype), size, method=method)


@pytest.mark.parametrize("shape", [(0, 2, 1), (2, 0, 1), (2, 2, 0), (1, 0, 2, 1)])
def test_an_image_has_pixels(shape: tuple[int, ...]) -> None:
    x = tf.zeros(shape)
    for call in (
        lambda: tf.image.flip_left_right(x),
        lambda: tf.image.flip_up_down(x),
        lambda: tf.image.transpose(x),
        lambda: tf.image.rot90(x),
        lambda: tf.image.pad_to_bounding_box(x, 0, 0, 3, 3),
        lambda: tf.image.crop_to_bounding_box(x, 0, 0, 1, 1),
        lambda: tf.image.resize_with_crop_or_pad(x, 3, 3),
        lambda: tf.image.central_crop(x, 0.5),
        lambda: tf.image.per_image_standardization(x),
    ):
        with pytest.raises(ValueError, match="dims"):
            call()
    with pytest.raises(InvalidArgumentError, match="dims"):
        tf.image.resize(x, [2, 2])


@pytest.mark.parametrize("factor", [[2.0], [1.0, 2.0, 3.0]])
def test_one_factor_for_all_channels(factor: list[float]) -> None:
    for call in (tf.image.adjust_contrast, tf.image.adjust_saturation, tf.image.adjust_hue):
        with pytest.raises(InvalidArgumentError, match="must be scalar"):
            call(tf.ones([2, 2, 3]), factor)
    with pytest.raises(ValueError, match="one number for all pixels"):
        tf.image.adjust_gamma(tf.ones([2, 2, 3]), factor)


def test_a_negative_gamma_and_a_hue_beyond_the_circle() -> None:
    for gamma in (-1, -1.0, np.float32(-1)):
        with pytest.raises(ValueError, match="non-negative"):
            tf.image.adjust_gamma(IMAGE, gamma)
    with pytest.raises(InvalidArgumentError, match="non-negative"):
        tf.image.adjust_gamma(IMAGE, tf.constant(-1.0))
    for delta in (1.5, tf.constant(-2.0)):
        with pytest.raises(ValueError, match="interval"):
            tf.image.adjust_hue(IMAGE, delta)


def test_no_images_are_resized_to_no_images() -> None:
    assert tf.image.resize(tf.zeros((0, 4, 1, 1), tf.float16), (1, 1)).shape == (0, 1, 1, 1)


def test_colors_of_what_is_no_color() -> None:
    negative = tf.image.rgb_to_hsv([-1.0, -1.0, -0.5]).numpy().tolist()
    np.testing.assert_allclose(negative, [2 / 3, 0.0, -0.5], rtol=1e-6)
    for convert in (tf.image.rgb_to_hsv, tf.image.hsv_to_rgb):
        with pytest.raises(tf.errors.FailedPreconditionError, match="3 channels"):
            convert([1.0])
    for convert in (tf.image.rgb_to_yiq, tf.image.yuv_to_rgb):
        with pytest.raises(tf.errors.InvalidArgumentError, match="3 channels"):
            convert([1.0])


def test_colors_are_adjusted_in_images_alone() -> None:
    for adjust in (tf.image.adjust_hue, tf.image.adjust_saturation):
        with pytest.raises(tf.errors.InvalidArgumentError, match="at least 3-D"):
            adjust([1.0, 1.0, 1.0], 0.5)


def test_integers_are_no_colors_to_be_mixed_and_complex_numbers_are() -> None:
    for convert in (tf.image.rgb_to_yiq, tf.image.rgb_to_yuv, tf.image.yiq_to_rgb):
        with pytest.raises(TypeError, match="convert_image_dtype"):
            convert(tf.constant([1, 2, 3]))
        x = tf.constant([1.0, 2.0, 3.0])
        both = convert(tf.complex(x, 2 * x)).numpy()
        np.testing.assert_allclose(both, convert(x).numpy() * (1 + 2j), rtol=1e-5, atol=1e-6)
    for convert in (tf.image.rgb_to_hsv, tf.image.hsv_to_rgb):
        with pytest.raises(tf.errors.InvalidArgumentError, match="floats"):
            convert(tf.constant([1, 2]))


def test_the_signal_to_noise_ratio_of_images_that_do_not_fit() -> None:
    refused = tf.errors.InvalidArgumentError
    for a, b, error in (
        ((2, 3, 3, 1), (2, 4, 4, 1), refused), ((), (), refused), ((3,), (2, 3), refused),
        ((2, 3, 3, 1), (2, 3, 3, 2), ValueError), ((3,), (2, 2, 3), ValueError),
    ):  # fmt: skip
        with pytest.raises(error):
            tf.image.psnr(tf.zeros(a), tf.zeros(b), 1.0)


def test_all_of_an_image_is_its_middle() -> None:
    assert tf.image.central_crop(tf.constant(3.0), 1.0).numpy() == 3.0


def test_images_of_nothing() -> None:
    for shape in ((0, 1, 0, 3), (0, 0, 1, 1), (1, 0, 2, 0)):
        assert [d.shape for d in tf.image.image_gradients(tf.zeros(shape))] == [shape] * 2
    with pytest.raises(tf.errors.InvalidArgumentError, match="a row and a column"):
        tf.image.image_gradients(tf.zeros((1, 0, 1, 1)))


def test_the_hue_of_integers_is_turned_with_tensorflows_rounding() -> None:
    x = tf.constant([[[0, 3, -2]], [[0, 0, 0]], [[3, -2, 0]]])
    turned = tf.image.adjust_hue(x, 0.5).numpy().tolist()
    assert turned == [[[0, -2, 3]], [[0, 0, 0]], [[-2, 3, 1]]]
    for delta in (1.0, -1.0, 0.0):
        pure = np.eye(3, dtype=np.float32)[None]
        assert tf.image.adjust_hue(pure, delta).numpy().tolist() == pure.tolist()
