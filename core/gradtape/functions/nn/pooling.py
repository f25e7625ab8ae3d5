"""Pooling over one, two and three spatial axes."""

from __future__ import annotations

from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.nn.windows import (
    LAYOUTS,
    check_rank,
    from_channels_last,
    is_channels_first,
    pads_of,
    sizes,
    to_channels_last,
)  # fmt: skip
from gradtape.ops.array.shaping import reshape
from gradtape.ops.nn.pooling import AVG_POOL, AVG_POOL_3D, MAX_POOL, MAX_POOL_3D
from gradtape.ops.nn.windows import output_size
from gradtape.tensors.tensor import EagerTensor

_POOLS = {
    ("MAX", 1): MAX_POOL.pool,
    ("MAX", 2): MAX_POOL.pool,
    ("MAX", 3): MAX_POOL_3D.pool,
    ("AVG", 1): AVG_POOL.pool,
    ("AVG", 2): AVG_POOL.pool,
    ("AVG", 3): AVG_POOL_3D.pool,
}


def max_pool1d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NWC",
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The largest value of every window of a signal: as `tf.nn.max_pool2d`, with one axis less.

    >>> x = tf.reshape([1.0, 3.0, 2.0, 0.0], (1, 4, 1))
    >>> tf.nn.max_pool1d(x, 2, 2, "VALID")[0, :, 0].numpy()
    array([3., 2.], dtype=float32)
    """
    return _pool("MAX", input, ksize, strides, padding, data_format, 1)


def max_pool2d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NHWC",
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The largest value of every window of an image, channel by channel.

    Derivative: 1 at the largest value, 0 elsewhere; of equal values the first in reading order
    takes it all. nan wins over every number.

    Shapes: input (n, h, w, c), or (n, c, h, w) with `data_format="NCHW"`. `ksize` and `strides` are
    one number, one per spatial axis, or one per axis. Padding: "VALID", "SAME" or a list of
    (before, after) per axis; what is added is never the largest. Dtypes: real.
    Raises: InvalidArgumentError for ranks, sizes and paddings that do not fit, and where a window
    is larger than the image; ValueError for lists of another length.

    >>> x = tf.reshape(tf.range(16.0), (1, 4, 4, 1))
    >>> tf.nn.max_pool2d(x, 2, 2, "VALID")[0, :, :, 0].numpy()
    array([[ 5.,  7.],
           [13., 15.]], dtype=float32)
    """
    return _pool("MAX", input, ksize, strides, padding, data_format, 2)


def max_pool3d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NDHWC",
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The largest value of every window of a volume: as `tf.nn.max_pool2d`, with one more axis.

    >>> x = tf.reshape(tf.range(8.0), (1, 2, 2, 2, 1))
    >>> tf.nn.max_pool3d(x, 2, 2, "VALID").numpy().ravel()
    array([7.], dtype=float32)
    """
    return _pool("MAX", input, ksize, strides, padding, data_format, 3)


def max_pool(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """`tf.nn.max_pool1d`, 2d or 3d, whichever fits the rank of `input`.

    >>> tf.nn.max_pool(tf.reshape([1.0, 3.0], (1, 2, 1)), 2, 2, "VALID").numpy().ravel()
    array([3.], dtype=float32)
    """
    x = convert_operand(input)
    return _pool("MAX", x, ksize, strides, padding, data_format, _spatial_rank(x))


def avg_pool1d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NWC",
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The mean of every window of a signal: as `tf.nn.avg_pool2d`, with one axis less.

    >>> x = tf.reshape([1.0, 3.0, 5.0], (1, 3, 1))
    >>> tf.nn.avg_pool1d(x, 2, 2, "SAME")[0, :, 0].numpy()
    array([2., 5.], dtype=float32)
    """
    return _pool("AVG", input, ksize, strides, padding, data_format, 1)


