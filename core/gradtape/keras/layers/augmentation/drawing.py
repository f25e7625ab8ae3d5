"""Layers that change images at random, the same numbers for the same seeds."""

from __future__ import annotations

import math
from typing import Any

import gradtape as tf
from gradtape.keras import random
from gradtape.keras.layers.augmentation.images import ImageLayer, part_of, resized
from gradtape.keras.layers.augmentation.warping import FILLS, METHODS, warped


class _Random(ImageLayer):
    """The base of those that draw, by a generator of their own."""

    def _settle(self, seed: int | None) -> None:
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def _uniform(self, shape: Any, low: float, high: float) -> Any:
        return random.uniform(tuple(shape), low, high, seed=self.generator)


class RandomFlip(_Random):
    """Images turned over at random, from left to right and from top to bottom.

    Args: `mode`, "horizontal", "vertical" or "horizontal_and_vertical" (the two together, with one
    draw for an image); `seed`.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.RandomFlip("horizontal", seed=1)
    >>> x = tf.reshape(tf.range(4.0), [1, 2, 2, 1])
    >>> layer(x).shape, bool(tf.reduce_all(layer(x, training=False) == x))
    (TensorShape([1, 2, 2, 1]), True)
    """

    def __init__(
        self, mode: str = "horizontal_and_vertical", seed: int | None = None,
        data_format: str | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data_format, **kwargs)
        self._settle(seed)
        self.mode = mode

    def _drawn(self, shape: Any, training: bool) -> Any:
        return self._uniform((shape[0], 1, 1, 1), 0.0, 1.0) <= 0.5 if training else None

    def _changed(self, images: Any, drawn: Any, training: bool) -> Any:
        if drawn is None:
            return images
        rows, columns = self._axes
        for axis, modes in ((columns, ("horizontal",)), (rows, ("vertical",))):
            if self.mode in (*modes, "horizontal_and_vertical"):
                images = tf.where(drawn, tf.reverse(images, [axis % 4]), images)
        return images


class _Warp(_Random):
    """The base of those that move pixels: places outside filled by `fill_mode`."""

    def _settle_fill(self, mode: str, interpolation: str, value: float) -> None:
        for argument, given, allowed in (
            ("fill_mode", mode, FILLS), ("interpolation", interpolation, METHODS),
        ):  # fmt: skip
            if given not in allowed:
                raise NotImplementedError(
                    f"Unknown `{argument}` {given}. Expected of one {allowed}."
                )
        self.fill_mode, self.interpolation, self.fill_value = mode, interpolation, value

    def _changed(self, images: Any, drawn: Any, training: bool) -> Any:
        return self._by(images, drawn, self.interpolation)

    def _masks(self, masks: Any, drawn: Any, training: Any) -> Any:
        return self._by(self._floating(masks), drawn, "nearest")

    def _by(self, images: Any, matrix: Any, interpolation: str) -> Any:
        if matrix is None:
            return images
        first = self.data_format == "channels_first"
        last = tf.transpose(images, [0, 2, 3, 1]) if first else images
        moved = warped(last, matrix, interpolation, self.fill_mode, self.fill_value)
        return tf.transpose(moved, [0, 3, 1, 2]) if first else moved

    def _sizes(self, shape: Any) -> tuple[int, int]:
        rows, columns = self._axes
        return int(shape[rows]), int(shape[columns])


class RandomRotation(_Warp):
    """Images turned by a random angle about their middle.

    Args: `factor`, a share of a whole turn: between −factor and factor, or between the two numbers
    of a pair, all within [−1, 1]; `fill_mode` of places outside, "reflect", "wrap", "constant" (by
    `fill_value`) or "nearest"; `interpolation`, "bilinear" or "nearest"; `seed`.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.RandomRotation(0.1, seed=1)
    >>> layer(tf.ones([2, 4, 4, 1])).shape
    TensorShape([2, 4, 4, 1])
    """

    def __init__(
        self, factor: Any, fill_mode: str = "reflect", interpolation: str = "bilinear",
        seed: int | None = None, fill_value: float = 0.0, data_format: str | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data_format, **kwargs)
        self.factor = bounds_of(factor, (-1, 1))
        self._settle(seed)
        self._settle_fill(fill_mode, interpolation, fill_value)

    def _drawn(self, shape: Any, training: bool) -> Any:
        if not training:
            return None
        low, high = self.factor
        angle = self._uniform((shape[0],), low * 360.0, high * 360.0)
        angle = angle * tf.constant(math.pi / 180.0, angle.dtype)
        height, width = self._sizes(shape)
        x, y = 0.5 * (width - 1.0), 0.5 * (height - 1.0)
        cos, sin, zero = tf.cos(angle), tf.sin(angle), tf.zeros_like(angle)
        rows = [cos, -sin, x - x * cos + y * sin, sin, cos, y - x * sin - y * cos, zero, zero]
        return tf.stack(rows, axis=1)


