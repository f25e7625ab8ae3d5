"""Pooling to a given size: the windows are as even as the size of the input allows."""

from __future__ import annotations

import math
from typing import Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer
from gradtape.keras.windows import per_axis


def adaptive_pool(x: Any, sizes: tuple[int, ...], first_axis: int, largest: bool) -> Any:
    """`x` with `sizes` places along the axes from `first_axis` on.

    Place i of n stands for the elements from ⌊i · length / n⌋ up to ⌈(i + 1) · length / n⌉.
    """
    reduce = tf.reduce_max if largest else tf.reduce_mean
    for axis, n in enumerate(sizes, first_axis):
        length = int(x.shape[axis])
        windows = []
        for i in range(n):
            start, stop = i * length // n, math.ceil((i + 1) * length / n)
            window = tf.gather(x, tf.range(start, stop), axis=axis)
            windows.append(reduce(window, axis=axis))
        x = tf.stack(windows, axis=axis)
    return x


class _Adaptive(Layer):
    """The base of the layers here."""

    n_axes: int
    largest = False

    def __init__(self, output_size: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.output_size = per_axis(output_size, self.n_axes, "output_size")
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.n_axes + 2)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The pooled inputs."""
        first = 2 if self.data_format == "channels_first" else 1
        return adaptive_pool(inputs, self.output_size, first, self.largest)


class AdaptiveAveragePooling1D(_Adaptive):
    """The means of `output_size` even parts of a sequence."""

    n_axes = 1


class AdaptiveAveragePooling2D(_Adaptive):
    """The means of `output_size` even parts of an image."""

    n_axes = 2


class AdaptiveAveragePooling3D(_Adaptive):
    """The means of `output_size` even parts of a volume."""

    n_axes = 3


class AdaptiveMaxPooling1D(_Adaptive):
    """The maxima of `output_size` even parts of a sequence."""

    n_axes, largest = 1, True


class AdaptiveMaxPooling2D(_Adaptive):
    """The maxima of `output_size` even parts of an image."""

    n_axes, largest = 2, True


class AdaptiveMaxPooling3D(_Adaptive):
    """The maxima of `output_size` even parts of a volume."""

    n_axes, largest = 3, True
