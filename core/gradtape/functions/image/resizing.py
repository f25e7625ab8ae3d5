"""Images in another size: resized, cropped, padded, flipped, turned."""

from __future__ import annotations

import math
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integer, integers
from gradtape.ops.array.indexing import strided_slice
from gradtape.ops.array.shaping import pad, reshape, slice_, transpose
from gradtape.ops.image import resizing as ops
from gradtape.ops.math.complex_numbers import cast
from gradtape.tensors.tensor import EagerTensor

_ALL = slice(None)
_BACKWARDS = slice(None, None, -1)


class ResizeMethod:
    """The names of the methods of `tf.image.resize`."""

    AREA = "area"
    BICUBIC = "bicubic"
    BILINEAR = "bilinear"
    GAUSSIAN = "gaussian"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    MITCHELLCUBIC = "mitchellcubic"
    NEAREST_NEIGHBOR = "nearest"


#: method → (op, weights) without and with antialiasing
_METHODS = {
    "bilinear": ((ops.resize_bilinear, "bilinear"), (ops.scale_and_translate, "triangle")),
    "nearest": ((ops.resize_nearest, "nearest"),) * 2,
    "bicubic": ((ops.resize_bicubic, "bicubic"), (ops.scale_and_translate, "keyscubic")),
    "area": ((ops.resize_area, "area"),) * 2,
    **{
        name: ((ops.scale_and_translate, name),) * 2
        for name in ("lanczos3", "lanczos5", "gaussian", "mitchellcubic")
    },
}


#: methods that are not the identity where the size stays
_SMOOTHING = ("gaussian", "mitchellcubic")


