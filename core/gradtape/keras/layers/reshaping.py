"""Layers that move or repeat elements: Flatten, Reshape, Permute, RepeatVector, UpSampling."""

from __future__ import annotations

import math
from typing import Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer
from gradtape.keras.windows import per_axis


class Flatten(Layer):
    """All axes but the first as one.

    Shapes: (batch, ...) → (batch, product); (batch,) → (batch, 1).
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The flat inputs."""
        if self.data_format == "channels_first" and inputs.ndim > 2:
            inputs = tf.transpose(inputs, [0, *range(2, inputs.ndim), 1])
        sizes = tuple(inputs.shape)
        return tf.reshape(inputs, [sizes[0], math.prod(sizes[1:])])


class Reshape(Layer):
    """The axes after the first in another shape, in which one size may be −1.

    Raises: ValueError for more than one −1, and where the number of elements is another.
    """

    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        sizes = tuple(target_shape)
        if sizes.count(-1) > 1:
            raise ValueError(
                "There must be at most one unknown dimension (-1) in `target_shape`. "
                f"Received: target_shape={sizes}."
            )
        self.target_shape = sizes
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The inputs in the new shape."""
        batch, *sizes = tuple(inputs.shape)
        total = math.prod(sizes)
        known = math.prod(n for n in self.target_shape if n != -1)
        missing = -1 in self.target_shape
        if (missing and (known == 0 or total % known)) or (not missing and known != total):
            raise ValueError(
                "The total size of the tensor must be unchanged. Received: "
                f"input_shape={tuple(sizes)}, target_shape={self.target_shape}"
            )
        target = [total // known if n == -1 else n for n in self.target_shape]
        return tf.reshape(inputs, [batch, *target])


class Permute(Layer):
    """The axes after the first in another order, counted from 1."""

    def __init__(self, dims: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                "Invalid permutation argument `dims` for Permute Layer. The set of indices in "
                f"`dims` must be consecutive and start from 1. Received dims={dims}"
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The permuted inputs."""
        return tf.transpose(inputs, [0, *self.dims])


class RepeatVector(Layer):
    """The input n times along a new axis 1."""

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n = n
        self.input_spec = InputSpec(ndim=2)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The repeated inputs."""
        return tf.repeat(tf.expand_dims(inputs, 1), self.n, axis=1)


class UpSampling2D(Layer):
    """Images enlarged `size` times: each pixel repeated, or by another interpolation.

    `interpolation` is nearest, bilinear, bicubic, lanczos3 or lanczos5; integers are rounded.
    """

    def __init__(
        self,
        size: Any = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        methods = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
        if interpolation not in methods:
            raise ValueError(f"`interpolation` is one of {methods}. Received: {interpolation}")
        self.interpolation = interpolation
        self.size = per_axis(size, 2, "size")
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=4)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The enlarged inputs."""
        first = 2 if self.data_format == "channels_first" else 1
        rows, columns = self.size
        if self.interpolation != "nearest":
            return self._resized(inputs)
        return tf.repeat(tf.repeat(inputs, rows, axis=first), columns, axis=first + 1)

    def _resized(self, inputs: Any) -> Any:
        last = [0, 2, 3, 1] if self.data_format == "channels_first" else [0, 1, 2, 3]
        images = tf.transpose(inputs, last)
        size = tf.shape(images)[1:3] * list(self.size)
        large = tf.image.resize(images, size, method=self.interpolation)
        if not inputs.dtype.is_floating:
            large = tf.cast(tf.round(large), inputs.dtype)
        return tf.transpose(large, [last.index(k) for k in range(4)])


class UpSampling1D(Layer):
    """Each step of a sequence `size` times."""

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = int(size)
        self.input_spec = InputSpec(ndim=3)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The longer inputs."""
        return tf.repeat(inputs, self.size, axis=1)


class UpSampling3D(Layer):
    """Each element of a volume repeated along the three axes."""

    def __init__(
        self, size: Any = (2, 2, 2), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.size = per_axis(size, 3, "size")
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=5)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The enlarged inputs."""
        first = 2 if self.data_format == "channels_first" else 1
        for axis, times in enumerate(self.size, first):
            inputs = tf.repeat(inputs, times, axis=axis)
        return inputs
