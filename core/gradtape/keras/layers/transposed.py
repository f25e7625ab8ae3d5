"""Transposed convolutions: layers that make images larger with a trainable kernel."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras.layers.convolution import Convolution
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.settings import add
from gradtape.keras.ops.convolutions import conv_transpose
from gradtape.keras.windows import per_axis


class TransposedConvolution(Convolution):
    """The base of Conv1DTranspose, Conv2DTranspose and Conv3DTranspose."""

    _no_arguments = frozenset({"groups"})

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters, kernel_size, strides, padding, data_format, dilation_rate,
            activation=activation, use_bias=use_bias, **kwargs,
        )  # fmt: skip
        self.output_padding = output_padding
        if output_padding is None:
            return
        self.output_padding = per_axis(output_padding, self.n_axes, "output_padding", True)
        if any(p >= s for p, s in zip(self.output_padding, self.strides, strict=True)):
            raise ValueError(
                "The values of `output_padding` must be lower than the strides. Received: "
                f"output_padding={output_padding}, strides={self.strides}"
            )

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        channels = input_shape[self._channel_axis]
        self.kernel = add(self, "kernel", (*self.kernel_size, self.filters, channels))
        if self.use_bias:
            self.bias = add(self, "bias", (self.filters,))
        self.input_spec = InputSpec(min_ndim=self.n_axes + 2, axes={self._channel_axis: channels})
        self.built = True

    def call(self, inputs: Any) -> Any:
        """activation(transposed convolution + bias)."""
        outputs = conv_transpose(
            self._floating(inputs), self.kernel, self.strides, self.padding, self.output_padding,
            self.data_format, self.dilation_rate,
        )  # fmt: skip
        if self.bias is not None:
            first = self.data_format == "channels_first"
            shape = [1, self.filters, *[1] * self.n_axes] if first else [self.filters]
            outputs = tf.add(outputs, tf.reshape(self.bias, shape))
        return self.activation(outputs)


class Conv1DTranspose(TransposedConvolution):
    """A transposed convolution along one axis.

    Shapes: x (batch, steps, channels) → (batch, longer, filters).
    """

    n_axes = 1


class Conv2DTranspose(TransposedConvolution):
    """A transposed convolution over images.

    Shapes: x (batch, rows, columns, channels) → (batch, rows', columns', filters); kernel
    (*kernel_size, filters, channels). With `same` rows' = rows · stride.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.Conv2DTranspose(1, 2, strides=2, kernel_initializer="ones")
    >>> layer(tf.ones((1, 2, 2, 1))).shape
    TensorShape([1, 4, 4, 1])
    """

    n_axes = 2


class Conv3DTranspose(TransposedConvolution):
    """A transposed convolution over volumes: as `Conv2DTranspose`, with one more axis."""

    n_axes = 3

    def __init__(
        self, filters: int, kernel_size: Any, strides: Any = (1, 1, 1), padding: str = "valid",
        data_format: str | None = None, output_padding: Any = None,
        dilation_rate: Any = (1, 1, 1), activation: Any = None, use_bias: bool = True,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(
            filters, kernel_size, strides, padding, output_padding, data_format, dilation_rate,
            activation, use_bias, **kwargs,
        )  # fmt: skip
