"""Convolutions over one, two and three spatial axes, and their transposes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integers, matched
from gradtape.functions.nn.windows import (
    LAYOUTS,
    check_rank,
    from_channels_last,
    is_channels_first,
    pads_of,
    sizes,
    to_channels_last,
)  # fmt: skip
from gradtape.ops.array.shaping import concat, reshape, slice_
from gradtape.ops.nn.convolutions import CONV2D, CONV3D, Family
from gradtape.ops.nn.windows import Sizes, output_size
from gradtape.tensors.tensor import EagerTensor

_FAMILIES: dict[int, Family] = {2: CONV2D, 3: CONV3D}
_OPS = {1: "Conv2D", 2: "Conv2D", 3: "Conv3D"}


def conv1d(
    input: Any,
    filters: Any,
    stride: Any,
    padding: Any,
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """The cross-correlation of signals with filters.

    y[n, o, f] = Σ x[n, o·stride + k·dilation, c] · w[k, c, f], linear in x and in w; the
    derivatives are `conv1d_transpose` of the cotangent and the correlation of x with it.

    Shapes: input (n, length, c), or (n, c, length) with `data_format="NCW"`; filters (k, c, f).
    Where c is a multiple of the filters' c, the channels fall into groups. Padding: "VALID", "SAME"
    (output ceil(length / stride), the odd zero at the end) or [(0, 0), (before, after), (0, 0)].
    Raises: InvalidArgumentError for ranks, depths, strides and paddings that do not fit; ValueError
    for lists of another length.

    >>> x = tf.reshape([1.0, 2.0, 4.0], (1, 3, 1))
    >>> tf.nn.conv1d(x, tf.ones((2, 1, 1)), 1, "VALID")[0, :, 0].numpy()
    array([3., 6.], dtype=float32)
    """
    return convolve(input, filters, stride, padding, data_format, dilations, 1, "stride")


def conv2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """The cross-correlation of images with filters.

    y[n, i, j, f] = Σ x[n, i·sᵢ + k·dᵢ, j·sⱼ + l·dⱼ, c] · w[k, l, c, f], linear in x and in w; the
    derivatives are `conv2d_transpose` of the cotangent and the correlation of x with it.

    Shapes: input (n, h, w, c), or (n, c, h, w) with `data_format="NCHW"`; filters (kh, kw, c, f).
    Where the input's c is a multiple of the filters' c, the channels fall into groups. `strides`
    and `dilations` are one number, one per spatial axis, or one per axis. Padding: "VALID", "SAME"
    (output ceil(h / s), the odd zero at the end) or a list of (before, after) per axis.
    Raises: InvalidArgumentError for ranks, depths, strides and paddings that do not fit; ValueError
    for lists of another length.

    >>> x = tf.reshape(tf.range(9.0), (1, 3, 3, 1))
    >>> tf.nn.conv2d(x, tf.ones((2, 2, 1, 1)), 1, "VALID")[0, :, :, 0].numpy()
    array([[ 8., 12.],
           [20., 24.]], dtype=float32)
    """
    return convolve(input, filters, strides, padding, data_format, dilations, 2)


def conv3d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """The cross-correlation of volumes with filters: as `tf.nn.conv2d`, with one more axis.

    Shapes: input (n, d, h, w, c), or (n, c, d, h, w) with `data_format="NCDHW"`; filters
    (kd, kh, kw, c, f).

    >>> x = tf.ones((1, 2, 2, 2, 1))
    >>> tf.nn.conv3d(x, tf.ones((2, 2, 2, 1, 1)), [1, 1, 1, 1, 1], "VALID").numpy().ravel()
    array([8.], dtype=float32)
    """
    return convolve(input, filters, strides, padding, data_format, dilations, 3)


def convolution(
    input: Any,
    filters: Any,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """`tf.nn.conv1d`, `conv2d` or `conv3d`, whichever fits the rank of `input`.

    Raises: as these, also for another rank; ValueError for strides and dilations both above 1.

    >>> tf.nn.convolution(tf.ones((1, 3, 1)), tf.ones((2, 1, 1))).numpy().ravel()
    array([2., 2.], dtype=float32)
    """
    w = convert_operand(filters)
    n = _spatial_rank(len(w._value.shape))
    if strides is not None and dilations is not None:
        given, spread = sizes(strides, n, "strides"), sizes(dilations, n, "dilations")
        if max(given) > 1 and max(spread) > 1:
            raise ValueError(
                "`strides > 1` not supported in conjunction with `dilations > 1`. Received: "
                f"strides={list(given)} and dilations={list(spread)}; tf.nn.conv{n}d takes both."
            )
    return convolve(input, w, strides, padding, data_format, dilations, n)


def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """The transpose of `tf.nn.conv1d`: what carries its cotangent back to its input.

    Shapes: input (n, length, f), filters (k, c, f), result `output_shape` = (n, longer, c).
    Raises: InvalidArgumentError where `output_shape` is none that conv1d would take to `input`.

    >>> x = tf.reshape([1.0, 2.0], (1, 2, 1))
    >>> tf.nn.conv1d_transpose(x, tf.ones((2, 1, 1)), (1, 4, 1), 2)[0, :, 0].numpy()
    array([1., 1., 2., 2.], dtype=float32)
    """
    return _transposed(input, filters, output_shape, strides, padding, data_format, dilations, 1)


def conv2d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """The transpose of `tf.nn.conv2d`: what carries its cotangent back to its input.

    Shapes: input (n, h, w, f), filters (kh, kw, c, f), result `output_shape` = (n, H, W, c) of
    which conv2d would make (n, h, w, f).
    Raises: InvalidArgumentError where `output_shape` is none that conv2d would take to `input`.

    >>> x = tf.ones((1, 1, 1, 1))
    >>> tf.nn.conv2d_transpose(x, tf.ones((2, 2, 1, 1)), (1, 2, 2, 1), 2)[0, :, :, 0].numpy()
    array([[1., 1.],
           [1., 1.]], dtype=float32)
    """
    return _transposed(input, filters, output_shape, strides, padding, data_format, dilations, 2)


def conv3d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """The transpose of `tf.nn.conv3d`: as `tf.nn.conv2d_transpose`, with one more axis.

    >>> x, w = tf.ones((1, 1, 1, 1, 1)), tf.ones((2, 2, 2, 1, 1))
    >>> tf.nn.conv3d_transpose(x, w, (1, 2, 2, 2, 1), 2).numpy().sum()
    np.float32(8.0)
    """
    return _transposed(input, filters, output_shape, strides, padding, data_format, dilations, 3)


def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """`tf.nn.conv1d_transpose`, 2d or 3d, whichever fits the rank of `filters`.

    >>> x = tf.reshape([1.0, 2.0], (1, 2, 1))
    >>> tf.nn.conv_transpose(x, tf.ones((2, 1, 1)), (1, 4, 1), 2).numpy().ravel()
    array([1., 1., 2., 2.], dtype=float32)
    """
    w = convert_operand(filters)
    n = _spatial_rank(len(w._value.shape))
    return _transposed(input, w, output_shape, strides, padding, data_format, dilations, n)


def convolve(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any,
    n: int,
    what: str = "strides",
) -> EagerTensor:
    """A convolution over n spatial axes, of any layout, padding and number of groups."""
    x, w = matched(input, filters)
    outer = tuple(x._value.shape)[: -n - 1]
    if len(outer) > 1:  # several batch axes: one, and back
        own = tuple(x._value.shape)[-n - 1 :]
        flat = reshape(x, shape=(int(np.prod(outer, dtype=int)), *own))
        y = convolve(flat, w, strides, padding, data_format, dilations, n, what)
        return reshape(y, shape=(*outer, *tuple(y._value.shape)[1:]))
    x, w = images_and_filters(x, filters, n, _OPS[n])
    first = is_channels_first(data_format, n)
    x = to_channels_last(x, first)
    depth, own = x._value.shape[-1], w._value.shape[-2]
    if (
        not depth
        or not all(w._value.shape)
        or depth % own
        or w._value.shape[-1] % max(1, depth // own)
    ):
        raise depth_error(depth, own, _OPS[n])
    place = place_of(x, w, strides, padding, dilations, n, first, what)
    if n == 1:
        x, w, place = _with_row(x), _with_row(w, 0), _row_place(place)
    conv = _FAMILIES[max(n, 2)].conv
    y = conv(x, w, **place) if depth == own else _grouped(conv, x, w, depth // own, place)
    return from_channels_last(_without_row(y) if n == 1 else y, first)


def _grouped(conv: Any, x: Any, w: Any, groups: int, place: dict[str, Any]) -> Any:
    """Each group of channels with its own share of the filters."""
    own, filters = w._value.shape[-2], w._value.shape[-1] // groups
    parts = [
        conv(_channels(x, k * own, own), _channels(w, k * filters, filters), **place)
        for k in range(groups)
    ]
    rank = len(x._value.shape)
    return concat(*parts, axis=rank - 1, rank=rank)


def _channels(x: Any, start: int, count: int) -> Any:
    shape = tuple(x._value.shape)
    return slice_(x, begin=(*(0 for _ in shape[1:]), start), size=(*shape[:-1], count))


def _transposed(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any,
    n: int,
) -> EagerTensor:
    g, w = images_and_filters(input, filters, n, f"{_OPS[n]}BackpropInput")
    first = is_channels_first(data_format, n)
    g = to_channels_last(g, first)
    shape = integers(output_shape, "output_shape")
    if len(shape) != n + 2:
        raise ValueError(
            f"output_shape must have {n + 2} entries, one per axis of the result; got {list(shape)}"
        )
    if first:
        shape = (shape[0], *shape[2:], shape[1])
    steps, spread = sizes(strides, n, "strides", first), sizes(dilations, n, "dilations", first)
    window = tuple(w._value.shape[:n])
    pads = pads_of(padding, shape[1:-1], window, steps, spread, first)
    wanted = output_size(shape[1:-1], window, steps, pads, spread)
    have = tuple(g._value.shape)
    if have != (shape[0], *wanted, w._value.shape[-1]) or shape[-1] != w._value.shape[-2]:
        raise InvalidArgumentError(
            f"conv{n}d_transpose: a convolution would take output_shape {list(shape)} with filters "
            f"{list(w._value.shape)} to {[shape[0], *wanted, w._value.shape[-1]]}, but the input "
            f"is {list(have)} (channels last; filters are (…, output channels, input channels)) "
            f"[Op:{_OPS[n]}BackpropInput]"
        )
    place = {"strides": steps, "pads": pads, "dilations": spread}
    if n == 1:
        g, w, place = _with_row(g), _with_row(w, 0), _row_place(place)
        shape = (shape[0], 1, *shape[1:])
    y = _FAMILIES[max(n, 2)].input(w, g, shape=shape, **place)
    return from_channels_last(_without_row(y) if n == 1 else y, first)


def images_and_filters(input: Any, filters: Any, n: int, op: str) -> tuple[Any, Any]:
    """Both as tensors of n spatial axes."""
    x, w = matched(input, filters)
    check_rank(x, n, "input", op)
    check_rank(w, n, "filter", op)
    return x, w


def place_of(
    x: Any, w: Any, strides: Any, padding: Any, dilations: Any, n: int, first: bool,
    what: str = "strides",
) -> dict[str, Any]:  # fmt: skip
    """The metadata of a convolution op."""
    steps, spread = sizes(strides, n, what, first), sizes(dilations, n, "dilations", first)
    window = tuple(w._value.shape[:n])
    pads = pads_of(padding, x._value.shape[1:-1], window, steps, spread, first)
    return {"strides": steps, "pads": pads, "dilations": spread}


def depth_error(depth: int, own: int, op: str) -> InvalidArgumentError:
    """The error for channels that the filters do not fit."""
    return InvalidArgumentError(
        f"input depth must be evenly divisible by filter depth: {depth} vs {own} [Op:{op}]. "
        "Filters have shape (…space, input channels, output channels)."
    )


def _spatial_rank(rank: int) -> int:
    if rank - 2 not in LAYOUTS:
        error = ValueError if rank else InvalidArgumentError
        raise error(f"filters must have 3, 4 or 5 axes (space, in, out), got {rank} [Op:Conv2D]")
    return rank - 2


# -- one spatial axis is two, the first of size 1 ----------------------------------------------


def _with_row(x: Any, axis: int = 1) -> Any:
    shape = tuple(x._value.shape)
    return reshape(x, shape=(*shape[:axis], 1, *shape[axis:]))


def _without_row(y: Any) -> Any:
    shape = tuple(y._value.shape)
    return reshape(y, shape=(shape[0], *shape[2:]))


def _row_place(place: dict[str, Any]) -> dict[str, Any]:
    one: dict[str, Sizes | tuple[Sizes]] = {"strides": (1,), "pads": ((0, 0),), "dilations": (1,)}
    return {key: (*one[key], *value) for key, value in place.items()}