class RandomZoom(_Warp):
    """Images enlarged or made smaller at random, about their middle.

    Args: `height_factor`, shares of the height within (−1, 1]: between −factor and factor or
    within a pair, below zero to enlarge; `width_factor` of the width, by default the same draw;
    the others as those of `RandomRotation`.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.RandomZoom((-0.3, -0.1), seed=1)
    >>> layer(tf.ones([2, 4, 4, 1])).shape
    TensorShape([2, 4, 4, 1])
    """

    def __init__(
        self, height_factor: Any, width_factor: Any = None, fill_mode: str = "reflect",
        interpolation: str = "bilinear", seed: int | None = None, fill_value: float = 0.0,
        data_format: str | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data_format, **kwargs)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._rows = _shares("height_factor", height_factor, open_below=True)
        self._columns = (
            None if width_factor is None else _shares("width_factor", width_factor, open_below=True)
        )
        self._settle_fill(fill_mode, interpolation, fill_value)
        self._settle(seed)

    def _drawn(self, shape: Any, training: bool) -> Any:
        if not training:
            return None
        size = (shape[0], 1)
        rows = columns = self._uniform(size, 1.0 + self._rows[0], 1.0 + self._rows[1])
        if self._columns is not None:
            columns = self._uniform(size, 1.0 + self._columns[0], 1.0 + self._columns[1])
        height, width = self._sizes(shape)
        zero = tf.zeros_like(rows)
        x, y = (width - 1.0) / 2.0 * (1.0 - columns), (height - 1.0) / 2.0 * (1.0 - rows)
        return tf.concat([columns, zero, x, zero, rows, y, zero, zero], axis=1)


class RandomTranslation(_Warp):
    """Images moved at random, up to shares of their height and width.

    Args: `height_factor`, `width_factor`, within [−1, 1]: between −factor and factor, or within a
    pair, below zero up and to the left; the others as those of `RandomRotation`.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.RandomTranslation(0.25, 0.0, fill_mode="constant", seed=1)
    >>> layer(tf.ones([2, 4, 4, 1])).shape
    TensorShape([2, 4, 4, 1])
    """

    def __init__(
        self, height_factor: Any, width_factor: Any, fill_mode: str = "reflect",
        interpolation: str = "bilinear", seed: int | None = None, fill_value: float = 0.0,
        data_format: str | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data_format, **kwargs)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._rows = _shares("height_factor", height_factor)
        self._columns = _shares("width_factor", width_factor)
        self._settle_fill(fill_mode, interpolation, fill_value)
        self._settle(seed)

    def _drawn(self, shape: Any, training: bool) -> Any:
        if not training:
            return None
        size = (shape[0], 1)
        height, width = self._sizes(shape)
        down = self._uniform(size, *self._rows) * float(height)
        right = self._uniform(size, *self._columns) * float(width)
        zero, one = tf.zeros_like(down), tf.ones_like(down)
        return tf.concat([one, zero, -right, zero, one, -down, zero, zero], axis=1)


class RandomContrast(_Random):
    """Each channel's distance from its mean, multiplied by a random number.

    Args: `factor`, at most 1: the number is between 1 − factor and 1 + factor, or of a pair between
    1 − its first and 1 + its second; `value_range`, what the results are cut to; `seed`.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.RandomContrast(0.5, value_range=(0.0, 1.0), seed=1)
    >>> layer(tf.ones([2, 4, 4, 1])).shape
    TensorShape([2, 4, 4, 1])
    """

    _moves = False

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.factor = bounds_of(factor, (0, 1))
        self.value_range = value_range
        self._settle(seed)

    def _drawn(self, shape: Any, training: bool) -> Any:
        if not training:
            return None
        low, high = self.factor
        return self._uniform((shape[0], 1, 1, 1), 1.0 - low, 1.0 + high)

    def _changed(self, images: Any, drawn: Any, training: bool) -> Any:
        if drawn is None:
            return images
        rows, columns = self._axes
        mean = tf.reduce_mean(images, axis=rows, keepdims=True)
        mean = tf.reduce_mean(mean, axis=columns, keepdims=True)
        changed = (images - mean) * tf.cast(drawn, images.dtype) + mean
        low, high = self.value_range
        return tf.clip_by_value(changed, float(low), float(high))


