"""Images of files as arrays and back, through Pillow."""

import io
import sys

import numpy as np
import pytest

import gradtape as tf

pytest.importorskip("PIL.Image", reason="images of Keras are Pillow's")

utils, image = tf.keras.utils, tf.keras.preprocessing.image
PIXELS = np.random.default_rng(1).integers(0, 256, (4, 6, 3)).astype(np.float32)


@pytest.fixture
def png(tmp_path):
    image.save_img(tmp_path / "a.png", PIXELS, scale=False)
    return tmp_path / "a.png"


def test_what_is_written_is_read_again(png):
    for path in (png, str(png), str(png).encode(), io.BytesIO(png.read_bytes())):
        found = image.img_to_array(utils.load_img(path))
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, PIXELS)
    first = utils.img_to_array(utils.load_img(png), data_format="channels_first", dtype="uint8")
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, PIXELS.transpose(2, 0, 1))


def test_colours(png):
    sizes = {"rgb": 3, "rgba": 4, "grayscale": 1}
    for mode, channels in sizes.items():
        assert utils.img_to_array(utils.load_img(png, color_mode=mode)).shape == (4, 6, channels)
    grey = utils.img_to_array(utils.load_img(png, "grayscale"))[:, :, 0]
    np.testing.assert_allclose(grey, PIXELS @ [0.299, 0.587, 0.114], atol=1.0)


def test_sizes(png):
    whole = utils.img_to_array(utils.load_img(png, target_size=(2, 3)))
    np.testing.assert_array_equal(whole, PIXELS[1::2, 1::2])  # the nearest of each 2 × 2
    middle = utils.load_img(png, target_size=(4, 2), keep_aspect_ratio=True)
    np.testing.assert_array_equal(utils.img_to_array(middle), PIXELS[:, 2:4])
    smooth = utils.load_img(png, target_size=(1, 1), interpolation="box")
    np.testing.assert_allclose(utils.img_to_array(smooth)[0, 0], PIXELS.mean((0, 1)), atol=1.0)


def test_numbers_are_scaled():
    x = np.array([[[-1.0], [0.0]], [[1.0], [3.0]]])
    found = utils.img_to_array(utils.array_to_img(x))
    np.testing.assert_array_equal(found[:, :, 0], [[0, 63], [127, 255]])
    assert utils.array_to_img(np.zeros([2, 2, 1])).mode == "L"
    assert utils.array_to_img(np.full([2, 2, 1], 300.0), scale=False).mode == "I"
    assert utils.array_to_img(np.ones([4, 2, 3]), data_format="channels_first").mode == "RGBA"


def test_a_jpeg_file_has_no_transparency(tmp_path):
    with pytest.warns(UserWarning, match="does not support RGBA"):
        utils.save_img(tmp_path / "a.jpg", np.ones([4, 4, 4]))
    assert utils.load_img(tmp_path / "a.jpg").size == (4, 4)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda png: utils.load_img(png, color_mode="cmyk"), ValueError, "color_mode"),
        (lambda png: utils.load_img(png, "rgb", (2, 2), "other"), ValueError, "other"),
        (lambda png: utils.load_img(3), TypeError, "path-like"),
        (lambda png: utils.array_to_img(np.ones([2, 2])), ValueError, "rank 3"),
        (lambda png: utils.array_to_img(np.ones([2, 2, 2])), ValueError, "channel number"),
        (lambda png: utils.img_to_array(np.ones([2])), ValueError, "image shape"),
    ],
)
def test_what_is_refused(call, error, said, png):
    with pytest.raises(error, match=said):
        call(png)


def test_without_pillow_the_error_says_how_to_get_it(monkeypatch, png):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ImportError, match=r"gradtape\[image\]"):
        utils.load_img(png)