def avg_pool2d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NHWC",
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The mean of every window of an image, channel by channel.

    With "SAME" padding a window that reaches over the edge is divided by the number of pixels it
    has.
    Derivative: one part in that number for each of them.

    Shapes: input (n, h, w, c), or (n, c, h, w) with `data_format="NCHW"`. `ksize` and `strides` are
    one number, one per spatial axis, or one per axis. Padding: "VALID" or "SAME". Dtypes: real
    floating point.
    Raises: InvalidArgumentError for ranks, sizes and paddings that do not fit, and for integers;
    ValueError for lists of another length; TypeError for a list of paddings.

    >>> x = tf.reshape(tf.range(16.0), (1, 4, 4, 1))
    >>> tf.nn.avg_pool2d(x, 2, 2, "VALID")[0, :, :, 0].numpy()
    array([[ 2.5,  4.5],
           [10.5, 12.5]], dtype=float32)
    """
    return _pool("AVG", input, ksize, strides, padding, data_format, 2)


def avg_pool3d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NDHWC",
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The mean of every window of a volume: as `tf.nn.avg_pool2d`, with one more axis.

    >>> x = tf.reshape(tf.range(8.0), (1, 2, 2, 2, 1))
    >>> tf.nn.avg_pool3d(x, 2, 2, "VALID").numpy().ravel()
    array([3.5], dtype=float32)
    """
    return _pool("AVG", input, ksize, strides, padding, data_format, 3)


def avg_pool(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """`tf.nn.avg_pool1d`, 2d or 3d, whichever fits the rank of `input`.

    >>> tf.nn.avg_pool(tf.reshape([1.0, 3.0], (1, 2, 1)), 2, 2, "VALID").numpy().ravel()
    array([2.], dtype=float32)
    """
    x = convert_operand(input)
    return _pool("AVG", x, ksize, strides, padding, data_format, _spatial_rank(x))


def pool(
    input: Any,
    window_shape: Any,
    pooling_type: str,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """The largest ("MAX") or mean ("AVG") value of every window, which may have gaps.

    `dilations` sets the distance of neighbours in a window. Otherwise as `tf.nn.max_pool` and
    `tf.nn.avg_pool`, with strides of 1 by default.

    Raises: ValueError for another type, for strides and dilations both above 1, and for dilations
    above 1 with "SAME" padding.

    >>> x = tf.reshape([1.0, 3.0, 2.0, 0.0], (1, 4, 1))
    >>> tf.nn.pool(x, [2], "MAX", dilations=[2]).numpy().ravel()
    array([2., 3.], dtype=float32)
    """
    x = convert_operand(input)
    if pooling_type not in ("MAX", "AVG"):
        raise ValueError(f"pooling_type is 'MAX' or 'AVG', got {pooling_type!r}")
    n = _spatial_rank(x)
    steps, spread = sizes(strides, n, "strides"), sizes(dilations, n, "dilations")
    if max(spread) > 1:
        if max(steps) > 1:
            raise ValueError(
                "`strides > 1` not supported in conjunction with `dilations > 1`. Received: "
                f"strides={list(steps)} and dilations={list(spread)}"
            )
        if padding != "VALID":
            raise ValueError(
                "pooling with 'SAME' padding is not implemented for `dilations` > 1. Received: "
                f"padding={padding} and dilations={list(spread)}; use tf.pad and 'VALID'."
            )
    return _pool(pooling_type, x, window_shape, steps, padding, data_format, n, spread)


def _pool(
    kind: str,
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    n: int,
    dilations: Any = 1,
) -> EagerTensor:
    x = convert_operand(input)
    op = _POOLS[kind, n]
    name = op.op.type
    check_rank(x, n, "input", name)
    first = is_channels_first(data_format, n)
    x = to_channels_last(x, first)
    window, steps = sizes(ksize, n, "ksize", first), sizes(strides, n, "strides", first)
    spread = sizes(dilations, n, "dilations", first)
    space = tuple(x._value.shape[1:-1])
    pads = pads_of(padding, space, window, steps, spread, first, explicit=kind == "MAX")
    if not all(output_size(space, window, steps, pads, spread)) and all(space):
        raise InvalidArgumentError(
            f"the window {list(window)} is larger than the input's {list(space)} [Op:{name}]: no "
            "output is left. Use a smaller window, or padding='SAME'."
        )
    if n == 1:
        window, steps, spread = (1, *window), (1, *steps), (1, *spread)
        pads, batch = ((0, 0), *pads), x._value.shape[0]
        x = reshape(x, shape=(batch, 1, *x._value.shape[1:]))
    y = op(x, window=window, strides=steps, pads=pads, dilations=spread)
    if n == 1:
        y = reshape(y, shape=(y._value.shape[0], *y._value.shape[2:]))
    return from_channels_last(y, first)


def _spatial_rank(x: EagerTensor) -> int:
    rank = len(x._value.shape)
    if rank - 2 not in LAYOUTS:
        raise ValueError(
            "`input` must have 3, 4 or 5 axes (batch, space, channels), got shape "
            f"{list(x._value.shape)}"
        )
    return rank - 2
