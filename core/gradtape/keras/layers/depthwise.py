"""Convolutions of each channel by itself, and those followed by a mixing of the channels."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import activations, config
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer
from gradtape.keras.layers.settings import add, settle
from gradtape.keras.ops.convolutions import depthwise_conv, separable_conv
from gradtape.keras.windows import check_filters, checked_padding, per_axis


class _ByChannel(Layer):
    """What the layers here share: sizes, layout, the bias and the activation."""

    n_axes: int

    def _settle(
        self, kernel_size: Any, strides: Any, padding: str, depth_multiplier: int,
        data_format: str | None, dilation_rate: Any, activation: Any, use_bias: bool,
    ) -> None:  # fmt: skip
        if depth_multiplier <= 0:
            raise ValueError(
                "Invalid value for argument `depth_multiplier`. Expected a strictly positive "
                f"value. Received depth_multiplier={depth_multiplier}."
            )
        self.kernel_size = per_axis(kernel_size, self.n_axes, "kernel_size")
        self.strides = per_axis(strides, self.n_axes, "strides")
        self.padding = checked_padding(padding)
        self.depth_multiplier = depth_multiplier
        self.data_format = config.standardize_data_format(data_format)
        self.dilation_rate = per_axis(dilation_rate, self.n_axes, "dilation_rate")
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.input_spec = InputSpec(min_ndim=self.n_axes + 2)
        self.bias: Any = None

    def _channels(self, input_shape: Any) -> int:
        """The number of channels, which later inputs must have too."""
        axis = 1 if self.data_format == "channels_first" else -1
        channels = int(input_shape[axis])
        self.input_spec = InputSpec(min_ndim=self.n_axes + 2, axes={axis: channels})
        return channels

    def _finished(self, outputs: Any) -> Any:
        if self.bias is not None:
            first = self.data_format == "channels_first"
            shape = [1, -1, *[1] * self.n_axes] if first else [-1]
            outputs = tf.add(outputs, tf.reshape(self.bias, shape))
        return self.activation(outputs)


class _Depthwise(_ByChannel):
    """The base of DepthwiseConv1D and DepthwiseConv2D."""

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self._settle(
            kernel_size, strides, padding, depth_multiplier, data_format, dilation_rate,
            activation, use_bias,
        )  # fmt: skip
        settle(
            self, "depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint
        )
        settle(self, "bias", bias_initializer, bias_regularizer, bias_constraint)

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        channels, times = self._channels(input_shape), self.depth_multiplier
        self.kernel = add(self, "kernel", (*self.kernel_size, channels, times), "depthwise")
        if self.use_bias:
            self.bias = add(self, "bias", (channels * times,))
        self.built = True

    def call(self, inputs: Any) -> Any:
        """activation(convolution by channel + bias)."""
        outputs = depthwise_conv(
            self._floating(inputs), self.kernel, self.strides, self.padding, self.data_format,
            self.dilation_rate,
        )  # fmt: skip
        return self._finished(outputs)


class DepthwiseConv1D(_Depthwise):
    """A convolution of each channel of a sequence with `depth_multiplier` filters of its own."""

    n_axes = 1


class DepthwiseConv2D(_Depthwise):
    """A convolution of each channel of an image with `depth_multiplier` filters of its own.

    Shapes: x (batch, rows, columns, channels) → (batch, rows', columns', channels · m); kernel
    (*kernel_size, channels, m).
    """

    n_axes = 2


class _Separable(_ByChannel):
    """The base of SeparableConv1D and SeparableConv2D."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        check_filters(filters)
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters = filters
        self._settle(
            kernel_size, strides, padding, depth_multiplier, data_format, dilation_rate,
            activation, use_bias,
        )  # fmt: skip
        settle(
            self, "depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint
        )
        settle(
            self, "pointwise", pointwise_initializer, pointwise_regularizer, pointwise_constraint
        )
        settle(self, "bias", bias_initializer, bias_regularizer, bias_constraint)

    def build(self, input_shape: Any) -> None:
        """Make both kernels and the bias."""
        channels, times = self._channels(input_shape), self.depth_multiplier
        depthwise, one = (*self.kernel_size, channels, times), (1,) * self.n_axes
        self.depthwise_kernel = add(self, "depthwise_kernel", depthwise, "depthwise")
        self.pointwise_kernel = add(
            self, "pointwise_kernel", (*one, channels * times, self.filters), "pointwise"
        )
        if self.use_bias:
            self.bias = add(self, "bias", (self.filters,))
        self.built = True

    def call(self, inputs: Any) -> Any:
        """activation(convolution by channel, mixed, + bias)."""
        outputs = separable_conv(
            self._floating(inputs), self.depthwise_kernel, self.pointwise_kernel, self.strides,
            self.padding, self.data_format, self.dilation_rate,
        )  # fmt: skip
        return self._finished(outputs)


class SeparableConv1D(_Separable):
    """A convolution of each channel of a sequence, then one of width 1 that mixes channels."""

    n_axes = 1


class SeparableConv2D(_Separable):
    """A convolution of each channel of an image, then one of one pixel that mixes channels.

    Shapes: x (batch, rows, columns, channels) → (batch, rows', columns', filters).

    Source: Chollet (2017), Xception: deep learning with depthwise separable convolutions.
    """

    n_axes = 2
