"""Images of a size: `Resizing`, `CenterCrop`, and the base of all layers that change images.

They take a batch (batch, height, width, channels), or one image without the first axis, and change
it where `training` is true, as it is where nobody says otherwise; a dictionary's "images" are
changed, its "labels" kept, and its "segmentation_masks" changed as the images are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.layer import Layer
from gradtape.keras.symbolic import KerasTensor


class ImageLayer(Layer):
    """The base: `_drawn` gives what is random, `_changed` the images by it."""

    _no_arguments = frozenset({"bounding_box_format"})
    #: whether segmentation masks move with the images
    _moves = True

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        if kwargs.pop("bounding_box_format", None) is not None:
            raise NotImplementedError(
                "gradtape moves images and masks, not bounding boxes: leave out "
                "bounding_box_format=."
            )
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.built = True

    def _input(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._input(each) for key, each in value.items()}
        if isinstance(value, KerasTensor):
            return value
        return self._tensor(tf.convert_to_tensor(value))

    def call(self, inputs: Any, training: bool | None = True) -> Any:
        """The images, changed where `training` is true.

        Raises: ValueError for what is no image nor a batch of them.
        """
        data = inputs if isinstance(inputs, dict) else {"images": inputs}
        rank = len(data["images"].shape)
        if rank not in (3, 4):
            raise ValueError(
                "Expected image tensor to have rank 3 (single image) or 4 (batch of images). "
                f"Received: data.shape={data['images'].shape}"
            )
        batch = {
            key: tf.expand_dims(value, 0) if rank == 3 and key != "labels" else value
            for key, value in data.items()
        }
        drawn = self._drawn(batch["images"].shape, bool(training))
        found = dict(batch)
        images = self._floating(batch["images"])
        found["images"] = self._changed(images, drawn, bool(training))
        if "segmentation_masks" in found and self._moves:
            found["segmentation_masks"] = self._masks(batch["segmentation_masks"], drawn, training)
        if "bounding_boxes" in found:
            raise NotImplementedError("gradtape does not move bounding boxes.")
        out = {
            key: tf.squeeze(value, 0) if rank == 3 and key != "labels" else value
            for key, value in found.items()
        }
        return out if isinstance(inputs, dict) else out["images"]

    def _floating(self, inputs: Any) -> Any:
        return tf.cast(inputs, self._dtype)

    def _masks(self, masks: Any, drawn: Any, training: Any) -> Any:
        return self._changed(self._floating(masks), drawn, bool(training))

    def _drawn(self, shape: Any, training: bool) -> Any:
        """What is random in one call."""
        return None

    def _changed(self, images: Any, drawn: Any, training: bool) -> Any:
        """The images, a batch of floating-point numbers, by what was drawn."""
        raise NotImplementedError

    @property
    def _axes(self) -> tuple[int, int]:
        """The axes of rows and columns."""
        return (-2, -1) if self.data_format == "channels_first" else (-3, -2)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer."""
        own: dict[str, Any] = super().get_config()
        return {**own, "data_format": self.data_format}


