"""Depthwise and separable convolution."""

from __future__ import annotations

from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.functions.nn.convolutions import (
    convolve,
    depth_error,
    images_and_filters,
    place_of,
)
from gradtape.functions.nn.windows import (
    from_channels_last,
    is_channels_first,
    to_channels_last,
)
from gradtape.ops.nn.depthwise import depthwise
from gradtape.tensors.tensor import EagerTensor


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """The cross-correlation of each channel with filters of its own.

    y[n, i, j, c·m + q] = Σ x[n, i·sᵢ + k·dᵢ, j·sⱼ + l·dⱼ, c] · w[k, l, c, q].

    Shapes: input (n, h, w, c), filter (kh, kw, c, m), result (n, h', w', c·m); strides, padding and
    `data_format` as for `tf.nn.conv2d`.
    Raises: InvalidArgumentError where ranks or depths do not fit.

    >>> x = tf.reshape([1.0, 10.0, 2.0, 20.0], (1, 1, 2, 2))
    >>> tf.nn.depthwise_conv2d(x, tf.ones((1, 2, 2, 1)), [1, 1, 1, 1], "VALID").numpy().ravel()
    array([ 3., 30.], dtype=float32)
    """
    x, w = images_and_filters(input, filter, 2, "DepthwiseConv2dNative")
    first = is_channels_first(data_format, 2)
    x = to_channels_last(x, first)
    if x._value.shape[-1] != w._value.shape[2]:
        raise depth_error(x._value.shape[-1], w._value.shape[2], "DepthwiseConv2dNative")
    place = place_of(x, w, strides, padding, dilations, 2, first)
    return from_channels_last(depthwise(x, w, **place), first)


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """`tf.nn.depthwise_conv2d`, then a convolution with filters of one pixel that mixes channels.

    Shapes: input (n, h, w, c), depthwise_filter (kh, kw, c, m), pointwise_filter (1, 1, c·m, f).
    Raises: ValueError where the pointwise filter is larger than one pixel; else as `tf.nn.conv2d`.

    >>> x = tf.ones((1, 2, 2, 1))
    >>> y = tf.nn.separable_conv2d(x, tf.ones((2, 2, 1, 1)), tf.ones((1, 1, 1, 2)), 1, "VALID")
    >>> y.numpy().ravel()
    array([4., 4.], dtype=float32)
    """
    p = convert_operand(pointwise_filter)
    if len(p._value.shape) != 4 or p._value.shape[:2] != (1, 1):
        raise ValueError(
            "pointwise_filter has shape (1, 1, channels · multiplier, filters), got "
            f"{list(p._value.shape)}"
        )
    y = depthwise_conv2d(input, depthwise_filter, strides, padding, data_format, dilations)
    return convolve(y, p, 1, "VALID", data_format, None, 2)
