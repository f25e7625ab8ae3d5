"""Arguments that layers with sliding windows share: sizes per axis, padding, data formats."""

from __future__ import annotations

from typing import Any


def per_axis(value: Any, n_axes: int, argument: str, allow_zero: bool = False) -> tuple[int, ...]:
    """`value` for each of `n_axes` axes: an integer for all, or a sequence of so many.

    Raises: ValueError where it is neither, or not positive.
    """
    sizes = (value,) * n_axes if isinstance(value, int) else value
    problem = f"The `{argument}` argument must be a tuple of {n_axes} integers. Received "
    problem += f"{argument}={value}"
    try:
        sizes = tuple(sizes)
    except TypeError:
        raise ValueError(problem) from None
    if len(sizes) != n_axes or not all(isinstance(n, int) for n in sizes):
        raise ValueError(problem)
    least = 0 if allow_zero else 1
    wrong = {n for n in sizes if n < least}
    if wrong:
        raise ValueError(
            f"{problem}, including values {wrong} that do not satisfy `value >= {least}`"
        )
    return sizes


def check_filters(filters: Any) -> None:
    """ValueError for a number of filters that is no positive integer."""
    if not isinstance(filters, int) or filters <= 0:
        raise ValueError(
            "Invalid value for argument `filters`. Expected a strictly positive value. "
            f"Received filters={filters}."
        )


def checked_padding(padding: Any, allowed: tuple[str, ...] = ("valid", "same")) -> str:
    """`valid` or `same` in lower case."""
    lowered = padding.lower() if isinstance(padding, str) else padding
    if lowered not in allowed:
        raise ValueError(
            f"The `padding` argument must be a list/tuple or one of {set(allowed)}. "
            f"Received: {padding}"
        )
    return str(lowered)


def tf_format(data_format: str, n_axes: int) -> str:
    """TensorFlow's word for a layout: `NHWC`, `NCW`."""
    space = "DHW"[3 - n_axes :]
    return f"NC{space}" if data_format == "channels_first" else f"N{space}C"
