"""`keras.ops`: convolutions, their transposes, and convolutions of each channel by itself."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.symbolic import functional
from gradtape.keras.windows import per_axis, tf_format

_FORWARD = {1: tf.nn.conv1d, 2: tf.nn.conv2d, 3: tf.nn.conv3d}
_TRANSPOSED = {1: tf.nn.conv1d_transpose, 2: tf.nn.conv2d_transpose, 3: tf.nn.conv3d_transpose}


def _axes(inputs: Any, most: int = 3) -> int:
    n = len(inputs.shape) - 2
    if not 1 <= n <= most:
        raise ValueError(
            f"`inputs` has 1 to {most} axes beside batch and channels. Received: shape="
            f"{tuple(inputs.shape)}"
        )
    return n


def _list(value: Any, n: int, argument: str) -> Any:
    sizes = per_axis(value, n, argument)
    return sizes[0] if n == 1 else list(sizes)


@functional
def conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """The convolution over 1, 2 or 3 axes; where the kernel has fewer channels, in groups.

    Shapes: inputs (batch, *space, channels), kernel (*window, channels / groups, filters).

    >>> float(conv([[[1.0], [2.0]]], [[[1.0]], [[1.0]]])[0, 0, 0])
    3.0
    """
    inputs, kernel = tf.convert_to_tensor(inputs), tf.convert_to_tensor(kernel)
    n = _axes(inputs)
    layout = config.standardize_data_format(data_format)
    channels = -1 if layout == "channels_last" else 1
    groups = max(inputs.shape[channels] // kernel.shape[-2], 1)
    where = (padding.upper(), tf_format(layout, n), _list(dilation_rate, n, "dilation_rate"))
    steps = _list(strides, n, "strides")
    if groups == 1:
        return _FORWARD[n](inputs, kernel, steps, *where)
    parts = zip(
        tf.split(inputs, groups, axis=channels), tf.split(kernel, groups, axis=-1), strict=True
    )
    return tf.concat([_FORWARD[n](x, w, steps, *where) for x, w in parts], axis=channels)


def transposed_size(
    size: int, window: int, stride: int, padding: str, output_padding: int | None, dilation: int
) -> int:
    """How long an axis is after a transposed convolution.

    >>> transposed_size(3, 2, 2, "valid", None, 1), transposed_size(3, 3, 2, "same", None, 1)
    (6, 6)
    """
    window = (window - 1) * dilation + 1
    if padding == "valid":
        more = max(window, stride) - window if output_padding is None else output_padding
        return (size - 1) * stride + window + more
    if output_padding is None:
        return size * stride
    return (size - 1) * stride + window % 2 + output_padding


@functional
def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """The transpose of the convolution over 1, 2 or 3 axes, which makes images larger.

    Shapes: inputs (batch, *space, channels), kernel (*window, filters, channels) → (batch, *larger
    space, filters).
    """
    inputs, kernel = tf.convert_to_tensor(inputs), tf.convert_to_tensor(kernel)
    n = _axes(inputs)
    layout = config.standardize_data_format(data_format)
    first = layout == "channels_first"
    steps, spread = per_axis(strides, n, "strides"), per_axis(dilation_rate, n, "dilation_rate")
    extra: tuple[int | None, ...] = (None,) * n
    if output_padding is not None:
        extra = per_axis(output_padding, n, "output_padding", allow_zero=True)
    space = tuple(inputs.shape)[2:] if first else tuple(inputs.shape)[1:-1]
    sizes = [
        transposed_size(space[k], kernel.shape[k], steps[k], padding.lower(), extra[k], spread[k])
        for k in range(n)
    ]
    filters, batch = kernel.shape[-2], inputs.shape[0]
    shape = [batch, filters, *sizes] if first else [batch, *sizes, filters]
    return _TRANSPOSED[n](
        inputs, kernel, shape, _list(steps, n, "strides"), padding.upper(), tf_format(layout, n),
        _list(spread, n, "dilation_rate"),
    )  # fmt: skip


@functional
def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """The convolution of each channel with filters of its own, over 1 or 2 axes.

    Shapes: inputs (batch, *space, channels), kernel (*window, channels, m) → (batch, *space',
    channels · m).
    """
    inputs, kernel = tf.convert_to_tensor(inputs), tf.convert_to_tensor(kernel)
    n = _axes(inputs, most=2)
    first = config.standardize_data_format(data_format) == "channels_first"
    x = channels_last(inputs) if first else inputs
    steps, spread = per_axis(strides, n, "strides"), per_axis(dilation_rate, n, "dilation_rate")
    if n == 1:  # a signal is an image of one row
        x, kernel = tf.expand_dims(x, 1), tf.expand_dims(kernel, 0)
        steps, spread = (1, *steps), (1, *spread)
    y = tf.nn.depthwise_conv2d(
        x, kernel, [1, *steps, 1], padding.upper(), "NHWC", dilations=list(spread)
    )
    y = tf.squeeze(y, [1]) if n == 1 else y
    return channels_first(y) if first else y


@functional
def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """`depthwise_conv`, then a convolution with a window of one place that mixes the channels."""
    y = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(y, pointwise_kernel, 1, "valid", data_format)


def channels_last(x: Any) -> Any:
    """(batch, channels, *space) as (batch, *space, channels)."""
    return tf.transpose(x, [0, *range(2, len(x.shape)), 1])


def channels_first(x: Any) -> Any:
    """(batch, *space, channels) as (batch, channels, *space)."""
    rank = len(x.shape)
    return tf.transpose(x, [0, rank - 1, *range(1, rank - 1)])
