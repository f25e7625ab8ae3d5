"""Reading what convolution and pooling take: layouts, sizes per axis, padding."""

from __future__ import annotations

from typing import Any

from gradtape.errors import InvalidArgumentError, UnimplementedError, shape_text
from gradtape.functions.arguments import integers
from gradtape.ops.array.shaping import transpose
from gradtape.ops.nn.windows import Pads, Sizes, span
from gradtape.tensors.tensor import EagerTensor

#: data_format per number of spatial axes: channels last, channels first
LAYOUTS = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}


def is_channels_first(data_format: Any, n: int) -> bool:
    """Whether channels stand before the n spatial axes; None says that they stand last."""
    last, first = LAYOUTS[n]
    if data_format is None or data_format == last:
        return False
    if data_format == first:
        return True
    raise InvalidArgumentError(
        f"Value for attr 'data_format' of {data_format!r} is not in the list of allowed values: "
        f'"{last}", "{first}"'
    )


def to_channels_last(x: EagerTensor, channels_first: bool) -> EagerTensor:
    """(batch, channels, *space) as (batch, *space, channels); else x itself."""
    if not channels_first:
        return x
    rank = len(x._value.shape)
    return transpose(x, perm=(-rank, *range(2 - rank, 0), 1 - rank))


def from_channels_last(y: EagerTensor, channels_first: bool) -> EagerTensor:
    """What `to_channels_last` did, undone."""
    if not channels_first:
        return y
    rank = len(y._value.shape)
    return transpose(y, perm=(-rank, -1, *range(1 - rank, -1)))


def sizes(value: Any, n: int, what: str, channels_first: bool = False) -> Sizes:
    """One size per spatial axis, of one number, n numbers, or n + 2 with 1 for batch and channels.

    Raises: ValueError for another count, UnimplementedError for batch and channels other than 1,
    InvalidArgumentError for a size below 1.
    """
    if type(value) is int:
        given: Sizes = (value,) * n
    else:
        given = (1,) * n if value is None else integers(value, what)
        if len(given) == 1:
            given = given * n
        elif len(given) == n + 2:
            rest = given[:2] if channels_first else (given[0], given[-1])
            if rest != (1, 1):
                raise UnimplementedError(
                    f"{what} over the batch and depth dimensions must be 1, got {list(given)}: "
                    f"give one number, or one for each of the {n} spatial axes"
                )
            given = given[2:] if channels_first else given[1:-1]
        elif len(given) != n:
            raise ValueError(
                f"{what} should be of length 1, {n} or {n + 2}. Received: {what}={list(given)} of "
                f"length {len(given)}"
            )
    for size in given:
        if size < 1:
            raise InvalidArgumentError(f"{what} must be > 0, but got {size}: {list(given)}")
    return given


def pads_of(
    padding: Any,
    space: Sizes,
    window: Sizes,
    strides: Sizes,
    dilations: Sizes,
    channels_first: bool = False,
    explicit: bool = True,
) -> Pads:
    """Zeros before and after each spatial axis.

    "VALID": none. "SAME": as many as make the output ceil(n / stride) long, the odd one after.
    Or a list of (before, after) for every axis of the input, with (0, 0) for batch and channels.
    """
    if padding == "VALID":
        return ((0, 0),) * len(space)
    if padding == "SAME":
        pads = []
        for n, k, s, d in zip(space, window, strides, dilations, strict=True):
            total = max((-(-n // s) - 1) * s + span(k, d) - n, 0)
            pads.append((total // 2, total - total // 2))
        return tuple(pads)
    if not explicit and not isinstance(padding, str):
        raise TypeError(
            f"Expected string for argument 'padding' not {padding!r}. Allowed are 'SAME' and "
            "'VALID'; tf.pad adds zeros of any number."
        )
    if isinstance(padding, (list, tuple)):
        if len(padding) != len(space) + 2:
            raise ValueError(
                f"When padding is a list, it must be of size {len(space) + 2}. Received: "
                f"padding={padding} of size {len(padding)}"
            )
        pairs = tuple(integers(tuple(pair), "padding") for pair in padding)
        if any(len(pair) != 2 or min(pair) < 0 for pair in pairs):
            raise ValueError(
                f"padding lists one pair of numbers >= 0, (before, after), per axis; got {padding}"
            )
        rest = pairs[:2] if channels_first else (pairs[0], pairs[-1])
        if rest != ((0, 0), (0, 0)):
            raise InvalidArgumentError(
                f"Nonzero explicit padding in the batch or depth dimensions is not supported, got "
                f"{padding}"
            )
        return pairs[2:] if channels_first else pairs[1:-1]  # type: ignore[return-value]
    allowed = '"SAME", "VALID"' + (", or a list of (before, after) per axis" if explicit else "")
    raise InvalidArgumentError(
        f"Value for attr 'padding' of {padding!r} is not in the list of allowed values: {allowed}"
    )


def check_rank(x: EagerTensor, n: int, what: str, op: str) -> None:
    """InvalidArgumentError unless x has n spatial axes beside batch and channels."""
    shape = x._value.shape
    if len(shape) != n + 2:
        raise InvalidArgumentError(
            f"{what} must be {n + 2}-dimensional: {shape_text(shape)} [Op:{op}]. Add axes of size "
            "1 with x[tf.newaxis] or tf.expand_dims."
        )
