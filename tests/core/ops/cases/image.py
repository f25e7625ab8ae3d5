"""Images: sizes, values, measures. Where TensorFlow computes in float32 it decides alone."""

import numpy as np

from tests.core.ops.cases import case, distinct, dtype, exactly, integers, normal, uniform

# The result is float32 whatever comes in: too coarse for finite differences.
_NARROW = {"_numeric": "algebra", "_tol": 2e-6}
# float32, because the gradient of TensorFlow's antialiased methods refuses float64.
_IMAGES = exactly(
    np.reshape([k * 37 % 101 / 50 - 1 for k in range(120)], (2, 4, 5, 3)).tolist(), "float32"
)
_BYTES = integers(0, 256, 3, 4, 1, dtype="uint8")
_GRAY = [[[0.5], [0.5]], [[0.5], [0.5]]]


def _sizes(method: str, antialias: bool) -> list[object]:
    return [
        case("image.resize", _IMAGES, size, method=method, antialias=antialias, **_NARROW)
        for size in ([7, 9], [3, 2], [8, 5])
    ]


CASES = [
    *_sizes("bilinear", False),
    *_sizes("bilinear", True),
    *_sizes("nearest", False),
    *_sizes("bicubic", False),
    *_sizes("bicubic", True),
    *_sizes("lanczos3", True),
    *_sizes("lanczos5", False),
    *_sizes("gaussian", True),
    *_sizes("mitchellcubic", True),
    *_sizes("area", False),
    case("image.resize", normal(4, 5, 2), [2, 3], **_NARROW),
    case("image.resize", normal(4, 6, 1), [3, 3], preserve_aspect_ratio=True, **_NARROW),
    case("image.resize", normal(4, 6, 1), [4, 6], **_NARROW),
    case("image.resize", integers(0, 9, 2, 3, 1), [3, 3]),
    case("image.resize", integers(0, 9, 2, 3, 1), [4, 2], method="nearest"),
    case("image.resize", normal(4), [4, 2]),
    case("image.resize", normal(2, 2, 1), [4]),
    case("image.resize", normal(2, 2, 1), [4, 4], method="cubist"),
    case("image.adjust_contrast", uniform(0.0, 1.0, 3, 4, 2), 2.0, **_NARROW),
    case("image.adjust_contrast", uniform(0.0, 1.0, 2, 3, 4, 1), 0.5, **_NARROW),
    case("image.adjust_contrast", integers(0, 256, 3, 4, 2, dtype="uint8"), 1.5),
    case("image.adjust_hue", uniform(0.0, 1.0, 4, 5, 3), 0.2, **_NARROW),
    case("image.adjust_hue", uniform(0.0, 1.0, 4, 5, 3), -0.7, **_NARROW),
    case("image.adjust_saturation", uniform(0.0, 1.0, 4, 5, 3), 0.5, **_NARROW),
    case("image.adjust_saturation", uniform(0.0, 1.0, 4, 5, 3), 3.0, **_NARROW),
    case("image.adjust_brightness", uniform(0.0, 1.0, 3, 4, 2), 0.2, **_NARROW),
    case("image.adjust_brightness", integers(0, 256, 3, 4, 2, dtype="uint8"), 0.3),
    case("image.adjust_gamma", uniform(0.1, 1.0, 3, 4, 2), 2.2, 0.9, **_NARROW),
    case("image.flip_left_right", normal(2, 3, 4)),
    case("image.flip_left_right", normal(2, 3, 4, 1)),
    case("image.flip_up_down", normal(2, 3, 4)),
    case("image.transpose", normal(2, 3, 4)),
    *[case("image.rot90", normal(2, 3, 4), k) for k in range(4)],
    case("image.rot90", normal(2, 3, 4, 1), -1),
    case("image.central_crop", normal(7, 9, 2), 0.5),
    case("image.central_crop", normal(2, 8, 6, 1), 0.7),
    case("image.central_crop", normal(2, 8, 6, 1), 1.5),
    case("image.crop_to_bounding_box", normal(5, 6, 2), 1, 2, 3, 3),
    case("image.crop_to_bounding_box", normal(5, 6, 2), 3, 2, 3, 3),
    case("image.pad_to_bounding_box", normal(2, 3, 2), 1, 2, 5, 6),
    case("image.pad_to_bounding_box", normal(2, 3, 2), 4, 2, 5, 6),
    case("image.resize_with_crop_or_pad", normal(5, 2, 1), 3, 5),
    case("image.resize_with_crop_or_pad", normal(2, 4, 5, 1), 7, 2),
    case("image.rgb_to_grayscale", uniform(0.0, 1.0, 2, 3, 3), **_NARROW),
    case("image.rgb_to_grayscale", integers(0, 256, 2, 3, 3, dtype="uint8")),
    case("image.rgb_to_grayscale", normal(2, 3, 4)),
    case("image.grayscale_to_rgb", normal(2, 3, 1)),
    case("image.per_image_standardization", normal(3, 4, 2), **_NARROW),
    case("image.per_image_standardization", normal(2, 3, 4, 2), **_NARROW),
    case("image.per_image_standardization", exactly(_GRAY), **_NARROW),  # one colour
    case("image.per_image_standardization", integers(0, 256, 3, 4, 2, dtype="uint8"), _tol=2e-6),
    case("image.image_gradients", normal(2, 3, 4, 2)),
    case("image.total_variation", distinct(3, 4, 2)),
    case("image.total_variation", distinct(2, 3, 4, 2)),
    case("image.total_variation", exactly(_GRAY), _numeric=False),  # equal neighbours: 0
    case(
        "image.psnr", uniform(0.0, 1.0, 2, 3, 4, 1), uniform(0.0, 1.0, 2, 3, 4, 1), 1.0, **_NARROW
    ),
    case(
        "image.psnr",
        integers(0, 256, 3, 4, 1, dtype="uint8"),
        integers(0, 256, 3, 4, 1, dtype="uint8"),
        255,
        _tol=2e-6,
    ),
    case("image.convert_image_dtype", integers(0, 256, 5, dtype="uint8"), dtype=dtype("float32")),
    case("image.convert_image_dtype", integers(0, 256, 5, dtype="uint8"), dtype=dtype("uint16")),
    case("image.convert_image_dtype", integers(0, 60000, 5, dtype="uint16"), dtype=dtype("uint8")),
    case("image.convert_image_dtype", uniform(0.0, 1.0, 5), dtype=dtype("uint8")),
    case("image.convert_image_dtype", uniform(-1.0, 2.0, 5), dtype=dtype("uint8"), saturate=True),
    case("image.convert_image_dtype", uniform(0.0, 1.0, 5), dtype=dtype("float64"), _float32=False),
]
