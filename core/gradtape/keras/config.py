"""What all of keras takes as given: the float type of new layers, a small number, image layout."""

from __future__ import annotations

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_LAYOUTS = ("channels_first", "channels_last")
_chosen: dict[str, str] = {"floatx": "float32", "image_data_format": "channels_last"}
_epsilon: list[float] = [1e-7]


def floatx() -> str:
    """The dtype of layers, losses and metrics that are given none.

    >>> floatx()
    'float32'
    """
    return _chosen["floatx"]


def set_floatx(value: str) -> None:
    """Choose the dtype of layers, losses and metrics made from now on."""
    if value not in _FLOATS:
        raise ValueError(f"Unknown `floatx` value: {value}. Expected one of {_FLOATS}.")
    _chosen["floatx"] = value


def epsilon() -> float:
    """The number that keeps logarithms and divisions of losses away from zero.

    >>> epsilon()
    1e-07
    """
    return _epsilon[0]


def set_epsilon(value: float) -> None:
    """Choose the number that keeps logarithms and divisions of losses away from zero."""
    _epsilon[0] = float(value)


def image_data_format() -> str:
    """Where image layers that are given no `data_format` look for the channels."""
    return _chosen["image_data_format"]


def set_image_data_format(data_format: str) -> None:
    """Choose where image layers made from now on look for the channels."""
    _chosen["image_data_format"] = standardize_data_format(data_format)


def standardize_data_format(data_format: str | None) -> str:
    """`data_format`, or the chosen one for None."""
    if data_format is None:
        return image_data_format()
    if data_format not in _LAYOUTS:
        raise ValueError(
            f"The `data_format` argument must be one of {set(_LAYOUTS)}. "
            f"Received: data_format={data_format}"
        )
    return data_format
