"""`tf.image.resize_with_pad`: an image fitted into a size with its proportions kept."""

from __future__ import annotations

import math
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.functions.arguments import integer
from gradtape.functions.image.resizing import ResizeMethod, pad_to_bounding_box, resize
from gradtape.tensors.tensor import EagerTensor


def resize_with_pad(
    image: Any,
    target_height: Any,
    target_width: Any,
    method: str = ResizeMethod.BILINEAR,
    antialias: bool = False,
) -> EagerTensor:
    """`image` as large as fits into the target size, its proportions kept, with zeros around it.

    Shapes: (h, w, c) or (n, h, w, c). Dtypes and methods: those of `tf.image.resize`.
    Raises: ValueError for sizes below 1.

    >>> tf.image.resize_with_pad(tf.ones([1, 2, 1]), 2, 2)[:, :, 0].numpy()
    array([[1., 1.],
           [0., 0.]], dtype=float32)
    """
    x = convert_operand(image)
    sizes = integer(target_height, "target_height"), integer(target_width, "target_width")
    if min(sizes) < 1:
        raise ValueError(f"target_height and target_width must be > 0, got {sizes}")
    if len(x._value.shape) not in (3, 4):
        raise ValueError(f"'image' must have either 3 or 4 dimensions, got {x.shape}")
    have = x._value.shape[-3:-1]
    ratio = max(n / wanted for n, wanted in zip(have, sizes, strict=True))
    exact = [n / ratio for n in have]
    resized = resize(x, [math.floor(n) for n in exact], method, antialias=antialias)
    top, left = (
        math.floor(max((wanted - n) / 2, 0)) for wanted, n in zip(sizes, exact, strict=True)
    )
    return pad_to_bounding_box(resized, top, left, *sizes)
