"""Calls of `tf.image` that are made with TensorFlow, which records them, and with gradtape.

Each gives arrays by name; `gradient` of a sum weighted by position, where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

R = np.random.RandomState(3)
A = R.rand(2, 9, 13, 3).astype(np.float32)
B = np.clip(A + 0.2 * R.rand(2, 9, 13, 3).astype(np.float32), 0, 1)
LARGE = R.rand(1, 40, 46, 2).astype(np.float32)
BYTES = R.randint(0, 256, (7, 8, 3)).astype(np.uint8)
BOXES = np.array(
    [[0, 0, 1, 1], [0.1, 0.25, 0.8, 0.6], [-0.2, 0.1, 0.5, 1.3], [0.9, 0.8, 0.2, 0.1]], np.float32
)

Call = Callable[[Any, Any], Any]

#: name → (call, source): values and gradients are compared
SMOOTH: dict[str, tuple[Call, Any]] = {
    "resize_with_pad": (lambda tf, x: tf.image.resize_with_pad(x, 20, 18), A),
    "resize_with_pad small": (lambda tf, x: tf.image.resize_with_pad(x[0], 5, 6), A),
    "sobel_edges": (lambda tf, x: tf.image.sobel_edges(x), A),
    "extract_patches": (
        lambda tf, x: tf.image.extract_patches(x, [1, 3, 2, 1], [1, 2, 3, 1], [1, 2, 1, 1], "SAME"),
        A,
    ),
    "extract_patches valid": (
        lambda tf, x: tf.image.extract_patches(
            x, [1, 2, 3, 1], [1, 1, 2, 1], [1, 1, 1, 1], "VALID"
        ),
        A,
    ),
    "crop_and_resize": (
        lambda tf, x: tf.image.crop_and_resize(x, BOXES, [0, 1, 1, 0], [4, 5]),
        A,
    ),
    "crop_and_resize one": (
        lambda tf, x: tf.image.crop_and_resize(
            x, BOXES, [0, 1, 1, 0], [1, 3], extrapolation_value=7.0
        ),
        A,
    ),
    "crop_and_resize boxes": (
        lambda tf, x: tf.image.crop_and_resize(A, x, [0, 1], [4, 5]),
        BOXES[:2],
    ),
    "ssim": (lambda tf, x: tf.image.ssim(x, B, 1.0, filter_size=5), A),
    "ssim map": (
        lambda tf, x: tf.image.ssim(x, B, 1.0, filter_size=7, return_index_map=True),
        A,
    ),
    "ssim_multiscale": (
        lambda tf, x: tf.image.ssim_multiscale(
            x, LARGE * 0.8 + 0.1 * LARGE[:, ::-1], 1.0, power_factors=(0.3, 0.4, 0.3), filter_size=4
        ),
        LARGE,
    ),
    "rgb_to_hsv": (lambda tf, x: tf.image.rgb_to_hsv(x), A),
    "rgb_to_yuv": (lambda tf, x: tf.image.rgb_to_yuv(x), A),
    "yuv_to_rgb": (lambda tf, x: tf.image.yuv_to_rgb(x), A),
    "rgb_to_yiq": (lambda tf, x: tf.image.rgb_to_yiq(x), A),
    "yiq_to_rgb": (lambda tf, x: tf.image.yiq_to_rgb(x), A),
}


def seeded(tf: Any) -> dict[str, Any]:
    """What the random functions give after the same seed, and by their own."""
    image = tf.image
    found = {}
    tf.random.set_seed(11)
    for k in range(3):
        found[f"left_right {k}"] = image.random_flip_left_right(A)
        found[f"up_down {k}"] = image.random_flip_up_down(A[0])
        found[f"brightness {k}"] = image.random_brightness(A[0], 0.3)
        found[f"contrast {k}"] = image.random_contrast(A[0], 0.2, 0.9, seed=5)
        found[f"saturation {k}"] = image.random_saturation(BYTES, 0.2, 0.9)
        found[f"hue {k}"] = image.random_hue(A[0], 0.3)
        found[f"crop {k}"] = image.random_crop(BYTES, [3, 4, 3])
        seed = (k, 7)
        found[f"own left_right {k}"] = image.stateless_random_flip_left_right(A, seed)
        found[f"own up_down {k}"] = image.stateless_random_flip_up_down(A[0], seed)
        found[f"own brightness {k}"] = image.stateless_random_brightness(A[0], 0.3, seed)
        found[f"own contrast {k}"] = image.stateless_random_contrast(A[0], 0.2, 0.9, seed)
        found[f"own saturation {k}"] = image.stateless_random_saturation(A[0], 0.2, 0.9, seed)
        found[f"own hue {k}"] = image.stateless_random_hue(A[0], 0.3, seed)
        found[f"own crop {k}"] = image.stateless_random_crop(BYTES, [3, 4, 3], seed)
    return found


def plain(tf: Any) -> dict[str, Any]:
    """What has no gradient."""
    image = tf.image
    scores = np.linspace(1, 0, 6).astype(np.float32)
    boxes = np.array([[0, 0, 1, 1], [0, 0.1, 1, 1.1], [0, 2, 1, 3]] * 2, np.float32)
    boxes[3:] += 0.05
    return {
        "hsv_to_rgb": image.hsv_to_rgb(A),
        "nearest": image.crop_and_resize(A, BOXES, [0, 1, 1, 0], [4, 5], method="nearest"),
        "suppressed": image.non_max_suppression(boxes, scores, 4, 0.5),
        "suppressed less": image.non_max_suppression(boxes, scores, 9, 0.95, 0.3),
        "drawn": image.draw_bounding_boxes(A, np.stack([BOXES[:2], BOXES[2:]]), None),
        "drawn red": image.draw_bounding_boxes(A, np.stack([BOXES[:2]] * 2), [[1.0, 0.0, 0.0]]),
    }


def weights(shape: Any) -> Any:
    """Weights that tell positions apart."""
    size = int(np.prod(shape))
    return np.cos(np.arange(size, dtype=np.float32)).reshape(tuple(shape))


def smooth(tf: Any, name: str) -> tuple[Any, Any]:
    """Value and gradient of one call."""
    call, source = SMOOTH[name]
    x = tf.constant(source)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = call(tf, x)
        total = tf.reduce_sum(y * weights(y.shape))
    return y.numpy(), tape.gradient(total, x).numpy()
