"""Pooling: the maximum or the mean of windows, or of whole images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer
from gradtape.keras.windows import checked_padding, per_axis, tf_format


class Pooling(Layer):
    """The base of pooling over windows."""

    n_axes: int

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.pool_size = per_axis(pool_size, self.n_axes, "pool_size")
        strides = self.pool_size if strides is None else strides
        self.strides = per_axis(strides, self.n_axes, "strides")
        self.padding = checked_padding(padding)
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.n_axes + 2)
        self.built = True

    def _pool(self, pool: Callable[..., Any], inputs: Any) -> Any:
        return pool(
            inputs,
            list(self.pool_size),
            list(self.strides),
            self.padding.upper(),
            tf_format(self.data_format, self.n_axes),
        )


class MaxPooling1D(Pooling):
    """The maximum of each window along one axis."""

    n_axes = 1

    def __init__(self, pool_size: Any = 2, *args: Any, **kwargs: Any) -> None:
        super().__init__(pool_size, *args, **kwargs)

    def call(self, inputs: Any) -> Any:
        """The pooled inputs."""
        return self._pool(tf.nn.max_pool1d, inputs)


class AveragePooling1D(Pooling):
    """The mean of each window along one axis."""

    n_axes = 1

    def call(self, inputs: Any) -> Any:
        """The pooled inputs."""
        return self._pool(tf.nn.avg_pool1d, inputs)


class MaxPooling2D(Pooling):
    """The maximum of each window of an image; the gradient goes to the first maximum.

    Shapes: (batch, rows, columns, channels) → (batch, rows', columns', channels).
    """

    n_axes = 2

    def __init__(self, pool_size: Any = (2, 2), *args: Any, **kwargs: Any) -> None:
        super().__init__(pool_size, *args, **kwargs)

    def call(self, inputs: Any) -> Any:
        """The pooled inputs."""
        return self._pool(tf.nn.max_pool2d, inputs)


class AveragePooling2D(Pooling):
    """The mean of each window of an image; padding does not count."""

    n_axes = 2

    def call(self, inputs: Any) -> Any:
        """The pooled inputs."""
        return self._pool(tf.nn.avg_pool2d, inputs)


class MaxPooling3D(Pooling):
    """The maximum of each window of a volume."""

    n_axes = 3

    def __init__(self, pool_size: Any = (2, 2, 2), *args: Any, **kwargs: Any) -> None:
        super().__init__(pool_size, *args, **kwargs)

    def call(self, inputs: Any) -> Any:
        """The pooled inputs."""
        return self._pool(tf.nn.max_pool3d, inputs)


class AveragePooling3D(Pooling):
    """The mean of each window of a volume; padding does not count."""

    n_axes = 3

    def call(self, inputs: Any) -> Any:
        """The pooled inputs."""
        return self._pool(tf.nn.avg_pool3d, inputs)


class GlobalPooling(Layer):
    """The base of pooling over all places of an image or a sequence."""

    n_axes: int

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.n_axes + 2)
        self.built = True

    @property
    def _axes(self) -> list[int]:
        first = 2 if self.data_format == "channels_first" else 1
        return list(range(first, first + self.n_axes))


class _GlobalAverage(GlobalPooling):
    """The mean over the axes between batch and channels."""

    def call(self, inputs: Any) -> Any:
        """The mean."""
        if not inputs.dtype.is_complex:
            inputs = self._floating(inputs)
        return tf.reduce_mean(inputs, axis=self._axes, keepdims=self.keepdims)


class GlobalAveragePooling1D(_GlobalAverage):
    """The mean over all steps, or over those that `mask` (batch, steps) counts.

    A sequence none of whose steps count has no mean: nan, as in Keras.
    """

    n_axes = 1

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """The mean."""
        if mask is None:
            return super().call(inputs)
        inputs = self._floating(inputs)
        kept = tf.expand_dims(tf.cast(mask, tf.bool), 3 - self._axes[0])
        total = tf.reduce_sum(
            tf.where(kept, inputs, tf.zeros_like(inputs)), self._axes, self.keepdims
        )
        return total / tf.reduce_sum(tf.cast(kept, inputs.dtype), self._axes, self.keepdims)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """None: there are no steps any more."""


class GlobalMaxPooling1D(GlobalPooling):
    """The maximum over all steps."""

    n_axes = 1

    def call(self, inputs: Any) -> Any:
        """The maximum."""
        return tf.reduce_max(inputs, axis=self._axes, keepdims=self.keepdims)


class GlobalAveragePooling2D(_GlobalAverage):
    """The mean over all rows and columns: (batch, rows, columns, channels) → (batch, channels)."""

    n_axes = 2


class GlobalMaxPooling2D(GlobalMaxPooling1D):
    """The maximum over all rows and columns."""

    n_axes = 2


class GlobalAveragePooling3D(_GlobalAverage):
    """The mean over the whole volume."""

    n_axes = 3


class GlobalMaxPooling3D(GlobalMaxPooling1D):
    """The maximum over the whole volume."""

    n_axes = 3
