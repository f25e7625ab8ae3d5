"""`InputSpec`: what a layer demands of the rank and sizes of its input."""

from __future__ import annotations

import warnings
from typing import Any

from gradtape import nest
from gradtape.tensors.tensor import EagerTensor


def shape_tuple(value: Any) -> tuple[int | None, ...] | None:
    """The shape of a tensor as a plain tuple; None for what has none."""
    shape = getattr(value, "shape", None)
    return None if shape is None else tuple(shape)


def _full(shape: tuple[int | None, ...]) -> str:
    return f" Full shape received: {shape}"


class InputSpec:
    """The ranks and sizes that a layer takes.

    Args: `ndim`, `min_ndim`, `max_ndim`, allowed ranks; `axes`, sizes by axis; `shape`, the whole.
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int] | None = None,
    ) -> None:
        self.dtype = dtype
        self.shape = None if shape is None else tuple(shape)
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.min_ndim, self.max_ndim = min_ndim, max_ndim
        self.axes = {int(axis): size for axis, size in (axes or {}).items()}

    def check(self, layer: Any, inputs: Any) -> None:
        """Raises ValueError unless `inputs` fits."""
        if type(inputs) is EagerTensor and not self._mismatch(inputs._value.shape):
            return
        for i, value in enumerate(nest.flatten(inputs)):
            shape = shape_tuple(value)
            if shape is None:
                raise ValueError(
                    f"Inputs to a layer should be tensors. Got '{value}' (of type {type(value)}) "
                    f"as input for layer '{layer.name}'."
                )
            wrong = self._mismatch(shape)
            if wrong:
                raise ValueError(
                    f"Input {i} of layer '{layer.name}' is incompatible with the layer: {wrong}"
                )

    def _mismatch(self, shape: tuple[int | None, ...]) -> str:
        rank = len(shape)
        if self.ndim is not None and rank != self.ndim:
            return f"expected ndim={self.ndim}, found ndim={rank}.{_full(shape)}"
        if self.max_ndim is not None and rank > self.max_ndim:
            return f"expected max_ndim={self.max_ndim}, found ndim={rank}.{_full(shape)}"
        if self.min_ndim is not None and rank < self.min_ndim:
            return f"expected min_ndim={self.min_ndim}, found ndim={rank}.{_full(shape)}"
        for axis, size in self.axes.items():
            if size is not None and shape[axis] not in (size, None):
                return (
                    f"expected axis {axis} of input shape to have value {size}, "
                    f"but received input with shape {shape}"
                )
        if self.shape is not None and any(
            want is not None and have not in (want, None)
            for want, have in zip(self.shape, shape, strict=True)
        ):
            return f"expected shape={self.shape}, found shape={shape}"
        return ""

    def __repr__(self) -> str:
        known = {
            "dtype": self.dtype, "shape": self.shape, "ndim": self.ndim,
            "max_ndim": self.max_ndim, "min_ndim": self.min_ndim, "axes": self.axes,
        }  # fmt: skip
        return f"InputSpec({', '.join(f'{k}={v}' for k, v in known.items() if v)})"


def former_shape(kwargs: dict[str, Any]) -> tuple[int | None, ...] | None:
    """The batch shape that Keras 2's arguments of a first layer give, taken out of `kwargs`.

    They still make the weights of a `Sequential` model, with a warning.
    """
    shape = kwargs.pop("input_shape", None)
    width = kwargs.pop("input_dim", None)
    if width is not None:
        shape = (width,)
    if shape is None:
        return None
    warnings.warn(
        "Do not pass an `input_shape`/`input_dim` argument to a layer. When using Sequential "
        "models, prefer using an `Input(shape)` object as the first layer in the model instead.",
        stacklevel=3,
    )
    return (None, *shape)
