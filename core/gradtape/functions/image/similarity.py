"""How alike two images are (SSIM), and the edges in one (Sobel): sums over windows."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import float32 as f32
from gradtape.errors import InvalidArgumentError
from gradtape.functions.array.arranging import pad
from gradtape.functions.array.joining import stack
from gradtape.functions.image.adjusting import convert_image_dtype
from gradtape.functions.math.arithmetic import maximum
from gradtape.functions.math.reductions import reduce_mean, reduce_prod
from gradtape.functions.nn.depthwise import depthwise_conv2d
from gradtape.functions.nn.pooling import avg_pool2d
from gradtape.ops.array.shaping import reshape
from gradtape.ops.math.complex_numbers import cast
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor

#: the weights of the scales, from the finest to the coarsest (Wang, Simoncelli, Bovik, 2003)
_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_SOBEL = np.array([[[-1, -2, -1], [0, 0, 0], [1, 2, 1]], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]])


def sobel_edges(image: Any) -> EagerTensor:
    """The slopes in both directions by Sobel's filters: (n, h, w, c, 2), down and to the right.

    The image is mirrored at its edges. Dtypes: floats.

    >>> image = tf.reshape(tf.range(9.0), (1, 3, 3, 1))
    >>> tf.image.sobel_edges(image)[0, 1, 1, 0].numpy()
    array([24.,  8.], dtype=float32)
    """
    x = convert_operand(image)
    shape = tuple(x._value.shape)
    if len(shape) != 4:
        raise InvalidArgumentError(
            None, None, f"sobel_edges takes images (n, h, w, c), got shape {list(shape)}"
        )
    filters = np.tile(_SOBEL.transpose(1, 2, 0)[:, :, None], (1, 1, shape[-1], 1))
    padded = pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)], mode="REFLECT")
    weights = convert(filters.astype(x._value.dtype))
    y = depthwise_conv2d(padded, weights, [1, 1, 1, 1], "VALID")
    return reshape(y, shape=(*shape, 2))


def _window(size: int, sigma: float) -> np.ndarray[Any, Any]:
    """A Gaussian window, normalised."""
    squares = (np.arange(size, dtype=np.float32) - np.float32((size - 1) / 2)) ** 2
    logs = squares * np.float32(-0.5 / sigma**2)
    logs = (logs[None, :] + logs[:, None]).reshape(-1)
    weights = np.exp(logs - logs.max())
    found: np.ndarray[Any, Any] = (weights / weights.sum()).reshape(size, size, 1, 1)
    return found


def _checked(img1: Any, img2: Any, max_val: Any) -> tuple[EagerTensor, EagerTensor, float]:
    a, b = convert_operand(img1), convert_operand(img2)
    for x, y in zip(reversed(tuple(a._value.shape)), reversed(tuple(b._value.shape)), strict=False):
        if x != y and 1 not in (x, y):
            raise ValueError(f"img1 and img2 have incompatible shapes: {a.shape} {b.shape}")
    if len(a._value.shape) < 3:
        raise ValueError(f"an image has at least 3 axes (h, w, c), got {a.shape}")
    top = convert_image_dtype(cast(convert_operand(max_val), dtype=a._value.dtype), f32)
    return convert_image_dtype(a, f32), convert_image_dtype(b, f32), float(top)


def _maps(
    a: Any, b: Any, top: float, size: int, sigma: float, k1: float, k2: float
) -> tuple[Any, Any]:
    """SSIM and its part of contrast and structure, at each window, (n, h, w, c)."""
    channels = a._value.shape[-1]
    if min(*a._value.shape[-3:-1], *b._value.shape[-3:-1]) < size:
        raise InvalidArgumentError(
            None,
            None,
            f"images of {a._value.shape[-3]} × {a._value.shape[-2]} pixels are smaller than the "
            f"window of {size}; give filter_size=.",
        )
    kernel = convert(np.tile(_window(size, sigma), (1, 1, channels, 1)))
    c1, c2 = (k1 * top) ** 2, (k2 * top) ** 2

    def blurred(x: Any) -> Any:
        flat = reshape(x, shape=(-1, *x._value.shape[-3:]))
        y = depthwise_conv2d(flat, kernel, [1, 1, 1, 1], "VALID")
        return reshape(y, shape=(*x._value.shape[:-3], *y._value.shape[1:]))

    mean_a, mean_b = blurred(a), blurred(b)
    product = mean_a * mean_b * 2.0
    squares = mean_a * mean_a + mean_b * mean_b
    luminance = (product + c1) / (squares + c1)
    crossed = blurred(a * b) * 2.0
    whole = blurred(a * a + b * b)
    structure = (crossed - product + c2) / (whole - squares + c2)
    return luminance * structure, structure


def ssim(
    img1: Any,
    img2: Any,
    max_val: Any,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    return_index_map: bool = False,
) -> EagerTensor:
    """The structural similarity of two images: 1 for equal ones, less for others.

    Means μ, variances σ² and the covariance σ_ab are taken in Gaussian windows:
    (2μ_aμ_b + c₁)(2σ_ab + c₂) / ((μ_a² + μ_b² + c₁)(σ_a² + σ_b² + c₂)), averaged over windows and
    channels; with `return_index_map`, over channels alone.

    Shapes: (…, h, w, c), each side at least `filter_size`. Dtypes: computed in float32.
    Raises: ValueError for shapes that differ, InvalidArgumentError for images that are too small.
    Source: Wang, Bovik, Sheikh, Simoncelli (2004).

    >>> image = tf.ones([12, 12, 1])
    >>> tf.image.ssim(image, image, max_val=1.0).numpy()
    np.float32(1.0)
    """
    a, b, top = _checked(img1, img2, max_val)
    whole, _ = _maps(a, b, top, int(filter_size), float(filter_sigma), k1, k2)
    if return_index_map:
        return reduce_mean(whole, -1)
    return reduce_mean(reduce_mean(whole, [-3, -2]), -1)


def ssim_multiscale(
    img1: Any,
    img2: Any,
    max_val: Any,
    power_factors: Any = _SCALES,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> EagerTensor:
    """The structural similarity at several scales, each half the size of the one before.

    The product of contrast and structure at each scale, and of the whole at the last, each to its
    power; negative parts count as 0.

    Source: Wang, Simoncelli, Bovik (2003).
    """
    a, b, top = _checked(img1, img2, max_val)
    parts = []
    for k in range(len(power_factors)):
        if k:
            a, b = _halved(a), _halved(b)
        whole, structure = _maps(a, b, top, int(filter_size), float(filter_sigma), k1, k2)
        last = k == len(power_factors) - 1
        parts.append(maximum(reduce_mean(whole if last else structure, [-3, -2]), 0.0))
    powers = convert(np.array(power_factors, np.float32))
    return reduce_mean(reduce_prod(stack(parts, -1) ** powers, -1), -1)


def _halved(x: Any) -> Any:
    flat = reshape(x, shape=(-1, *x._value.shape[-3:]))
    height, width = flat._value.shape[1:3]
    if height % 2 or width % 2:
        flat = pad(flat, [(0, 0), (0, height % 2), (0, width % 2), (0, 0)], mode="SYMMETRIC")
    y = avg_pool2d(flat, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
    return reshape(y, shape=(*x._value.shape[:-3], *y._value.shape[1:]))