def resize(
    images: Any,
    size: Any,
    method: str = ResizeMethod.BILINEAR,
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> EagerTensor:
    """`images` with `size` = (new height, new width).

    y = H·x·Wᵀ with a matrix of weights per axis, so that the derivative is Hᵀ·g·W. Methods:
    "bilinear", "nearest", "bicubic" (Keys, a = −½), "area" (which has no gradient: LookupError),
    "lanczos3", "lanczos5", "gaussian", "mitchellcubic". `antialias` widens the kernel where the
    image shrinks; `preserve_aspect_ratio` makes the image as large as fits into `size`.

    Shapes: (h, w, c) or (n, h, w, c). Dtypes: the result is float32, with "nearest" that of
    `images`.
    Raises: ValueError for other ranks, sizes that are no two positive integers, or another method;
    InvalidArgumentError for an image without pixels.

    >>> tf.image.resize([[[0.0], [2.0]]], (1, 4))[0, :, 0].numpy()
    array([0. , 0.5, 1.5, 2. ], dtype=float32)
    """
    if method not in _METHODS:
        raise ValueError(
            f"resize knows the methods {', '.join(map(repr, sorted(_METHODS)))}; got {method!r}"
        )
    x, single = _images(images, InvalidArgumentError)
    if x.dtype.is_complex or x.dtype.name in ("string", "bool", "uint32", "uint64"):
        raise InvalidArgumentError(
            f"Value for attr 'T' of {x.dtype.name} is not in the list of allowed values: int8, "
            "uint8, int16, uint16, int32, int64, half, float, double [Op:ResizeBilinear]; use "
            "tf.cast."
        )
    given = integers(size, "size")
    if len(given) != 2 or min(given) < 1:
        raise ValueError(
            "'size' must be a 1-D Tensor of 2 elements: new_height, new_width, both positive; got "
            f"{list(given)}"
        )
    height, width = x._value.shape[1:3]
    if preserve_aspect_ratio:
        if not height or not width:
            raise ValueError(
                f"images of {height} × {width} pixels have no aspect ratio to preserve"
            )
        factor = min(given[0] / height, given[1] / width)
        given = (round(factor * height), round(factor * width))
        if not all(given):
            raise InvalidArgumentError(
                f"output dimensions must be positive: images of {height} × {width} pixels that "
                f"keep their shape get {given[0]} × {given[1]} in {list(integers(size, 'size'))}"
            )
    call, weights = _METHODS[method][bool(antialias)]
    if method != "nearest" and x._value.dtype != "float32":
        x = cast(x, dtype="float32")
    if given == (height, width) and method not in _SMOOTHING:
        return _like(x, single)
    y = call(x, size=given, method=weights, antialias=bool(antialias))
    return _like(y, single)


def crop_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> EagerTensor:
    """The part of `image` that starts at the offsets and has the target size.

    Shapes: (h, w, c) or (n, h, w, c). Dtypes: all.
    Raises: ValueError where the part does not lie inside the image.

    >>> image = tf.reshape(tf.range(9), (3, 3, 1))
    >>> tf.image.crop_to_bounding_box(image, 1, 0, 1, 2)[0, :, 0].numpy()
    array([3, 4], dtype=int32)
    """
    x, single = _images(image)
    top, left, height, width = _box(offset_height, offset_width, target_height, target_width)
    n, have_height, have_width, channels = x._value.shape
    if top + height > have_height or left + width > have_width:
        raise ValueError(
            f"the box of {height} x {width} at ({top}, {left}) reaches out of an image of "
            f"{have_height} x {have_width}"
        )
    y = slice_(x, begin=(0, top, left, 0), size=(n, height, width, channels))
    return _like(y, single)


def pad_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> EagerTensor:
    """`image` at the offsets in a field of zeros of the target size.

    Shapes: (h, w, c) or (n, h, w, c). Dtypes: numbers.
    Raises: ValueError where the image does not fit in.

    >>> tf.image.pad_to_bounding_box(tf.ones((1, 1, 1)), 0, 1, 1, 3)[0, :, 0].numpy()
    array([0., 1., 0.], dtype=float32)
    """
    x, single = _images(image)
    top, left, height, width = _box(offset_height, offset_width, target_height, target_width)
    below, right = height - top - x._value.shape[1], width - left - x._value.shape[2]
    if below < 0 or right < 0:
        raise ValueError(
            f"an image of {x._value.shape[1]} x {x._value.shape[2]} at ({top}, {left}) does not "
            f"fit into {height} x {width}"
        )
    return _like(pad(x, paddings=((0, 0), (top, below), (left, right), (0, 0))), single)


def resize_with_crop_or_pad(image: Any, target_height: Any, target_width: Any) -> EagerTensor:
    """`image` in the target size: cropped around its centre, or with zeros around it, per axis.

    Shapes: (h, w, c) or (n, h, w, c). Raises: ValueError for sizes below 1.

    >>> tf.image.resize_with_crop_or_pad(tf.ones((1, 4, 1)), 3, 2)[:, :, 0].numpy()
    array([[0., 0.],
           [1., 1.],
           [0., 0.]], dtype=float32)
    """
    x, single = _images(image)
    height, width = integer(target_height, "target_height"), integer(target_width, "target_width")
    if height < 1 or width < 1:
        raise ValueError(f"target sizes must be > 0, got {height} and {width}")
    have = x._value.shape[1:3]
    top, left = max(have[0] - height, 0) // 2, max(have[1] - width, 0) // 2
    x = crop_to_bounding_box(x, top, left, min(height, have[0]), min(width, have[1]))
    top, left = max(height - have[0], 0) // 2, max(width - have[1], 0) // 2
    return _like(pad_to_bounding_box(x, top, left, height, width), single)


def central_crop(image: Any, central_fraction: Any) -> EagerTensor:
    """The middle of `image`, `central_fraction` of its height and width.

    Shapes: (h, w, c) or (n, h, w, c), and any where all of it is the middle. Raises: ValueError for
    a fraction outside (0, 1].

    >>> tf.image.central_crop(tf.reshape(tf.range(16), (4, 4, 1)), 0.5)[:, :, 0].numpy()
    array([[ 5,  6],
           [ 9, 10]], dtype=int32)
    """
    fraction = float(central_fraction)
    if not 0.0 < fraction <= 1.0:
        raise ValueError(f"central_fraction must be within (0, 1], got {fraction}")
    if fraction == 1.0:
        return convert_operand(image)
    x, single = _images(image)
    top, left = (int((n - n * fraction) / 2) for n in x._value.shape[1:3])
    height, width = x._value.shape[1] - 2 * top, x._value.shape[2] - 2 * left
    return _like(crop_to_bounding_box(x, top, left, height, width), single)


def flip_left_right(image: Any) -> EagerTensor:
    """`image` mirrored from left to right: column k is column w − 1 − k.

    Shapes: (h, w, c) or (n, h, w, c). Dtypes: all.

    >>> tf.image.flip_left_right([[[1.0], [2.0]]])[0, :, 0].numpy()
    array([2., 1.], dtype=float32)
    """
    x, single = _images(image)
    return _like(strided_slice(x, index=(_ALL, _ALL, _BACKWARDS, _ALL)), single)


def flip_up_down(image: Any) -> EagerTensor:
    """`image` upside down: row k is row h − 1 − k.

    Shapes: (h, w, c) or (n, h, w, c). Dtypes: all.

    >>> tf.image.flip_up_down([[[1.0]], [[2.0]]])[:, 0, 0].numpy()
    array([2., 1.], dtype=float32)
    """
    x, single = _images(image)
    return _like(strided_slice(x, index=(_ALL, _BACKWARDS, _ALL, _ALL)), single)


def transpose_image(image: Any, name: str | None = None) -> EagerTensor:
    """`image` with rows and columns exchanged.

    Shapes: (h, w, c) or (n, h, w, c). Dtypes: all.

    >>> tf.image.transpose(tf.reshape(tf.range(2), (1, 2, 1))).shape
    TensorShape([2, 1, 1])
    """
    x, single = _images(image)
    return _like(transpose(x, perm=(-4, -2, -3, -1)), single)


def rot90(image: Any, k: int = 1, name: str | None = None) -> EagerTensor:
    """`image` turned counter-clockwise by k·90°.

    Shapes: (h, w, c) or (n, h, w, c). Dtypes: all; `k` is an integer of any sign.

    >>> tf.image.rot90([[[1.0], [2.0]]])[:, :, 0].numpy()
    array([[2.],
           [1.]], dtype=float32)
    """
    x, single = _images(image)
    turns = integer(k, "k") % 4
    if turns in (1, 3):
        x = transpose(x, perm=(-4, -2, -3, -1))
    vertical, horizontal = turns in (1, 2), turns in (2, 3)
    if turns:
        index = (
            _ALL,
            _BACKWARDS if vertical else _ALL,
            _BACKWARDS if horizontal else _ALL,
            _ALL,
        )
        x = strided_slice(x, index=index)
    return _like(x, single)


def _images(image: Any, of_nothing: type[Exception] = ValueError) -> tuple[EagerTensor, bool]:
    """The image, or images, as (n, h, w, c), and whether it was one image."""
    x = convert_operand(image)
    shape = tuple(x._value.shape)
    if len(shape) not in (3, 4):
        raise ValueError(
            "'images' must have either 3 or 4 dimensions, (height, width, channels) or (batch, "
            f"height, width, channels); got shape {list(shape)}"
        )
    if math.prod(shape[-3:]) == 0:
        raise of_nothing(f"inner 3 dims of 'image.shape' must be > 0: {list(shape)}")
    return (reshape(x, shape=(1, *shape)), True) if len(shape) == 3 else (x, False)


def _like(y: Any, single: bool) -> EagerTensor:
    return reshape(y, shape=tuple(y._value.shape)[1:]) if single else y


def _box(top: Any, left: Any, height: Any, width: Any) -> tuple[int, int, int, int]:
    names = ("offset_height", "offset_width", "target_height", "target_width")
    box = tuple(integer(v, w) for v, w in zip((top, left, height, width), names, strict=True))
    if min(box[:2]) < 0 or min(box[2:]) < 1:
        raise ValueError(
            f"offsets must be >= 0 and target sizes > 0, got {dict(zip(names, box, strict=True))}"
        )
    return box  # type: ignore[return-value]
