"""Parts of images: patches at regular places, boxes resized to one size, boxes drawn and chosen."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import float32 as f32
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integers
from gradtape.functions.array.arranging import pad
from gradtape.functions.array.joining import concat
from gradtape.functions.array.selection import gather_nd, where
from gradtape.functions.math.arithmetic import floor
from gradtape.ops.array.indexing import strided_slice
from gradtape.ops.array.shaping import broadcast_to, reshape
from gradtape.ops.math.complex_numbers import cast
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap

_ALL = slice(None)


def extract_patches(
    images: Any, sizes: Any, strides: Any, rates: Any, padding: str, name: str | None = None
) -> EagerTensor:
    """The patches of `sizes` = (1, rows, columns, 1), `strides` apart, each as one row of numbers.

    `rates` leaves so many pixels between those that a patch takes; `padding` is "SAME" or "VALID".
    Derivative: each pixel's is the sum over the patches that it is in.

    Shapes: (n, h, w, c) to (n, rows of patches, columns of patches, numbers of a patch).
    Raises: ValueError for other sizes or padding, InvalidArgumentError for another rank.

    >>> image = tf.reshape(tf.range(9), (1, 3, 3, 1))
    >>> sizes, one = (1, 2, 2, 1), (1, 1, 1, 1)
    >>> tf.image.extract_patches(image, sizes, one, one, "VALID")[0, 0].numpy()
    array([[0, 1, 3, 4],
           [1, 2, 4, 5]], dtype=int32)
    """
    x = convert_operand(images)
    if len(x._value.shape) != 4:
        raise InvalidArgumentError(
            None, None, f"input must be 4-dimensional, got {x.shape} [Op:ExtractImagePatches]"
        )
    given = {"sizes": sizes, "strides": strides, "rates": rates}
    known = {}
    for what, value in given.items():
        numbers = integers(value, what)
        if len(numbers) != 4 or numbers[0] != 1 or numbers[3] != 1 or min(numbers) < 1:
            raise ValueError(f"{what} must be [1, rows, columns, 1], got {list(numbers)}")
        known[what] = numbers[1:3]
    if padding not in ("SAME", "VALID"):
        raise ValueError(f"padding is 'SAME' or 'VALID', got {padding!r}")
    counts, edges = [], []
    for axis in (0, 1):
        n, step = int(x._value.shape[1 + axis]), known["strides"][axis]
        reach = (known["sizes"][axis] - 1) * known["rates"][axis] + 1
        count = -(-n // step) if padding == "SAME" else max((n - reach) // step + 1, 0)
        missing = max((count - 1) * step + reach - n, 0) if padding == "SAME" else 0
        counts.append(count)
        edges.append((missing // 2, missing - missing // 2))
    if any(map(any, edges)):
        x = pad(x, [(0, 0), *edges, (0, 0)])
    (rows, columns), (down, right) = known["sizes"], known["strides"]
    parts = []
    for i in range(rows):
        for k in range(columns):
            top, left = i * known["rates"][0], k * known["rates"][1]
            tall = slice(top, top + (counts[0] - 1) * down + 1 if counts[0] else top, down)
            wide = slice(left, left + (counts[1] - 1) * right + 1 if counts[1] else left, right)
            parts.append(strided_slice(x, index=(_ALL, tall, wide, _ALL)))
    return concat(parts, 3)


def crop_and_resize(
    image: Any,
    boxes: Any,
    box_indices: Any,
    crop_size: Any,
    method: str = "bilinear",
    extrapolation_value: float = 0.0,
    name: str | None = None,
) -> EagerTensor:
    """A part of an image for each box, all in one size.

    A box is (y₁, x₁, y₂, x₂) in units of the image's height and width less one pixel; where it
    reaches out of the image, `extrapolation_value` stands. `method` is "bilinear" or "nearest".
    Derivatives: with respect to the image, and with "bilinear" to the boxes.

    Shapes: (n, h, w, c), (boxes, 4), (boxes,) and (height, width) to (boxes, height, width, c).
    Dtypes: the result is float32. Raises: InvalidArgumentError for shapes that do not fit and
    indices of no image.

    >>> image = tf.reshape([0.0, 1.0, 2.0, 3.0], (1, 2, 2, 1))
    >>> tf.image.crop_and_resize(image, [[0.0, 0.0, 1.0, 1.0]], [0], (1, 3))[0, 0, :, 0].numpy()
    array([1. , 1.5, 2. ], dtype=float32)
    """
    x, b = convert_operand(image), convert(boxes, f32)
    which = np.asarray(convert(box_indices)._value)
    size = integers(crop_size, "crop_size")
    count = b._value.shape[0]
    if len(x._value.shape) != 4 or b._value.shape != (count, 4) or which.shape != (count,):
        raise InvalidArgumentError(
            None,
            None,
            f"image must be 4-D, boxes (n, 4) and box_indices (n,), got {x.shape}, {b.shape} and "
            f"{list(which.shape)} [Op:CropAndResize]",
        )
    if len(size) != 2 or min(size) < 1:
        raise InvalidArgumentError(None, None, f"crop_size must be two positive sizes, got {size}")
    if method not in ("bilinear", "nearest"):
        raise ValueError(f"method is 'bilinear' or 'nearest', got {method!r}")
    if count and (which.min() < 0 or which.max() >= x._value.shape[0]):
        raise InvalidArgumentError(
            None, None, f"box_index has values outside [0, {x._value.shape[0]}) [Op:CropAndResize]"
        )
    x = cast(x, dtype="float32")
    y_at, y_in = _places(b, 0, x._value.shape[1], size[0])
    x_at, x_in = _places(b, 1, x._value.shape[2], size[1])
    wide = (count, *size)

    def spread(t: Any, axis: int) -> Any:
        shape = (count, size[0], 1) if axis == 0 else (count, 1, size[1])
        return broadcast_to(reshape(t, shape=shape), shape=wide)

    images_at = np.broadcast_to(which.reshape(-1, 1, 1), wide)

    def pixel(rows: Any, columns: Any) -> Any:
        r = np.clip(np.asarray(rows._value), 0, x._value.shape[1] - 1).reshape(count, -1, 1)
        c = np.clip(np.asarray(columns._value), 0, x._value.shape[2] - 1).reshape(count, 1, -1)
        parts = [images_at, np.broadcast_to(r, wide), np.broadcast_to(c, wide)]
        return gather_nd(x, convert(np.stack(parts, axis=-1).astype(np.int64)))

    if method == "nearest":
        # halves are rounded away from zero, as C's roundf does it
        y_near, x_near = (
            convert(np.floor(np.asarray(t._value) + 0.5).astype(np.float32)) for t in (y_at, x_at)
        )
        found = pixel(y_near, x_near)
    else:
        top, left = floor(y_at), floor(x_at)
        up, over = _ceil(y_at), _ceil(x_at)
        dy, dx = (
            reshape(spread(t, axis), shape=(*wide, 1))
            for axis, t in enumerate((y_at - _fixed(top), x_at - _fixed(left)))
        )
        above = pixel(top, left) + (pixel(top, over) - pixel(top, left)) * dx
        below = pixel(up, left) + (pixel(up, over) - pixel(up, left)) * dx
        found = above + (below - above) * dy
    inside = y_in.reshape(count, -1, 1, 1) & x_in.reshape(count, 1, -1, 1)
    filler = convert(np.float32(extrapolation_value))
    shape = tuple(found._value.shape)
    return where(convert(np.broadcast_to(inside, shape)), found, broadcast_to(filler, shape=shape))


def _fixed(t: EagerTensor) -> EagerTensor:
    """The value, which no gradient goes through."""
    return wrap(t._value)


def _ceil(t: EagerTensor) -> EagerTensor:
    return convert(np.ceil(np.asarray(t._value)))


def _places(boxes: EagerTensor, axis: int, n: int, count: int) -> tuple[EagerTensor, Any]:
    """Where along an axis each box takes its pixels, and which of these lie in the image."""
    first, last = boxes[:, axis], boxes[:, axis + 2]
    if count > 1:
        scale = (last - first) * float(n - 1) / float(count - 1)
        steps = convert(np.arange(count, dtype=np.float32))
        at = reshape(first, shape=(-1, 1)) * float(n - 1) + steps * reshape(scale, shape=(-1, 1))
    else:
        at = reshape((first + last) * 0.5 * float(n - 1), shape=(-1, 1))
    value = np.asarray(at._value)
    return at, (value >= 0) & (value <= n - 1)


def draw_bounding_boxes(
    images: Any, boxes: Any, colors: Any, name: str | None = None
) -> EagerTensor:
    """The images with the outlines of boxes (y₁, x₁, y₂, x₂), in units of height and width.

    `colors` are rows of numbers, one for each box in turn. No gradient passes.

    Shapes: (n, h, w, c) and (n, boxes, 4).
    """
    out = np.array(convert_operand(images)._value)
    frames = np.asarray(convert(boxes, f32)._value)
    palette = _COLORS if colors is None else np.asarray(convert(colors)._value)
    if out.ndim != 4 or frames.ndim != 3 or frames.shape[-1] != 4:
        raise InvalidArgumentError(
            None,
            None,
            f"images must be 4-D and boxes (n, boxes, 4), got {out.shape}, {frames.shape}",
        )
    height, width, channels = out.shape[1:]
    paint = palette if len(palette) else _COLORS
    for k, image_boxes in enumerate(frames):
        for i, box in enumerate(image_boxes):
            color = paint[i % len(paint)][:channels]
            top, bottom = (int(v * (height - 1)) for v in (box[0], box[2]))
            left, right = (int(v * (width - 1)) for v in (box[1], box[3]))
            if top > bottom or left > right or bottom < 0 or right < 0:
                continue
            if top >= height or left >= width:
                continue
            rows = slice(max(top, 0), min(bottom, height - 1) + 1)
            columns = slice(max(left, 0), min(right, width - 1) + 1)
            for row in (top, bottom):
                if 0 <= row < height:
                    out[k, row, columns] = color
            for column in (left, right):
                if 0 <= column < width:
                    out[k, rows, column] = color
    return wrap(out)


#: TensorFlow's colours of boxes, in turn
_COLORS = np.array(
    [[1, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1], [0, 1, 0, 1], [0.5, 0, 0.5, 1], [0.5, 0.5, 0, 1],
     [0.5, 0, 0, 1], [0, 0, 0.5, 1], [0, 1, 1, 1], [1, 0, 1, 1]], np.float32,
)  # fmt: skip


def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    name: str | None = None,
) -> EagerTensor:
    """The numbers of the boxes with the highest scores, without those that overlap a better one.

    Two boxes overlap too much where the area of their intersection, divided by that of their
    union, is above `iou_threshold`. Boxes are (y₁, x₁, y₂, x₂), int32 numbers come out.

    >>> boxes = [[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.9], [0.0, 2.0, 1.0, 3.0]]
    >>> tf.image.non_max_suppression(boxes, [0.5, 0.9, 0.1], 3).numpy()
    array([1, 2], dtype=int32)
    """
    frames = np.asarray(convert(boxes)._value)
    marks = np.asarray(convert(scores)._value)
    most, limit = int(max_output_size), float(iou_threshold)
    if frames.ndim != 2 or frames.shape[-1] != 4 or marks.shape != frames.shape[:1]:
        raise InvalidArgumentError(
            None, None, f"boxes must be (n, 4) and scores (n,), got {frames.shape}, {marks.shape}"
        )
    if not 0 <= limit <= 1:
        raise InvalidArgumentError(None, None, "iou_threshold must be in [0, 1]")
    low = np.minimum(frames[:, :2], frames[:, 2:])
    high = np.maximum(frames[:, :2], frames[:, 2:])
    areas = np.prod(high - low, axis=1)
    kept: list[int] = []
    for k in np.argsort(-marks, kind="stable"):
        if len(kept) >= most or not marks[k] > float(score_threshold):
            break
        sides = np.minimum(high[k], high[kept]) - np.maximum(low[k], low[kept])
        shared = np.prod(np.maximum(sides, 0), axis=1)
        union = areas[k] + areas[kept] - shared
        flat = (areas[k] <= 0) | (areas[kept] <= 0)
        ratio = np.where(flat, 0, shared / np.where(union > 0, union, 1))
        if not (ratio > limit).any():
            kept.append(int(k))
    return convert(np.array(kept, np.int32))
