"""Borders of sequences, images and volumes: zeros put around them, or elements cut away."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer


def _pairs(value: Any, n_axes: int, argument: str) -> tuple[tuple[int, int], ...]:
    """(before, after) for each axis: of one number, of one per axis, or of pairs."""
    problem = (
        f"`{argument}` should be an integer, {n_axes} integers, or {n_axes} pairs of integers. "
        f"Received: {argument}={value}"
    )
    if isinstance(value, int):
        value = (value,) * n_axes
    elif n_axes == 1 and len(value) == 2 and all(isinstance(n, int) for n in value):
        value = (tuple(value),)
    if not isinstance(value, (list, tuple)) or len(value) != n_axes:
        raise ValueError(problem)
    pairs = tuple((each, each) if isinstance(each, int) else tuple(each) for each in value)
    if not all(
        len(pair) == 2 and all(isinstance(n, int) and n >= 0 for n in pair) for pair in pairs
    ):
        raise ValueError(problem)
    return pairs


class _Border(Layer):
    """The base of the layers here; `n_axes` is the number of axes beside batch and channels."""

    n_axes: int

    def __init__(self, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.n_axes + 2)
        self.built = True

    def _by_axis(self, pairs: Any) -> list[tuple[int, int]]:
        """The pairs for all axes of the inputs."""
        if self.data_format == "channels_first":
            return [(0, 0), (0, 0), *pairs]
        return [(0, 0), *pairs, (0, 0)]


class _ZeroPadding(_Border):
    def _settle(self, padding: Any) -> None:
        self.padding = _pairs(padding, self.n_axes, "padding")
        if self.n_axes == 1:
            self.padding = self.padding[0]  # type: ignore[assignment]

    def call(self, inputs: Any) -> Any:
        """The padded inputs."""
        pairs = (self.padding,) if self.n_axes == 1 else self.padding
        return tf.pad(inputs, self._by_axis(pairs))


class ZeroPadding1D(_ZeroPadding):
    """Zeros before and after a sequence: `padding` on both sides, or (before, after)."""

    n_axes = 1

    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format, **kwargs)
        self._settle(padding)


class ZeroPadding2D(_ZeroPadding):
    """Zeros around images: `padding` on all sides, or (rows, columns), or ((t, b), (l, r))."""

    n_axes = 2

    def __init__(
        self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format, **kwargs)
        self._settle(padding)


class ZeroPadding3D(_ZeroPadding):
    """Zeros around volumes: `padding` on all sides, or one number or pair for each axis."""

    n_axes = 3

    def __init__(
        self, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data_format, **kwargs)
        self._settle(padding)


class _Cropping(_Border):
    def _settle(self, cropping: Any) -> None:
        self.cropping = _pairs(cropping, self.n_axes, "cropping")
        if self.n_axes == 1:
            self.cropping = self.cropping[0]  # type: ignore[assignment]

    def call(self, inputs: Any) -> Any:
        """The inputs without their borders.

        Raises: ValueError where nothing would be left.
        """
        pairs = self._by_axis((self.cropping,) if self.n_axes == 1 else self.cropping)
        shape = tuple(inputs.shape)
        sizes = [n - before - after for n, (before, after) in zip(shape, pairs, strict=True)]
        if any(size <= 0 < n for size, n in zip(sizes, shape, strict=True)):
            raise ValueError(
                "Values in `cropping` argument should be smaller than the corresponding axis of "
                f"the input. Received: cropping={self.cropping}, input shape {shape}"
            )
        return tf.slice(inputs, [before for before, _ in pairs], sizes)


class Cropping1D(_Cropping):
    """A sequence without its first and last steps: `cropping` of both, or (first, last)."""

    n_axes = 1
    _no_arguments = frozenset({"data_format"})

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__("channels_last", **kwargs)
        self._settle(cropping)


class Cropping2D(_Cropping):
    """Images without their borders: `cropping` of all, or (rows, columns), or ((t, b), (l, r))."""

    n_axes = 2

    def __init__(
        self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format, **kwargs)
        self._settle(cropping)


class Cropping3D(_Cropping):
    """Volumes without their borders: as `Cropping2D`, with one more axis."""

    n_axes = 3

    def __init__(
        self, cropping: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data_format, **kwargs)
        self._settle(cropping)
