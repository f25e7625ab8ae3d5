"""Layers that change images: the same numbers for the same seeds, and gradients for the images."""

from typing import Any

import numpy as np

from tests.core.keras.cases import numbers
from tests.core.keras.library import program, programs

IMAGES = np.abs(numbers(3, 5, 7, 2, seed=8))


def changed(tf: Any, layer: Any, x: Any = IMAGES) -> list[Any]:
    """What two calls in training give, with a gradient, and one without."""
    inputs = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = layer(inputs)
        total = tf.reduce_sum(outputs**2)
    again = layer(inputs, training=True)
    return [outputs, tape.gradient(total, inputs), again, layer(inputs, training=False)]


@programs(
    flipped=("RandomFlip", {}), flipped_across=("RandomFlip", {"mode": "horizontal"}),
    flipped_down=("RandomFlip", {"mode": "vertical"}),
    cropped=("RandomCrop", {"height": 3, "width": 4}),
    cropped_and_resized=("RandomCrop", {"height": 6, "width": 4}),
    contrasted=("RandomContrast", {"factor": 0.4, "value_range": (0.0, 1.5)}),
    contrasted_apart=("RandomContrast", {"factor": (0.1, 0.9)}),
    brighter=("RandomBrightness", {"factor": 0.3, "value_range": (0.0, 2.0)}),
    darker=("RandomBrightness", {"factor": (-0.5, -0.1), "value_range": (0.0, 2.0)}),
)  # fmt: skip
def images_changed_by_seed(tf: Any, variant: Any) -> list[Any]:
    kind, settings = variant
    return changed(tf, getattr(tf.keras.layers, kind)(seed=5, **settings))


@programs(
    turned=("RandomRotation", {"factor": 0.3}),
    turned_a_pair=("RandomRotation", {"factor": (-0.1, 0.4)}),
    zoomed=("RandomZoom", {"height_factor": 0.4}),
    zoomed_apart=("RandomZoom", {"height_factor": (-0.5, -0.2), "width_factor": (0.1, 0.6)}),
    moved=("RandomTranslation", {"height_factor": 0.4, "width_factor": (-0.9, 0.6)}),
)  # fmt: skip
def images_moved_by_seed(tf: Any, variant: Any) -> list[Any]:
    kind, settings = variant
    results = []
    for fill in ("reflect", "wrap", "constant", "nearest"):
        for method in ("bilinear", "nearest"):
            layer = getattr(tf.keras.layers, kind)(
                seed=7, fill_mode=fill, interpolation=method, fill_value=0.5, **settings
            )
            results.append(layer(IMAGES))  # TensorFlow's gradient is no derivative: test_images.py
    return results


@programs(
    middle=("CenterCrop", {"height": 3, "width": 4}),
    middle_enlarged=("CenterCrop", {"height": 8, "width": 6}),
    resized=("Resizing", {"height": 4, "width": 9}),
    resized_nearest=("Resizing", {"height": 4, "width": 9, "interpolation": "nearest"}),
    resized_smooth=("Resizing", {"height": 2, "width": 3, "antialias": True}),
    resized_of_ratio=("Resizing", {"height": 4, "width": 4, "crop_to_aspect_ratio": True}),
    resized_with_borders=(
        "Resizing", {"height": 4, "width": 4, "pad_to_aspect_ratio": True, "fill_value": 0.3},
    ),
)  # fmt: skip
def images_of_a_size(tf: Any, variant: Any) -> list[Any]:
    kind, settings = variant
    layer = getattr(tf.keras.layers, kind)(**settings)
    results = [*changed(tf, layer)[:2], layer(IMAGES[0])]
    if "fill_value" in settings:
        return results
    return [*results, layer((IMAGES * 80).astype(np.uint8))]


@program
def images_in_a_data_set_and_a_model(tf: Any) -> list[Any]:
    layers = tf.keras.layers
    images = tf.data.Dataset.from_tensor_slices(IMAGES).batch(2)
    flip = layers.RandomFlip(seed=3)
    results = [flip(IMAGES[0]), *images.map(lambda x: layers.Resizing(3, 3)(x))]
    inputs = tf.keras.Input((5, 7, 2))
    x = layers.RandomRotation(0.2, seed=4)(layers.RandomZoom(0.3, seed=2)(inputs))
    model = tf.keras.Model(inputs, layers.CenterCrop(2, 3)(x))
    results += [model(IMAGES, training=True), model(IMAGES, training=False)]
    together = layers.RandomTranslation(0.3, 0.2, seed=6)(
        {
            "images": IMAGES,
            "labels": np.array([1.0, 2.0, 3.0]),
            "segmentation_masks": IMAGES[..., :1],
        }
    )
    return [*results, *(together[key] for key in ("images", "labels", "segmentation_masks"))]
