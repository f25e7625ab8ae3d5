"""Biases, moments and normalisation; blocks of pixels and channels."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.functions.arguments import axis_of, integer, integers, matched
from gradtape.functions.math.arithmetic import squared_difference
from gradtape.functions.nn.windows import (
    from_channels_last,
    is_channels_first,
    to_channels_last,
)  # fmt: skip
from gradtape.functions.public import unary
from gradtape.ops.array.shaping import broadcast_to, reshape
from gradtape.ops.image import space_depth
from gradtape.ops.math.arithmetic import divide_no_nan
from gradtape.ops.math.complex_numbers import cast
from gradtape.ops.math.reductions import reduce_mean, reduce_sum
from gradtape.ops.math.roots import rsqrt
from gradtape.ops.nn import normalization as ops
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor

l2_loss = unary(ops.l2_loss, "t")


def bias_add(
    value: Any, bias: Any, data_format: str | None = None, name: str | None = None
) -> EagerTensor:
    """value + bias, with the bias along the channels.

    Derivative: 1 for the value; the sum over all other axes for the bias.

    Shapes: value of rank ≥ 2, bias of rank 1. `data_format` is "N…C" (channels last, the default)
    or "NC…" (channels second).
    Raises: InvalidArgumentError where ranks or sizes do not fit, ValueError for another
    data_format.

    >>> tf.nn.bias_add([[1.0, 2.0], [3.0, 4.0]], [10.0, 20.0]).numpy()
    array([[11., 22.],
           [13., 24.]], dtype=float32)
    """
    if data_format is None or (data_format[0] + data_format[-1] == "NC" and data_format[1] != "C"):
        second = False
    elif data_format.startswith("NC"):
        second = True
    else:
        raise ValueError(
            "`data_format` must be of the form `N...C` or `NC...`. Received: "
            f"data_format={data_format}"
        )
    x, b = matched(value, bias)
    shape, own = x._value.shape, b._value.shape
    if len(shape) < 2:
        raise InvalidArgumentError(
            f"Input tensor must be at least 2D: {shape_text(shape)} [Op:BiasAdd]. Use x + bias."
        )
    if len(own) != 1:
        raise InvalidArgumentError(f"Biases must be 1D: {shape_text(own)} [Op:BiasAdd]")
    axis = 1 if second else -1
    if shape[axis] != own[0]:
        where = "dimension 1" if second else "the last dimension"
        raise InvalidArgumentError(
            f"Must provide as many biases as {where} of the input tensor: {shape_text(own)} vs. "
            f"{shape_text(shape)} [Op:BiasAdd]"
        )
    if second and len(shape) > 2:
        b = reshape(b, shape=(own[0], *(1 for _ in shape[2:])))
    return ops.bias_add(x, b)


def moments(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[EagerTensor, EagerTensor]:
    """The mean of x over `axes` (None: all) and its variance Σ(x − mean)²/n.

    Derivative: 1/n and 2(x − mean)/n; the second derivative of the variance is 2(δᵢⱼ − 1/n)/n
    (where TensorFlow's misses the 1/n). float16 is averaged in float32. `shift` is accepted and not
    needed.

    Shapes: those of tf.reduce_mean. Raises: InvalidArgumentError where there is no such axis.

    >>> mean, variance = tf.nn.moments(tf.constant([1.0, 3.0]), axes=[0])
    >>> float(mean), float(variance)
    (2.0, 1.0)
    """
    given = convert_operand(x)
    y = cast(given, dtype="float32") if given._value.dtype == "float16" else given
    axis = _axes(axes, y, "Mean")
    mean = reduce_mean(y, axis=axis, keepdims=True)
    variance = reduce_mean(squared_difference(y, mean), axis=axis, keepdims=True)
    return _moments(mean, variance, axis, keepdims, given)


def weighted_moments(
    x: Any, axes: Any, frequency_weights: Any, keepdims: bool = False, name: str | None = None
) -> tuple[EagerTensor, EagerTensor]:
    """The weighted mean Σwx/Σw over `axes` (None: all), and the variance Σw(x − mean)²/Σw.

    Derivative: w/Σw and 2w(x − mean)/Σw with respect to x; likewise with respect to the weights,
    which broadcast to x. Where the weights sum to 0 all is 0. Raises: InvalidArgumentError where
    there is no such axis.

    >>> mean, variance = tf.nn.weighted_moments(tf.constant([1.0, 3.0]), [0], [3.0, 1.0])
    >>> float(mean), float(variance)
    (1.5, 0.75)
    """
    given = convert_operand(x)
    w = convert_like(frequency_weights, given)
    if w._value.dtype != given._value.dtype:
        w = cast(w, dtype=given._value.dtype)
    half = given._value.dtype == "float16"
    y = cast(given, dtype="float32") if half else given
    w = cast(w, dtype="float32") if half else w
    axis = _axes(axes, y, "Sum")
    w = broadcast_to(w, shape=tuple(y._value.shape))
    whole = reduce_sum(w, axis=axis, keepdims=True)
    mean = divide_no_nan(reduce_sum(w * y, axis=axis, keepdims=True), whole)
    spread = reduce_sum(w * squared_difference(y, mean), axis=axis, keepdims=True)
    variance = divide_no_nan(spread, whole)
    return _moments(mean, variance, axis, keepdims, given)


def _moments(
    mean: Any, variance: Any, axis: tuple[int, ...], keepdims: bool, given: EagerTensor
) -> tuple[EagerTensor, EagerTensor]:
    if not keepdims:
        left = [
            n for k, n in enumerate(given._value.shape, -len(given._value.shape)) if k not in axis
        ]
        mean, variance = (reshape(m, shape=tuple(left)) for m in (mean, variance))
    if given._value.dtype == "float16":
        mean, variance = (cast(m, dtype="float16") for m in (mean, variance))
    return mean, variance


def _axes(axes: Any, x: Any, op: str) -> tuple[int, ...]:
    rank = len(x._value.shape)
    if axes is None:
        return tuple(range(-rank, 0))
    return tuple(axis_of(k, rank, op, "axes") - rank for k in integers(axes, "axes"))


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: Any,
    name: str | None = None,
) -> EagerTensor:
    """scale·(x − mean)/√(variance + ε) + offset; offset and scale may be None.

    Differentiable in all tensors. Shapes: all broadcast to that of x. Dtypes: floating point,
    equal; arrays take the dtype of the tensors that they meet, and factor and shift that of x.

    Source: Ioffe & Szegedy (2015).

    >>> tf.nn.batch_normalization([1.0, 3.0], 2.0, 1.0, 10.0, 2.0, 0.0).numpy()
    array([ 8., 12.], dtype=float32)
    """
    t = convert_operand(x)
    factor = rsqrt(convert_like(variance, t) + variance_epsilon)
    if scale is not None:
        factor = factor * _beside(scale, factor, t)
    shift = -_beside(mean, factor, t) * factor
    if offset is not None:
        shift = _beside(offset, shift, t) + shift
    kind = t._value.dtype
    if factor._value.dtype != kind:
        factor = cast(factor, dtype=kind)
    if shift._value.dtype != kind:
        shift = cast(shift, dtype=kind)
    return t * factor + shift


def _beside(value: Any, other: EagerTensor, x: EagerTensor) -> EagerTensor:
    """An array in the dtype of the tensor that it meets, anything else as beside x."""
    return convert(value, other.dtype) if isinstance(value, np.ndarray) else convert_like(value, x)


def convert_like(value: Any, x: EagerTensor) -> EagerTensor:
    """Tensors as they are, numbers in the dtype of x."""
    if isinstance(value, (int, float, list, tuple)):
        return convert(value, x.dtype)
    return convert_operand(value)


def space_to_depth(
    input: Any, block_size: Any, data_format: str | None = "NHWC", name: str | None = None
) -> EagerTensor:
    """Every block of block_size² pixels as one pixel with block_size² times the channels.

    A rearrangement; `tf.nn.depth_to_space` undoes it, and is its derivative.

    Shapes: (n, h, w, c) to (n, h/b, w/b, b²c); with `data_format="NCHW"` (n, c, h, w). Dtypes: all.
    Raises: InvalidArgumentError where h or w is no multiple of block_size, or that is below 2.

    >>> tf.nn.space_to_depth(tf.reshape(tf.range(4.0), (1, 2, 2, 1)), 2).numpy()
    array([[[[0., 1., 2., 3.]]]], dtype=float32)
    """
    x, block, first = _blocks(input, block_size, data_format, "SpaceToDepth")
    _, height, width, _ = x._value.shape
    if height % block or width % block:
        raise InvalidArgumentError(
            f"Image width {width} and height {height} should be divisible by block_size: {block} "
            "[Op:SpaceToDepth]"
        )
    return from_channels_last(space_depth.space_to_depth(x, block=block), first)


def depth_to_space(
    input: Any, block_size: Any, data_format: str | None = "NHWC", name: str | None = None
) -> EagerTensor:
    """The channels of every pixel as a block of block_size × block_size pixels.

    A rearrangement; `tf.nn.space_to_depth` undoes it, and is its derivative.

    Shapes: (n, h, w, b²c) to (n, h·b, w·b, c); with `data_format="NCHW"` (n, c, h, w). Dtypes: all.
    Raises: InvalidArgumentError where the channels are no multiple of b², or b is below 2.

    >>> tf.nn.depth_to_space([[[[0.0, 1.0, 2.0, 3.0]]]], 2)[0, :, :, 0].numpy()
    array([[0., 1.],
           [2., 3.]], dtype=float32)
    """
    x, block, first = _blocks(input, block_size, data_format, "DepthToSpace")
    depth = x._value.shape[-1]
    if depth % block**2:
        raise InvalidArgumentError(
            f"Input depth dimension {depth} should be divisible by: {block**2} [Op:DepthToSpace]"
        )
    return from_channels_last(space_depth.depth_to_space(x, block=block), first)


def _blocks(input: Any, block_size: Any, data_format: str | None, op: str) -> tuple[Any, int, bool]:
    x, block = convert_operand(input), integer(block_size, "block_size")
    if block < 2:
        raise InvalidArgumentError(
            f"Value for attr 'block_size' of {block} must be at least minimum 2 [Op:{op}]"
        )
    if len(x._value.shape) != 4:
        raise InvalidArgumentError(
            f"Input rank should be: 4 instead of: {len(x._value.shape)} [Op:{op}]"
        )
    first = is_channels_first(data_format, 2)
    return to_channels_last(x, first), block, first
