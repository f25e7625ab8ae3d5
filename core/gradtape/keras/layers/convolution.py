"""Convolutions over one, two or three axes: sliding windows with a trainable kernel."""

from __future__ import annotations

import math
from typing import Any

import gradtape as tf
from gradtape.keras import activations, config
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer
from gradtape.keras.layers.settings import add, settle
from gradtape.keras.windows import check_filters, checked_padding, per_axis, tf_format


class Convolution(Layer):
    """The base of all convolutions; `n_axes` is the number of axes the window slides along."""

    n_axes: int
    paddings: tuple[str, ...] = ("valid", "same")

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        check_filters(filters)
        if groups <= 0 or filters % groups:
            raise ValueError(
                "The number of filters must be evenly divisible by the number of groups. "
                f"Received: groups={groups}, filters={filters}."
            )
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters, self.groups = filters, groups
        self.kernel_size = per_axis(kernel_size, self.n_axes, "kernel_size")
        self.strides = per_axis(strides, self.n_axes, "strides")
        self.dilation_rate = per_axis(dilation_rate, self.n_axes, "dilation_rate")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                "`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
                f"strides={self.strides} and dilation_rate={self.dilation_rate}"
            )
        self.padding = checked_padding(padding, self.paddings)
        self.data_format = config.standardize_data_format(data_format)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        settle(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        settle(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        self.input_spec = InputSpec(min_ndim=self.n_axes + 2)
        self.bias: Any = None

    @property
    def _channel_axis(self) -> int:
        return 1 if self.data_format == "channels_first" else -1

    @property
    def _kernel(self) -> Any:
        """`kernel` under Keras's name for it; a tensor may be put in its place."""
        return self.kernel

    @_kernel.setter
    def _kernel(self, value: Any) -> None:
        self.kernel = value

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        channels = input_shape[self._channel_axis]
        if channels % self.groups:
            raise ValueError(
                "The number of input channels must be evenly divisible by the number of groups. "
                f"Received groups={self.groups}, input channels={channels} "
                f"(from input shape {input_shape})."
            )
        self.kernel = add(
            self, "kernel", (*self.kernel_size, channels // self.groups, self.filters)
        )
        if self.use_bias:
            self.bias = add(self, "bias", (self.filters,))
        self.input_spec = InputSpec(min_ndim=self.n_axes + 2, axes={self._channel_axis: channels})
        self.built = True

    def call(self, inputs: Any) -> Any:
        """activation(convolution + bias)."""
        inputs = self._floating(inputs)
        lead = tuple(inputs.shape)[: -1 - self.n_axes]
        if len(lead) > 1:  # several batch axes are one to the convolution
            inputs = tf.reshape(inputs, [math.prod(lead), *tuple(inputs.shape)[len(lead) :]])
        self._check_size(tuple(inputs.shape))
        outputs = self._convolve(inputs)
        if self.bias is not None:
            bias = self.bias
            if self.data_format == "channels_first":
                bias = tf.reshape(bias, [1, self.filters, *[1] * self.n_axes])
            outputs = tf.add(outputs, bias)
        if len(lead) > 1:
            outputs = tf.reshape(outputs, [*lead, *tuple(outputs.shape)[1:]])
        return self.activation(outputs)

    def _convolve(self, inputs: Any) -> Any:
        groups = self.groups
        if groups == 1:
            return self._window(inputs, self.kernel)
        kernels = tf.split(self.kernel, groups, axis=-1)
        parts = tf.split(inputs, groups, axis=self._channel_axis)
        return tf.concat(
            [self._window(part, k) for part, k in zip(parts, kernels, strict=True)],
            axis=self._channel_axis,
        )

    def _window(self, inputs: Any, kernel: Any) -> Any:
        function = (tf.nn.conv1d, tf.nn.conv2d, tf.nn.conv3d)[self.n_axes - 1]
        one = self.n_axes == 1
        return function(
            inputs,
            kernel,
            self.strides[0] if one else list(self.strides),
            self.padding.upper(),
            tf_format(self.data_format, self.n_axes),
            self.dilation_rate[0] if one else list(self.dilation_rate),
        )

    def _check_size(self, shape: tuple[int, ...]) -> None:
        if self.padding != "valid":
            return
        first = 2 if self.data_format == "channels_first" else 1
        sizes = shape[first : first + self.n_axes]
        spans = [(k - 1) * d + 1 for k, d in zip(self.kernel_size, self.dilation_rate, strict=True)]
        if any(size < span for size, span in zip(sizes, spans, strict=True)):
            raise ValueError(
                "Computed output size would be zero or negative. Received `inputs shape="
                f"{shape}`, `kernel shape={tuple(self.kernel.shape)}`, `dilation_rate="
                f"{self.dilation_rate}`, `strides={self.strides}`, `padding={self.padding}`."
            )


class Conv1D(Convolution):
    """A convolution along one axis.

    Shapes: x (batch, steps, channels) → (batch, steps', filters).
    """

    n_axes = 1
    paddings = ("valid", "same", "causal")

    def _convolve(self, inputs: Any) -> Any:
        if self.padding != "causal":
            return super()._convolve(inputs)
        before = (self.kernel_size[0] - 1) * self.dilation_rate[0]
        pads = [[0, 0], [before, 0], [0, 0]]
        if self.data_format == "channels_first":
            pads = [[0, 0], [0, 0], [before, 0]]
        return super()._convolve(tf.pad(inputs, pads))

    def _window(self, inputs: Any, kernel: Any) -> Any:
        if self.padding != "causal":
            return super()._window(inputs, kernel)
        layout = tf_format(self.data_format, 1)
        return tf.nn.conv1d(inputs, kernel, self.strides[0], "VALID", layout, self.dilation_rate[0])


class Conv2D(Convolution):
    """A convolution over images: activation(Σ window · kernel + bias).

    Shapes: x (batch, rows, columns, channels) → (batch, rows', columns', filters); kernel
    (*kernel_size, channels, filters). `same` pads to rows' = ⌈rows / stride⌉.

    Raises: ValueError for unknown paddings, sizes that are no positive integers, strides together
    with dilation, channels that `groups` does not divide, and windows larger than the input.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.Conv2D(1, 2, kernel_initializer="ones")
    >>> layer(tf.ones((1, 3, 3, 1)))[0, :, :, 0].numpy()
    array([[4., 4.],
           [4., 4.]], dtype=float32)
    """

    n_axes = 2


class Conv3D(Convolution):
    """A convolution over volumes: as `Conv2D`, with one more axis.

    Shapes: x (batch, depth, rows, columns, channels) → (batch, depth', rows', columns', filters).
    """

    n_axes = 3

    def __init__(
        self, filters: int, kernel_size: Any, strides: Any = (1, 1, 1), padding: str = "valid",
        data_format: str | None = None, dilation_rate: Any = (1, 1, 1), *args: Any, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(
            filters, kernel_size, strides, padding, data_format, dilation_rate, *args, **kwargs
        )