class CenterCrop(ImageLayer):
    """The middle of images, `height` × `width`; of smaller ones, of the largest part of that ratio.

    >>> import gradtape as tf
    >>> x = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
    >>> tf.keras.layers.CenterCrop(2, 2)(x).numpy()[0, :, :, 0]
    array([[ 5.,  6.],
           [ 9., 10.]], dtype=float32)
    """

    def __init__(
        self, height: int, width: int, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.height, self.width = height, width

    def _changed(self, images: Any, drawn: Any, training: bool) -> Any:
        rows, columns = self._axes
        down, right = images.shape[rows] - self.height, images.shape[columns] - self.width
        if down < 0 or right < 0:
            return _smart(images, self.height, self.width, self.data_format)
        return part_of(images, self._axes, (down // 2, right // 2), (self.height, self.width))


class Resizing(ImageLayer):
    """Images of `height` × `width`, by `interpolation`.

    Args: `interpolation`, a method of `tf.image.resize`; `crop_to_aspect_ratio`, of the largest
    part in the middle that has the new ratio; `pad_to_aspect_ratio`, with `fill_value` around;
    `antialias`.

    Integers stay integers, rounded. Raises: ValueError where both ratios are kept.

    >>> import gradtape as tf
    >>> x = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
    >>> tf.keras.layers.Resizing(2, 2)(x).numpy()[0, :, :, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]], dtype=float32)
    """

    def __init__(
        self, height: int, width: int, interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False, pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant", fill_value: float = 0.0, antialias: bool = False,
        data_format: str | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data_format, **kwargs)
        self.height, self.width, self.interpolation = height, width, interpolation
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode, self.fill_value, self.antialias = fill_mode, fill_value, bool(antialias)

    def _floating(self, inputs: Any) -> Any:
        return inputs

    def _masks(self, masks: Any, drawn: Any, training: Any) -> Any:
        return self._as(masks, "nearest")

    def _changed(self, images: Any, drawn: Any, training: bool) -> Any:
        return self._as(images, self.interpolation)

    def _as(self, images: Any, method: str) -> Any:
        if self.fill_mode != "constant":
            raise ValueError(
                "Invalid value for argument `fill_mode`. Only `'constant'` is supported. "
                f"Received: fill_mode={self.fill_mode}"
            )
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            raise ValueError(
                "Only one of `pad_to_aspect_ratio` & `crop_to_aspect_ratio` can be `True`."
            )
        if self.crop_to_aspect_ratio:
            images = _of_ratio(images, self._axes, self.height, self.width)
        elif self.pad_to_aspect_ratio:
            images = _filled_to_ratio(images, self._axes, self.height, self.width, self.fill_value)
        out = resized(images, self.height, self.width, method, self.antialias, self.data_format)
        if out.dtype == images.dtype:
            return out
        return tf.saturate_cast(tf.round(out) if images.dtype.is_integer else out, images.dtype)


def part_of(images: Any, axes: tuple[int, int], start: Any, sizes: tuple[int, int]) -> Any:
    """A rectangle of each image, from `start` on."""
    slices = [slice(None)] * 4
    for axis, first, size in zip(axes, start, sizes, strict=True):
        slices[axis] = slice(int(first), int(first) + size)
    return images[tuple(slices)]


def resized(
    images: Any, height: int, width: int, method: str, antialias: bool, data_format: str
) -> Any:
    """The images of another size, in their data format."""
    first = data_format == "channels_first"
    last = tf.transpose(images, [0, 2, 3, 1]) if first else images
    out = tf.image.resize(last, (height, width), method=method, antialias=antialias)
    return tf.transpose(out, [0, 3, 1, 2]) if first else out


def _of_ratio(images: Any, axes: tuple[int, int], height: int, width: int) -> Any:
    """The largest part in the middle that has the ratio."""
    tall, wide = (int(images.shape[axis]) for axis in axes)
    rows = max(min(tall, int(np.float32(wide * height) / np.float32(width))), 1)
    columns = max(min(wide, int(np.float32(tall * width) / np.float32(height))), 1)
    start = int((tall - rows) / 2), int((wide - columns) / 2)
    return part_of(images, axes, start, (rows, columns))


def _filled_to_ratio(
    images: Any, axes: tuple[int, int], height: int, width: int, value: float
) -> Any:
    """The images with borders of one value that give the ratio."""
    tall, wide = (int(images.shape[axis]) for axis in axes)
    rows = max(tall, int(np.float32(wide * height) / np.float32(width)))
    columns = max(wide, int(np.float32(tall * width) / np.float32(height)))
    borders = [[0, 0]] * 4
    for axis, missing in zip(axes, (rows - tall, columns - wide), strict=True):
        borders[axis] = [int(missing / 2)] * 2
    return tf.pad(images, borders, constant_values=value)


def _smart(images: Any, height: int, width: int, data_format: str) -> Any:
    axes = (-2, -1) if data_format == "channels_first" else (-3, -2)
    part = _of_ratio(images, axes, height, width)
    return tf.cast(resized(part, height, width, "bilinear", False, data_format), images.dtype)