class RandomBrightness(_Random):
    """A random number added to all pixels of an image.

    Args: `factor`, within [−1, 1], a share of the range: between −factor and factor, or within a
    pair; `value_range`, the range of the values, and what the results are cut to; `seed`.

    Raises: ValueError for a range that is no pair.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.RandomBrightness(0.2, value_range=(0.0, 1.0), seed=1)
    >>> layer(tf.ones([2, 4, 4, 1])).shape
    TensorShape([2, 4, 4, 1])
    """

    _moves = False

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.factor = bounds_of(factor, (-1, 1))
        self._settle(seed)
        if not isinstance(value_range, (tuple, list)) or len(value_range) != 2:
            raise ValueError(
                "The `value_range` argument should be a list of two numbers. "
                f"Received: value_range={value_range}"
            )
        self.value_range = sorted(value_range)

    def _drawn(self, shape: Any, training: bool) -> Any:
        if not training:
            return None
        low, high = self.value_range
        return self._uniform((shape[0], 1, 1, 1), *self.factor) * float(high - low)

    def _changed(self, images: Any, drawn: Any, training: bool) -> Any:
        if drawn is None:
            return images
        added = images + tf.cast(drawn, images.dtype)
        low, high = self.value_range
        return tf.clip_by_value(added, float(low), float(high))


class RandomCrop(_Random):
    """A random part of images, `height` × `width`; one for all images of a batch.

    Without training, and of images that are not larger, it is the largest part of that ratio in
    the middle, resized.

    >>> import gradtape as tf
    >>> tf.keras.layers.RandomCrop(2, 3, seed=1)(tf.ones([2, 4, 4, 1])).shape
    TensorShape([2, 2, 3, 1])
    """

    def __init__(
        self, height: int, width: int, seed: int | None = None, data_format: str | None = None,
        name: str | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data_format, name=name, **kwargs)
        self.height, self.width = height, width
        told = random.make_default_seed() if seed is None else seed
        self._settle(seed)
        self.seed = told

    def _drawn(self, shape: Any, training: bool) -> Any:
        rows, columns = self._axes
        height, width = int(shape[rows]), int(shape[columns])
        if training and height > self.height and width > self.width:
            down = self._uniform((), 0.0, float(height - self.height + 1))
            right = self._uniform((), 0.0, float(width - self.width + 1))
            return int(down), int(right)
        tall = max(min(height, int(float(width * self.height) / self.width)), 1)
        wide = max(min(width, int(float(height * self.width) / self.height)), 1)
        return (height - tall) // 2, (width - wide) // 2

    def _changed(self, images: Any, drawn: Any, training: bool) -> Any:
        if not training:
            return images
        part = part_of(images, self._axes, drawn, (self.height, self.width))
        rows, columns = self._axes
        if (part.shape[rows], part.shape[columns]) == (self.height, self.width):
            return part
        return resized(part, self.height, self.width, "bilinear", False, self.data_format)


def bounds_of(factor: Any, limits: tuple[int, int]) -> tuple[Any, Any]:
    """The two ends of a factor: of one number, −factor (not below the limits) and factor.

    Raises: ValueError for what lies outside the limits.
    """
    low, high = limits
    problem = (
        "The `factor` argument should be a number (or a list of two numbers) in the range "
        f"[{low}, {high}]. Received: factor={factor}"
    )
    if isinstance(factor, (tuple, list)):
        if len(factor) != 2 or factor[0] > high or factor[1] < low:
            raise ValueError(problem)
        first, second = sorted(factor)
        return first, second
    if not isinstance(factor, (int, float)) or not low <= factor <= high:
        raise ValueError(problem)
    return max(-abs(factor), low), abs(factor)


def _shares(name: str, factor: Any, open_below: bool = False) -> tuple[float, float]:
    pair = factor if isinstance(factor, (tuple, list)) else (factor,)
    numbers = all(isinstance(n, (int, float)) for n in pair) and len(pair) in (1, 2)
    if isinstance(factor, (tuple, list)):
        numbers = numbers and len(pair) == 2
    if not numbers or any(n > 1.0 or n < -1.0 or (open_below and n == -1.0) for n in pair):
        raise ValueError(
            f"The `{name}` argument should be a number (or a list of two numbers) in the range "
            f"{'(' if open_below else '['}-1.0, 1.0]. Received: {name}={factor}"
        )
    low, high = sorted(pair) if len(pair) == 2 else (-abs(pair[0]), abs(pair[0]))
    return low, high
