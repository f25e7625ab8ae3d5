"""Layers that change images: derivatives, draws in pipelines, files, and what they refuse."""

import numpy as np
import pytest

import gradtape as tf

layers = tf.keras.layers
IMAGES = np.random.default_rng(4).normal(size=(2, 4, 5, 1))

MOVING = {
    "turned": lambda **how: layers.RandomRotation(0.3, seed=2, dtype="float64", **how),
    "zoomed": lambda **how: layers.RandomZoom(0.4, 0.2, seed=2, dtype="float64", **how),
    "moved": lambda **how: layers.RandomTranslation(0.4, 0.3, seed=2, dtype="float64", **how),
}


@pytest.mark.parametrize("fill", ["reflect", "wrap", "constant", "nearest"])
@pytest.mark.parametrize("method", ["bilinear", "nearest"])
@pytest.mark.parametrize("name", MOVING)
def test_moved_images_have_their_derivative(name, method, fill):
    """A moved image is linear in the image: ⟨cotangent, moved(x) − moved(0)⟩ = ⟨gradient, x⟩."""
    x, cotangent = tf.constant(IMAGES), np.random.default_rng(5).normal(size=IMAGES.shape)
    layer = MOVING[name](fill_mode=fill, interpolation=method, fill_value=0.5)
    first = layer.generator.serialize()
    with tf.GradientTape() as tape:
        tape.watch(x)
        moved = layer(x)
    gradient = tape.gradient(moved, x, tf.constant(cotangent))
    layer.generator.deserialize(first)
    nothing = layer(tf.zeros_like(x))
    both = np.sum(cotangent * (moved - nothing)), np.sum(gradient * IMAGES)
    assert both[0] == pytest.approx(both[1], rel=1e-9)
    assert method == "nearest" or not np.allclose(moved, x)


def test_a_pipeline_draws_anew_for_each_batch():
    flip = layers.RandomFlip(seed=3)
    batches = tf.data.Dataset.from_tensor_slices(IMAGES).batch(1).repeat(8).map(flip)
    assert len({batch.numpy().tobytes() for batch in batches}) > 2


def test_images_of_a_dictionary_and_one_alone():
    crop = layers.CenterCrop(2, 2)
    found = crop({"images": IMAGES, "labels": np.array([1, 2])})
    assert found["images"].shape == (2, 2, 2, 1) and found["labels"].numpy().tolist() == [1, 2]
    np.testing.assert_array_equal(crop(IMAGES[0]), found["images"][0])
    flip = layers.RandomFlip(seed=1)
    both = flip({"images": IMAGES, "segmentation_masks": IMAGES})
    np.testing.assert_array_equal(both["images"], both["segmentation_masks"])


def test_channels_first():
    first = np.transpose(IMAGES, [0, 3, 1, 2])
    for make in (
        lambda how: layers.RandomRotation(0.2, seed=1, data_format=how),
        lambda how: layers.RandomFlip(seed=1, data_format=how),
        lambda how: layers.RandomCrop(2, 3, seed=1, data_format=how),
        lambda how: layers.Resizing(3, 3, crop_to_aspect_ratio=True, data_format=how),
        lambda how: layers.CenterCrop(6, 3, data_format=how),
    ):
        last = make("channels_last")(IMAGES)
        again = tf.transpose(make("channels_first")(first), [0, 2, 3, 1])
        np.testing.assert_allclose(again, last, rtol=1e-6)


REFUSED = [
    (lambda: layers.RandomRotation(2.0), ValueError, r"range \[-1, 1\]"),
    (lambda: layers.RandomRotation((0.1, 0.2, 0.3)), ValueError, "`factor`"),
    (lambda: layers.RandomRotation(0.1, fill_mode="x"), NotImplementedError, "`fill_mode`"),
    (lambda: layers.RandomZoom(0.1, interpolation="x"), NotImplementedError, "`interpolation`"),
    (lambda: layers.RandomZoom(-1.0), ValueError, "`height_factor`"),
    (lambda: layers.RandomTranslation(0.1, 1.5), ValueError, "`width_factor`"),
    (lambda: layers.RandomTranslation("a", 0.5), ValueError, "`height_factor`"),
    (lambda: layers.RandomContrast(1.5), ValueError, "`factor`"),
    (lambda: layers.RandomBrightness(0.1, value_range=3), ValueError, "`value_range`"),
    (lambda: layers.RandomFlip()(np.ones((2, 3), np.float32)), ValueError, "rank 3"),
    (
        lambda: layers.Resizing(2, 2, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)(IMAGES),
        ValueError,
        "Only one of",
    ),
    (lambda: layers.Resizing(2, 2, fill_mode="wrap")(IMAGES), ValueError, "`fill_mode`"),
    (lambda: layers.RandomFlip(bounding_box_format="xyxy"), NotImplementedError, "bounding boxes"),
]


@pytest.mark.parametrize(("call", "error", "text"), REFUSED)
def test_what_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()
